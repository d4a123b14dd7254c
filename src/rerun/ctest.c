/* SPDX-License-Identifier: Apache-2.0 */
#include "rerun/ctest.h"

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/process.h"
#include "text/json.h"

/* A listing holds a few hundred bytes a test. */
#define LIST_MAX ((size_t)256 << 20)

/* Is a result there for each test of `ctest --show-only=json-v1`? */
static size_t count_unrun(const struct json *listed, const struct attempt *attempt)
{
	CLEANUP(map_release) struct map seen = {0};
	size_t unrun = 0;

	ATTEMPT_EACH_RESULT(result, attempt)
	{
		const char *name = str_or(result->test.name, "");
		size_t count = 0;

		map_get(&seen, name, &count);
		map_put(&seen, name, count + 1);
	}
	/* folders may have tests of one name: each needs a result of its own */
	for (size_t i = 0; i < json_len(listed); i++) {
		const char *name = json_get_str(json_at(listed, i), "name");
		size_t count = 0;

		if (!name || !map_get(&seen, name, &count) || count == 0) {
			unrun++;
		} else {
			map_put(&seen, name, count - 1);
		}
	}
	return unrun;
}

/* --stop-on-failure may also stand in a preset; so ctest is asked for the tests of this command, and
 * each must have a result. Exit code 8 needs no proof: other kinds of failure set other bits. */
char *ctest_doubt(const struct first_run *first, bool *stateful)
{
	CLEANUP(strv_release) struct strv argv = {0};
	CLEANUP(buf_release) struct buf text = BUF_INIT(LIST_MAX);
	AUTO_JSON struct json *list = NULL;
	struct err ignored = ERR_INIT;
	size_t unrun = 0;

	preset_without_results(preset_find("ctest"), first->command, &argv);
	(void)stateful;
	strv_add(&argv, "--show-only=json-v1");
	if (process_ask(strv_argv(&argv), &text) < 0 ||
	    json_parse(buf_str(&text), text.len, &list, &ignored) < 0) {
		return mem_str("ctest did not list its tests: some may not have run");
	}
	unrun = count_unrun(json_get(list, "tests"), first->attempt);
	return unrun ? mem_fmt("%zu of %zu tests did not run", unrun,
			       json_len(json_get(list, "tests")))
		     : NULL;
}
