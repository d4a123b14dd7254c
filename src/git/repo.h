/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_GIT_REPO_H
#define STEADY_GIT_REPO_H

struct git_repository;

/* Inside the room. */
struct git_repo {
	struct git_repository *library; /* NULL: the git program answers */
	char *dir;                      /* where it was asked from */
	char *root;
	char *common;
};

#endif
