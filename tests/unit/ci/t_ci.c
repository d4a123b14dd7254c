/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "ci/ci.h"
#include "os/file.h"
#include "os/glob.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The environment under test: "NAME=VALUE" each. */
static struct strv env;
static size_t warnings;

static const char *getvar(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < env.len; i++) {
		if (str_starts(env.items[i], name) && env.items[i][len] == '=') {
			return env.items[i] + len + 1;
		}
	}
	return NULL;
}

static void count_warning(enum log_level level, const char *line, void *payload)
{
	(void)payload;
	assert_int_equal(level, LOG_WARNING);
	/* untrusted values must not reach the terminal through a warning */
	assert_null(strchr(line, '\033'));
	warnings++;
}

static int setup(void **state)
{
	(void)state;
	warnings = 0;
	log_set_sink(count_warning, NULL);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	log_set_sink(NULL, NULL);
	strv_release(&env);
	return 0;
}

/* Appends a fixture's line with @HERE@, @ESC@ and @LONG@ replaced. */
static void add_line(const char *line, size_t len)
{
	static const struct {
		const char *mark, *text;
		unsigned times;
	} marks[] = {
		{"@HERE@", FIXTURES "/ci-env", 1},
		{"@ESC@", "\033", 1},
		{"@LONG@", "x", 256},
	};
	AUTO_FREE char *text = mem_strn(line, len);
	CLEANUP(buf_release) struct buf out = BUF_INIT(8192);

	for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
		char *at = strstr(text, marks[i].mark);

		if (at) {
			buf_add(&out, text, (size_t)(at - text));
			for (unsigned n = 0; n < marks[i].times; n++) {
				buf_str_add(&out, marks[i].text);
			}
			buf_str_add(&out, at + strlen(marks[i].mark));
			strv_add(&env, buf_str(&out));
			return;
		}
	}
	strv_add(&env, text);
}

static char *read_text(const char *path)
{
	char *text = NULL;
	struct err err = ERR_INIT;

	if (file_read(path, 65536, &text, NULL, &err) < 0) {
		fail_msg("%s", err.msg);
	}
	return text;
}

static void load(const char *path)
{
	AUTO_FREE char *text = read_text(path);

	strv_release(&env);
	for (const char *line = text; *line;) {
		size_t len = strcspn(line, "\n");

		if (*line != '#') {
			add_line(line, len);
		}
		line += len + (line[len] == '\n');
	}
}

/* "NAME=VALUE", and who said so. */
static void add(struct buf *out, const char *name, const char *value, const char *from)
{
	buf_fmt(out, "%s=%s%s%s\n", name, str_or(value, ""), from ? " from " : "",
		str_or(from, ""));
}

static void show(const char *provider, const struct source *source, struct buf *out)
{
	add(out, "provider", provider, source->from.provider);
	add(out, "commit", source->commit, source->from.commit);
	if (source->tree) {
		add(out, "tree", source->tree, source->from.tree);
	}
	add(out, "branch", source->branch, source->from.branch);
	add(out, "pull_request", source->pull_request, source->from.pull_request);
	if (source->head) {
		add(out, "head", source->head, source->from.head);
	}
	if (source->base || source->base_branch) {
		add(out, "base", source->base, source->from.base);
		add(out, "base_branch", source->base_branch, source->from.base_branch);
	}
	add(out, "ci_run", source->ci_run, source->from.ci_run);
	add(out, "ci_attempt", source->ci_attempt, source->from.ci_attempt);
	add(out, "ci_job", source->ci_job, source->from.ci_job);
	buf_fmt(out, "warnings=%zu\n", warnings);
}

static void test_fixtures(void **state)
{
	CLEANUP(strv_release) struct strv files = {0};

	(void)state;
	glob_files(FIXTURES "/ci-env/*.env", &files, NULL);
	assert_true(files.len >= 7);
	for (size_t i = 0; i < files.len; i++) {
		CLEANUP(source_release) struct source source = {0};
		CLEANUP(buf_release) struct buf got = BUF_INIT(8192);
		int stem = (int)(strlen(files.items[i]) - strlen(".env"));
		AUTO_FREE char *expect_path = mem_fmt("%.*s.expect", stem, files.items[i]);
		AUTO_FREE char *expected = read_text(expect_path);
		const char *provider = NULL;

		warnings = 0;
		load(files.items[i]);
		provider = ci_detect(getvar, &source);
		assert_true(str_eq(provider, source.provider));
		show(provider, &source, &got);
		if (!str_eq(buf_str(&got), expected)) {
			fail_msg("%s: got\n%s", path_base(files.items[i]), buf_str(&got));
		}
	}
}

static void test_what_is_set_stays(void **state)
{
	CLEANUP(source_release) struct source source = {0};

	(void)state;
	load(FIXTURES "/ci-env/github-hostile.env");
	source.commit = mem_str("given");
	source.ci_run = mem_str("own run");
	source.ci_job = mem_str("own job");
	source.pull_request = mem_str("own number");
	source.branch = mem_str("own branch");
	source.ci_attempt = mem_str("own attempt");
	assert_string_equal(ci_detect(getvar, &source), "github");
	assert_string_equal(source.commit, "given");
	assert_string_equal(source.ci_run, "own run");
	assert_string_equal(source.ci_job, "own job");
	/* what nobody asked for is not complained about either */
	assert_int_equal(warnings, 0);
}

