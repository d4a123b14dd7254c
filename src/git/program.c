/* SPDX-License-Identifier: Apache-2.0 */
#include "git/program.h"

#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"
#include "os/process.h"

#include <stdlib.h>
#include <string.h>

int program_ask(const char *dir, const char *const *words, struct buf *out)
{
	static const char *const start[] = {
		"env",
		"-u",
		"GIT_DIR",
		"-u",
		"GIT_WORK_TREE",
		"-u",
		"GIT_COMMON_DIR",
		"-u",
		"GIT_INDEX_FILE",
		"-u",
		"GIT_NAMESPACE",
		"GIT_NO_LAZY_FETCH=1",
		"LC_ALL=C",
		"git",
		"--no-optional-locks",
		"--no-replace-objects",
		"-c",
		"safe.directory=*",
		"-c",
		"core.fsmonitor=false",
		"-C",
	};
	CLEANUP(strv_release) struct strv argv = {0};

	for (size_t i = 0; i < ARRAY_LEN(start); i++) {
		strv_add(&argv, start[i]);
	}
	strv_add(&argv, dir);
	for (size_t i = 0; words[i]; i++) {
		strv_add(&argv, words[i]);
	}
	return process_ask(strv_argv(&argv), out);
}

char *program_line(const char *dir, const char *const *words)
{
	CLEANUP(buf_release) struct buf answer = BUF_INIT(PROGRAM_ANSWER_MAX);

	if (program_ask(dir, words, &answer) < 0 || answer.len == 0 || answer.data[0] == '\n') {
		return NULL;
	}
	return mem_strn(answer.data, strcspn(answer.data, "\n"));
}

int program_find(const char *dir, char **common, char **root)
{
	static const char *const ask_common[] = {"rev-parse", "--git-common-dir", NULL};
	static const char *const ask_root[] = {"rev-parse", "--show-toplevel", NULL};
	AUTO_FREE char *answer = program_line(dir, ask_common);
	AUTO_FREE char *path = NULL;

	if (!answer) {
		return -1;
	}
	/* relative to the folder that was asked about */
	path = path_join(dir, answer);
	*common = realpath(path, NULL);
	if (!*common) {
		return -1;
	}
	*root = program_line(dir, ask_root);
	return 0;
}

/* Takes "tree …" and "parent …" from the lines of a raw commit up to the empty one. */
static void read_header(const char *text, struct source *out)
{
	while (*text && *text != '\n') {
		size_t len = strcspn(text, "\n");

		if (str_starts(text, "tree ") && !out->tree) {
			out->tree = mem_strn(text + 5, len - 5);
		} else if (str_starts(text, "parent ")) {
			strv_give(&out->parents, mem_strn(text + 7, len - 7));
		}
		text += len + (text[len] == '\n');
	}
}

int program_commit(const char *dir, const char *rev, struct source *out)
{
	CLEANUP(buf_release) struct buf raw = BUF_INIT(PROGRAM_ANSWER_MAX);
	AUTO_FREE char *peeled = mem_fmt("%s^{commit}", rev);
	const char *const ask_id[] = {"rev-parse", "--verify", "--quiet", peeled, NULL};
	AUTO_FREE char *id = program_line(dir, ask_id);
	const char *const ask_raw[] = {"cat-file", "commit", id, NULL};

	if (!id || program_ask(dir, ask_raw, &raw) < 0) {
		return -1;
	}
	out->commit = TAKE(id);
	read_header(buf_str(&raw), out);
	return out->tree ? 0 : -1;
}

char *program_branch(const char *dir)
{
	static const char *const words[] = {"symbolic-ref", "--quiet", "HEAD", NULL};
	static const char heads[] = "refs/heads/";
	AUTO_FREE char *ref = program_line(dir, words);

	return ref && str_starts(ref, heads) ? mem_str(ref + strlen(heads)) : NULL;
}

int program_is_dirty(const char *dir, bool untracked_too, bool *dirty)
{
	CLEANUP(buf_release) struct buf answer = BUF_INIT(PROGRAM_ANSWER_MAX);
	const char *const words[] = {
		"status",
		"--porcelain",
		untracked_too ? "--untracked-files=normal" : "--untracked-files=no",
		untracked_too ? "--ignore-submodules=none" : "--ignore-submodules=untracked",
		NULL,
	};

	if (program_ask(dir, words, &answer) < 0) {
		return -1;
	}
	*dirty = answer.len > 0;
	return 0;
}

int program_changed(const char *dir, struct strv *tracked, struct strv *untracked)
{
	static const char *const words[] = {
		"status", "--porcelain", "-z", "--untracked-files=all", "--ignore-submodules=none",
		NULL};
	CLEANUP(buf_release) struct buf answer = BUF_INIT(PROGRAM_LIST_MAX);
	const char *at = NULL, *end = NULL;

	if (program_ask(dir, words, &answer) < 0 || answer.cut) {
		return -1;
	}
	at = buf_str(&answer);
	end = at + answer.len;
	/* "XY PATH"; behind one that was renamed stands its old name */
	while (end - at > 3) {
		const char *path = at + 3;

		if (at[0] != 'D' && at[1] != 'D') {
			strv_add(at[0] == '?' ? untracked : tracked, path);
		}
		at += at[0] == 'R' || at[0] == 'C' ? strlen(at) + 1 : 0;
		at += strlen(at) + 1;
	}
	return 0;
}
