/* SPDX-License-Identifier: Apache-2.0 */
#include "rerun/go.h"

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/str.h"
#include "rerun/internal.h"

#include <stdlib.h>
#include <string.h>

#define REGEX_MAX ((size_t)100000)

/* Flags of go test whose value may be the next argument. */
static const char *const values[] = {
	"-coverprofile", "-covermode",  "-coverpkg",   "-timeout",   "-count",   "-cpu",
	"-parallel",     "-tags",       "-o",          "-outputdir", "-exec",    "-ldflags",
	"-gcflags",      "-mod",        "-modfile",    "-p",         "-shuffle", "-bench",
	"-benchtime",    "-cpuprofile", "-memprofile", "-trace",     "-skip",    NULL,
};

static const char *const selectors[] = {"-run", "--run", "-test.run", NULL};

static bool is_package(const char *arg)
{
	return arg[0] != '-' && (arg[0] == '.' || strchr(arg, '/') || str_eq(arg, "all"));
}

/* What the user gave to go test, but for packages and a selection. */
static void keep_go_arguments(const struct command *command, size_t from, struct strv *out)
{
	for (size_t i = from; i < command->argc; i++) {
		const char *arg = command->argv[i];
		bool is_value = i > from && is_listed(values, command->argv[i - 1]);

		if (is_listed(selectors, arg)) {
			i++;
		} else if (is_value || (!names_option(selectors, arg) && !is_package(arg))) {
			strv_add(out, arg);
		}
	}
}

/*
 * Top-level tests by name, with all their subtests: "A/x" and "B/y" have no common pattern that
 * does not also select or lose others. -count=1 forbids an answer from go's cache of results.
 */
int gotestsum_select(const struct preset *preset, const struct first_run *first,
		     const struct selection *selection, struct strv *out)
{
	const struct command *command = first->command;
	CLEANUP(buf_release) struct buf regex = BUF_INIT(REGEX_MAX);
	CLEANUP(map_release) struct map seen = {0};
	CLEANUP(strv_release) struct strv packages = {0};
	CLEANUP(strv_release) struct strv own = {0};
	size_t end = 0;

	if (selection->level != LEVEL_TEST) {
		return -1;
	}
	for (size_t i = 0; i < selection->count; i++) {
		const struct test_name *test = &selection->tests[i]->test;
		size_t len = strcspn(str_or(test->name, ""), "/");
		AUTO_FREE char *top = mem_strn(str_or(test->name, ""), len);

		if (!len || str_empty(test->class_name)) {
			return -1;
		}
		if (map_put(&seen, top, 0)) {
			buf_fmt(&regex, "%s%s", regex.len ? "|" : "-run=^(?:", top);
		}
		if (!strv_has(&packages, test->class_name)) {
			strv_add(&packages, test->class_name);
		}
	}
	buf_str_add(&regex, ")$");
	preset_without_results(preset, command, &own);
	while (end < own.len && !str_eq(own.items[end], "--")) {
		if (!names_option((const char *const[]){"--packages", NULL}, own.items[end])) {
			strv_add(out, own.items[end]);
		}
		end++;
	}
	strv_add(out, "--");
	keep_go_arguments(&(struct command){own.items, own.len, 0, false, NULL, false}, end + 1,
			  out);
	strv_add(out, "-count=1");
	strv_add(out, buf_str(&regex));
	strv_add_all(out, &packages);
	return regex.cut ? -1 : 0;
}

/* A package that is there: another one would be refused whatever -run says. */
bool gotestsum_stranger(const struct command *command, struct test_name *test)
{
	bool behind = false;
	const char *package = "./...";

	for (size_t i = command->first; i < command->argc; i++) {
		const char *arg = command->argv[i];

		if (behind && is_package(arg) && !is_listed(values, command->argv[i - 1])) {
			package = arg;
			break;
		}
		behind |= str_eq(arg, "--");
	}
	mem_replace(&test->class_name, package);
	return true;
}

void go_forget_last_run(struct strv *env)
{
	strv_fmt(env, "GOFLAGS=%s -count=1", str_or(getenv("GOFLAGS"), ""));
}

char *go_bar(const struct command *command)
{
	(void)command;
	return mem_str("go test writes no report; gotestsum runs it and does: "
		       "steady run -- gotestsum -- ./...");
}