static void test_spellings(void **state)
{
	static const struct {
		const char *line, *pull_request, *commit;
		size_t warnings;
		const char *comment;
	} rows[] = {
		{"GITHUB_REF=refs/pull/7/merge", "7", NULL, 0, "GitHub's merge"},
		{"GITHUB_REF=refs/pull/7/head", "7", NULL, 0, "GitHub's head"},
		{"GITHUB_REF=refs/pull/7", NULL, NULL, 1, "cut short"},
		{"GITHUB_REF=refs/pull/7x/merge", NULL, NULL, 1, "not a number"},
		{"GITHUB_REF=refs/pull/123456789012345678901/merge", NULL, NULL, 1, "too long"},
		{"GITHUB_REF=12", "12", NULL, 0, "a plain number"},
		{"GITHUB_REF=https://ci.example/a/b/pull/12", "12", NULL, 0, "an address"},
		{"GITHUB_REF=https://ci.example/a/b/pull/", NULL, NULL, 1, "an address without it"},
		{"GITHUB_REF=false", NULL, NULL, 0, "none, in words"},
		{"GITHUB_REF=refs/heads/main", NULL, NULL, 0, "a branch"},
		{"GITHUB_SHA=HEAD", NULL, NULL, 0, "left to git"},
		{"GITHUB_SHA=abc123", NULL, NULL, 1, "an abbreviation"},
		{"GITHUB_SHA=ABCDEF3d4e5f60718293a4b5c6d7e8f901234567", NULL,
		 "ABCDEF3d4e5f60718293a4b5c6d7e8f901234567", 0, "capital digits"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(source_release) struct source source = {0};

		warnings = 0;
		strv_release(&env);
		strv_add(&env, "GITHUB_ACTIONS=true");
		strv_add(&env, rows[i].line);
		ci_detect(getvar, &source);
		if (!str_eq(source.pull_request, rows[i].pull_request) ||
		    !str_eq(source.commit, rows[i].commit) || warnings != rows[i].warnings) {
			fail_msg("%s", rows[i].comment);
		}
	}
}

#define SHA "4444444444444444444444444444444444444444"

/* Event files as they must not be: a warning each, and the number from the ref. */
static void test_event_files(void **state)
{
	static const struct {
		const char *text;
		const char *number;
		size_t warnings;
		const char *base;
	} rows[] = {
		{"{\"pull_request\":{\"number\":8,\"base\":{\"sha\":\"" SHA "\"}}}", "8", 0, SHA},
		{"{\"pull_request\":{\"number\":8,\"base\":{\"sha\":\"" SHA "0\"}}}", "8", 0, NULL},
		{"{\"pull_request\":{\"number\":8,\"base\":{\"sha\":8}}}", "8", 0, NULL},
		{"{\"pull_request\":{\"number\":8,\"base\":\"HEAD\"}}", "8", 0, NULL},
		{"{\"pull_request\":{\"number\":8}}", "8", 0, NULL},
		{"{\"pull_request\":{\"number\":\"8\"}}", "7", 1, NULL},
		{"{\"pull_request\":{\"number\":-8}}", "7", 1, NULL},
		{"{\"pull_request\":{\"number\":8.5}}", "7", 1, NULL},
		{"{\"pull_request\":[8]}", "7", 1, NULL},
		{"{\"pull_request\":null}", "7", 1, NULL},
		{"{\"number\":8}", "7", 1, NULL},
		{"[]", "7", 1, NULL},
		{"8", "7", 1, NULL},
		{"", "7", 1, NULL},
		{"\xff\xfe", "7", 1, NULL},
	};
	char path[] = "/tmp/steady-event-XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(source_release) struct source source = {0};
		struct err err = ERR_INIT;

		warnings = 0;
		strv_release(&env);
		strv_add(&env, "GITHUB_ACTIONS=true");
		strv_add(&env, "GITHUB_HEAD_REF=topic");
		strv_add(&env, "GITHUB_REF=refs/pull/7/merge");
		strv_fmt(&env, "GITHUB_EVENT_PATH=%s", path);
		assert_int_equal(file_write(path, rows[i].text, strlen(rows[i].text), &err), 0);
		ci_detect(getvar, &source);
		if (!str_eq(source.pull_request, rows[i].number) || warnings != rows[i].warnings ||
		    !str_eq(source.base, rows[i].base)) {
			fail_msg("%s: %s", rows[i].text, str_or(source.pull_request, "none"));
		}
	}
	assert_int_equal(truncate(path, ((off_t)32 << 20) + 1), 0);
	warnings = 0;
	{
		CLEANUP(source_release) struct source source = {0};

		ci_detect(getvar, &source);
		assert_string_equal(source.pull_request, "7");
		assert_int_equal(warnings, 1);
	}
	unlink(path);
}

static void test_workspace(void **state)
{
	(void)state;
	assert_null(ci_workspace(getvar));
	strv_add(&env, "GITHUB_WORKSPACE=/w");
	assert_null(ci_workspace(getvar));
	strv_add(&env, "GITHUB_ACTIONS=true");
	assert_string_equal(ci_workspace(getvar), "/w");
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_fixtures),    T(test_what_is_set_stays), T(test_spellings),
		T(test_event_files), T(test_workspace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
