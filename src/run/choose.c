/* SPDX-License-Identifier: Apache-2.0 */
#include "run/choose.h"

#include "base/mem.h"
#include "rerun/template.h"

void choice_release(struct choice *choice)
{
	strv_release(&choice->argv);
	strv_release(&choice->env);
	cleanup_free(&choice->path);
}

bool chooser_can_select(const struct chooser *chooser)
{
	return chooser->preset || chooser->words;
}

size_t count_pending(const struct run *run)
{
	size_t pending = 0;

	VEC_EACH (const struct failed_test, failed, &run->failed) {
		pending += failed->retry != RETRY_PASSED;
	}
	return pending;
}

char *chooser_results_path(const struct chooser *chooser, int number)
{
	return mem_fmt("%s/attempt-%d.xml", chooser->folder, number);
}

/* The command with its results going to our folder, where that can be said. */
static int redirect(const struct chooser *chooser, const struct strv *command, int number,
		    struct choice *out, struct err *err)
{
	CLEANUP(strv_release) struct strv again = {0};
	struct command located;

	if (!chooser->preset) {
		strv_add_all(&out->argv, command);
		return 0;
	}
	preset_locate(chooser->preset, command->items, command->len, &located);
	if (preset_again(chooser->preset, &located, chooser->folder, &again, err) < 0) {
		return -1;
	}
	if (!chooser->redirects) {
		strv_add_all(&out->argv, &again);
		return 0;
	}
	out->path = chooser_results_path(chooser, number);
	preset_locate(chooser->preset, again.items, again.len, &located);
	return preset_redirect(chooser->preset, &located,
			       &(struct redirection){chooser->folder, out->path}, &out->argv,
			       &out->env, err);
}

static int next_number(const struct run *run)
{
	return (int)run->attempts.len + 1;
}

int chooser_whole(const struct chooser *chooser, const struct run *run, struct choice *out,
		  struct err *err)
{
	out->scope = SCOPE_WHOLE;
	return redirect(chooser, &run->command, next_number(run), out, err);
}

static bool expand_template(struct chooser *chooser, const struct selection *selection, int number,
			    struct choice *out, struct err *err)
{
	AUTO_FREE char *path = chooser_results_path(chooser, number);
	struct template_input input = {selection->tests, selection->count, chooser->folder, path};

	if (template_expand(chooser->words, &input, &out->argv, &out->env, err) < 0) {
		return false;
	}
	if (template_has_results(chooser->words)) {
		out->path = TAKE(path);
	}
	return true;
}

/* Names the tests as exactly as the preset can. */
static bool name_tests(struct chooser *chooser, const struct run *run, struct selection *selection,
		       struct strv *out)
{
	struct first_run first = {chooser->command, &run->attempts.items[0], chooser->folder, NULL};

	for (; chooser->level <= LEVEL_FILE; chooser->level++) {
		selection->level = chooser->level;
		if (preset_select(chooser->preset, &first, selection, out) == 0) {
			return true;
		}
		strv_release(out);
	}
	chooser->level = LEVEL_FILE;
	return false;
}

bool chooser_select(struct chooser *chooser, const struct run *run, const struct failed_test *only,
		    struct choice *out, struct err *err)
{
	AUTO_FREE const struct result **tests = mem_array(run->failed.len, sizeof(*tests));
	CLEANUP(strv_release) struct strv command = {0};
	struct selection selection = {tests, 0, chooser->level};
	int number = next_number(run);

	VEC_EACH (const struct failed_test, failed, &run->failed) {
		if (failed->retry != RETRY_PASSED && (!only || only == failed)) {
			tests[selection.count++] = failed->first;
		}
	}
	out->scope = SCOPE_SELECTED;
	if (chooser->unnamed || selection.count == 0) {
		return false;
	}
	if (chooser->words) {
		return expand_template(chooser, &selection, number, out, err);
	}
	return name_tests(chooser, run, &selection, &command) &&
	       redirect(chooser, &command, number, out, err) == 0;
}

void chooser_learn(struct chooser *chooser, const struct run *run, const struct attempt *retry)
{
	VEC_EACH (const struct failed_test, failed, &run->failed) {
		if (retry->scope == SCOPE_WHOLE || attempt_find(retry, failed->first->id)) {
			return;
		}
	}
	chooser->unnamed = chooser->level == LEVEL_FILE || chooser->words;
	chooser->level = LEVEL_FILE;
}
