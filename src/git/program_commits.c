/* SPDX-License-Identifier: Apache-2.0 */
#include "git/program_commits.h"

#include "base/mem.h"
#include "base/str.h"
#include "git/program.h"

#include <string.h>
#include <strings.h>

int program_full_commit(const char *dir, const char *id, struct source *out)
{
	if (program_commit(dir, id, out) < 0) {
		return -1;
	}
	return strcasecmp(out->commit, id) == 0 ? 0 : -1;
}

int program_message(const char *dir, const char *id, char **author, char **summary)
{
	const char *const words[] = {
		"rev-list", "--no-walk", "--max-count=1", "--encoding=UTF-8", "--format=%an%n%s%n",
		id,         NULL};
	CLEANUP(buf_release) struct buf answer = BUF_INIT(PROGRAM_ANSWER_MAX);
	char *at = NULL;

	if (program_ask(dir, words, &answer) < 0) {
		return -1;
	}
	at = answer.data;
	(void)strsep(&at, "\n"); /* "commit ID" */
	*author = mem_str(str_or(strsep(&at, "\n"), ""));
	*summary = mem_str(str_or(strsep(&at, "\n"), ""));
	return 0;
}

/* The answer's paths, each ended by NUL. */
static int list_paths(const char *dir, const char *const *words, struct path_list *list)
{
	CLEANUP(buf_release) struct buf answer = BUF_INIT(PROGRAM_LIST_MAX);
	const char *at = NULL, *end = NULL;

	if (program_ask(dir, words, &answer) < 0) {
		return -1;
	}
	at = buf_str(&answer);
	end = at + answer.len;
	/* of an answer that was cut the last path may be half of one */
	for (; at < end && (!answer.cut || at + strlen(at) < end); at += strlen(at) + 1) {
		if (!path_list_add(list, at)) {
			return 0;
		}
	}
	list->cut = answer.cut;
	return 0;
}

int program_paths(const char *dir, const char *from, const char *to, struct path_list *list)
{
	const char *const words[] = {"diff-tree",
				     "--root",
				     "--no-commit-id",
				     "-r",
				     "-z",
				     "--name-only",
				     "--no-renames",
				     "--ignore-submodules=none",
				     from ? from : to,
				     from ? to : NULL,
				     NULL};

	return list_paths(dir, words, list);
}

int program_tree_paths(const char *dir, const char *commit, struct path_list *list)
{
	const char *const words[] = {"ls-tree",     "-r",   "-z", "--full-tree",
				     "--name-only", commit, NULL};

	return list_paths(dir, words, list);
}

char *program_merge_base(const char *dir, const char *a, const char *b)
{
	const char *const words[] = {"merge-base", a, b, NULL};

	return program_line(dir, words);
}

char *program_reference(const char *dir, const char *name, char **full)
{
	AUTO_FREE char *peeled = mem_fmt("%s^{commit}", name);
	const char *const ask_id[] = {"rev-parse", "--verify", "--quiet", peeled, NULL};
	const char *const ask_target[] = {"symbolic-ref", "--quiet", name, NULL};
	char *id = program_line(dir, ask_id);

	if (id) {
		*full = program_line(dir, ask_target);
		*full = *full ? *full : mem_str(name);
	}
	return id;
}
