/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/again.h"

#include "base/str.h"
#include "os/file.h"
#include "rerun/preset.h"
#include "text/escape.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define TESTS_MOST   20   /* of each state */
#define COMMAND_MOST 8000 /* nobody copies a longer one */

/* The newest run in which it failed by a command; NULL: reports were imported. */
static const struct run_facts *failing_run(const struct evidence *evidence,
					   const struct test_judgement *test)
{
	const struct run_facts *found = NULL;

	size_t at = evidence_first_observation(evidence, test->test);

	for (; at < evidence->observations.len; at++) {
		const struct observation *seen = &evidence->observations.items[at];
		const struct run_facts *run = &evidence->runs.items[seen->run];

		if (seen->test != test->test) {
			break;
		}
		if (outcome_is_bad(seen->first) && !str_empty(run->command) &&
		    run_facts_in_lane(run, test->job, test->variant)) {
			found = run;
		}
	}
	return found;
}

/* The command for this test alone. -1 where no framework is recognised, or it cannot name the test. */
static int narrow(const struct strv *argv, const struct test_name *test, struct strv *out)
{
	struct command command;
	const struct preset *preset = preset_detect(argv->items, argv->len, &command);
	struct result result = {.test = *test};
	const struct result *results[] = {&result};
	struct attempt attempt = {0};
	struct first_run first = {&command, &attempt, NULL, NULL};
	struct selection selection = {results, 1, LEVEL_TEST};

	for (; preset && selection.level <= LEVEL_FILE; selection.level++) {
		if (preset_select(preset, &first, &selection, out) == 0) {
			return 0;
		}
		strv_release(out);
	}
	return -1;
}

/* Behind the name of the project, which may hold two slashes itself; NULL: it is no such place. */
static const char *inside(const char *place)
{
	const char *found = NULL;

	for (const char *next = strstr(place, "//"); next; next = strstr(next + 2, "//")) {
		found = next + 2;
	}
	return found;
}

/* The place may come from somebody else's history. */
static bool leads_out(const char *folder)
{
	return *folder == '/' || *folder == '-' || strstr(folder, "..");
}

/* How to get from here to that folder of the same project: "" when it is here, or was recorded when nobody told. NULL: it
 * belongs to another one. The caller frees. */
static char *way_to(const char *here, const char *there)
{
	const char *from = inside(here), *to = there ? inside(there) : NULL;
	struct buf out = BUF_INIT(BUF_OWN_MAX);

	if (!there || str_eq(here, there)) {
		return mem_str("");
	}
	if (!from || !to || from - here != to - there || leads_out(to) ||
	    strncmp(here, there, (size_t)(from - here)) != 0) {
		return NULL;
	}
	for (; *from; from += strcspn(from, "/"), from += *from == '/') {
		buf_str_add(&out, out.len ? "/.." : "..");
	}
	buf_fmt(&out, "%s%s", out.len && *to ? "/" : "", to);
	return buf_take(&out);
}

/* Frameworks look for files in the folder where they are started. */
static int narrow_there(const char *way, const struct strv *argv, const struct test_name *test,
			struct strv *out)
{
	AUTO_CLOSE int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = -1;

	if (!*way) {
		return narrow(argv, test, out);
	}
	if (here >= 0 && chdir(way) == 0) {
		rc = narrow(argv, test, out);
		if (fchdir(here) < 0) {
			strv_release(out);
			return -1;
		}
	}
	return rc;
}

static char *again(const char *way, const struct strv *argv, const struct test_name *test)
{
	CLEANUP(strv_release) struct strv only = {0};
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);

	if (*way) {
		buf_str_add(&out, "cd ");
		escape_shell(&out, way);
		buf_str_add(&out, " && ");
	}
	buf_str_add(&out, "steady run --until-fail -- ");
	escape_command(&out, narrow_there(way, argv, test, &only) == 0 ? &only : argv);
	return out.len <= COMMAND_MOST ? buf_take(&out) : NULL;
}

static void tell(const char *here, struct history *history, const struct run_facts *run,
		 struct test_facts *test)
{
	const struct run_question question = {run->key, run->job, run->variant};
	CLEANUP(strv_release) struct strv argv = {0};
	AUTO_FREE char *folder = NULL;
	AUTO_FREE char *way = NULL;
	struct err ignored = ERR_INIT;

	if (history_run_command(history, &question, &argv, &folder, &ignored) < 0 ||
	    argv.len == 0) {
		return;
	}
	way = way_to(here, folder);
	if (way) {
		test->rerun = again(way, &argv, &test->name);
	}
}

void again_tell(struct place *place, struct history *history, const struct flake_report *flakes,
		struct evidence *evidence)
{
	static const enum test_state asked[] = {STATE_FLAKY, STATE_BROKEN};
	AUTO_FREE char *here = NULL;

	for (size_t k = 0; k < ARRAY_LEN(asked); k++) {
		for (size_t i = 0; i < flakes->count[asked[k]] && i < TESTS_MOST; i++) {
			const struct test_judgement *judged =
				flake_report_ranked(flakes, asked[k], i);
			struct test_facts *test = &evidence->tests.items[judged->test];
			const struct run_facts *run =
				test->rerun ? NULL : failing_run(evidence, judged);

			if (run && !here) {
				here = place_folder(place);
			}
			if (run) {
				tell(here, history, run, test);
			}
		}
	}
}
