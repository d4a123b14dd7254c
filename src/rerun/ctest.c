/* SPDX-License-Identifier: Apache-2.0 */
#include "rerun/ctest.h"

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"
#include "os/process.h"
#include "rerun/internal.h"
#include "text/json.h"

#include <string.h>

/* A listing holds a few hundred bytes a test. */
#define LIST_MAX ((size_t)256 << 20)

#define CUSTOM "a CTestCustom file may make ctest fail for more than its tests"

/* The value of that property of a listed test; NULL none. */
static const struct json *property_of(const struct json *test, const char *name)
{
	const struct json *properties = json_get(test, "properties");

	for (size_t i = 0; i < json_len(properties); i++) {
		const struct json *property = json_at(properties, i);

		if (str_eq(json_get_str(property, "name"), name)) {
			return json_get(property, "value");
		}
	}
	return NULL;
}

/* Has each test of `ctest --show-only=json-v1` run? One that skips itself, or is skipped because
 * others failed, has not. */
static size_t count_unrun(const struct json *listed, const struct attempt *attempt)
{
	CLEANUP(map_release) struct map seen = {0};
	size_t unrun = 0;

	ATTEMPT_EACH_RESULT(result, attempt)
	{
		const char *name = str_or(result->test.name, "");
		size_t count = 0;

		map_get(&seen, name, &count);
		map_put(&seen, name, count + (result->outcome != OUTCOME_SKIPPED));
	}
	/* folders may have tests of one name: each needs a result of its own */
	for (size_t i = 0; i < json_len(listed); i++) {
		const char *name = json_get_str(json_at(listed, i), "name");
		size_t count = 0;

		if (json_truth(property_of(json_at(listed, i), "DISABLED"))) {
			continue;
		}
		if (!name || !map_get(&seen, name, &count) || count == 0) {
			unrun++;
		} else {
			map_put(&seen, name, count - 1);
		}
	}
	return unrun;
}

/* The command that lists the tests, without what would write a dashboard's files or a log of its
 * own meanwhile. */
static void list_command(const struct first_run *first, struct strv *out)
{
	static const char *const writing[] = {"-T", "--test-action", "-D", "--dashboard",
					      "-M", "--test-model",  "-O", "--output-log",
					      NULL};
	CLEANUP(strv_release) struct strv words = {0};

	preset_without_results(preset_find("ctest"), first->command, &words);
	for (size_t i = 0; i < words.len; i++) {
		if (!names_option(writing, words.items[i])) {
			strv_add(out, words.items[i]);
		} else {
			i += strchr(words.items[i], '=') == NULL;
		}
	}
	strv_add(out, "--show-only=json-v1");
}

static bool has_custom(const char *folder)
{
	static const char *const names[] = {"CTestCustom.cmake", "CTestCustom.ctest"};
	bool found = false;

	for (size_t i = 0; i < ARRAY_LEN(names) && !found; i++) {
		AUTO_FREE char *path = path_join(folder, names[i]);

		found = file_exists(path);
	}
	return found;
}

static bool has_custom_above(char *folder)
{
	char *slash = folder + strlen(folder);

	for (; slash && slash != folder; slash = strrchr(folder, '/')) {
		*slash = '\0';
		if (has_custom(folder)) {
			return true;
		}
	}
	return false;
}

/* In the folder of the tests that a preset names: it is one above where a test runs. */
static bool is_listed_custom(const struct json *listed)
{
	AUTO_FREE char *folder =
		mem_str(json_text(property_of(json_at(listed, 0), "WORKING_DIRECTORY")));

	return folder && has_custom_above(folder);
}

/* --stop-on-failure may also stand in a preset; so ctest is asked for the tests of this command, and
 * each must have run. Exit code 8 needs no other proof, unless the project has commands around the
 * tests: that one of them fails is told by the same code. */
char *ctest_doubt(const struct first_run *first, bool *stateful)
{
	CLEANUP(strv_release) struct strv argv = {0};
	CLEANUP(buf_release) struct buf text = BUF_INIT(LIST_MAX);
	AUTO_FREE char *base = preset_base(preset_find("ctest"), first->command);
	AUTO_JSON struct json *list = NULL;
	struct err ignored = ERR_INIT;
	size_t unrun = 0;

	(void)stateful;
	/* a listing would start those commands as well */
	if (has_custom(base)) {
		return mem_str(CUSTOM);
	}
	list_command(first, &argv);
	if (process_ask(strv_argv(&argv), &text) < 0 ||
	    json_parse(buf_str(&text), text.len, &list, &ignored) < 0) {
		return mem_str("ctest did not list its tests: some may not have run");
	}
	if (is_listed_custom(json_get(list, "tests"))) {
		return mem_str(CUSTOM);
	}
	unrun = count_unrun(json_get(list, "tests"), first->attempt);
	return unrun ? mem_fmt("%zu of %zu tests did not run", unrun,
			       json_len(json_get(list, "tests")))
		     : NULL;
}
