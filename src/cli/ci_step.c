/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/ci_step.h"

#include "base/hash.h"
#include "base/log.h"
#include "base/str.h"
#include "cli/spare.h"
#include "os/file.h"
#include "os/outlet.h"
#include "report/annotations.h"
#include "report/ci_outputs.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void say(const struct buf *text)
{
	fflush(stdout); /* what was said before has to come before */
	outlet_say(STDERR_FILENO, buf_str(text), text->len);
}

void ci_step_begin(struct ci_step *step, const struct options *options)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(128);

	*step = (struct ci_step){.options = options};
	if (str_eq(options->annotate, "github")) {
		hash_new_id(step->token);
		buf_fmt(&line, "::stop-commands::%s\n", step->token);
		say(&line);
	}
}

void ci_step_end(struct ci_step *step)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(128);

	runs_page_release(&step->page);
	if (*step->token) {
		buf_fmt(&line, "::%s::\n", step->token);
		say(&line);
		*step->token = '\0';
	}
}

/* --- files --- */

/* Behind what other steps have written there. */
static void put(const char *path, const char *history, const struct buf *text)
{
	struct err err = ERR_INIT;

	if (spare_databases(path, history, &err) < 0 ||
	    file_append(path, buf_str(text), text->len, &err) < 0) {
		log_warning("%s", err.msg);
	}
}

/* --- places of failures --- */

/* The folders from which a failure may name files: the current one, then the root. */
struct folders {
	const char *root;
	char *here;
};

static bool leads_up(const char *path)
{
	return str_eq(path, "..") || str_starts(path, "../") || strstr(path, "/../") ||
	       str_ends(path, "/..");
}

static char *below_root(const struct folders *folders, const char *path)
{
	size_t len = strlen(folders->root);
	const char *rest =
		str_starts(path, folders->root) && path[len] == '/' ? path + len + 1 : NULL;

	return rest && file_is_regular(path) ? mem_str(rest) : NULL;
}

static char *locate(const char *path, void *payload)
{
	const struct folders *folders = payload;
	const char *starts[] = {folders->here, folders->root};

	while (str_starts(path, "./")) {
		path += 2;
	}
	if (!*path || leads_up(path)) {
		return NULL;
	}
	for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
		AUTO_FREE char *full = path_join(starts[i], path);
		char *found = below_root(folders, full);

		if (found) {
			return found;
		}
	}
	return NULL;
}

static void tell_summary(const struct options *options, const char *history,
			 const struct summary_input *input)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	run_markdown(input, &text);
	put(options->summary, history, &text);
}

void ci_step_tell_many(struct ci_step *step, struct place *place)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	runs_page_write(&step->page, &text);
	if (text.len > 0) {
		put(step->options->summary, place_history(place, step->options), &text);
	}
}

static void tell_outputs(const struct options *options, const char *history,
			 const struct summary_input *input)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	ci_outputs(input->run, options->summary, options->segment, &text);
	put(options->outputs, history, &text);
}

static void annotate(struct place *place, const struct summary_input *input)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	AUTO_FREE char *here = path_cwd();
	AUTO_FREE char *root = place_checkout(place);
	struct folders folders = {root, here};

	annotations_github(&(struct annotations_input){*input, locate, &folders}, &text);
	say(&text);
}

void ci_step_tell(struct ci_step *step, struct place *place, const struct summary_input *input)
{
	const char *history = place_history(place, step->options);
	bool annotates = *step->token;

	if (step->is_one_of_many) {
		if (step->options->summary) {
			runs_page_add(&step->page, input);
		}
		return;
	}
	if (step->options->summary) {
		tell_summary(step->options, history, input);
	}
	if (step->options->outputs) {
		tell_outputs(step->options, history, input);
	}
	ci_step_end(step);
	if (annotates) {
		annotate(place, input);
	}
}
