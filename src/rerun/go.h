/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RERUN_GO_H
#define STEADY_RERUN_GO_H

#include "rerun/preset.h"

/* gotestsum's own arguments end at "--", go test's follow; see struct preset. Inside the room. */

/* A cached pass is no run. */
void go_forget_last_run(struct strv *env);

int gotestsum_select(const struct preset *preset, const struct first_run *first,
		     const struct selection *selection, struct strv *out);

bool gotestsum_stranger(const struct command *command, struct test_name *test);
char *go_bar(const struct command *command);

#endif
