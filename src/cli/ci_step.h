/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_CI_STEP_H
#define STEADY_CLI_CI_STEP_H

#include "cli/place.h"
#include "report/runs_page.h"

/*
 * What a step of a CI tells: --summary, --outputs and --annotate. GitHub obeys commands that a step prints
 * ("::error …"), so from the beginning on it is told to obey none, whatever tests print, until our own
 * ones come at the end. All of that goes to stderr, where steady's own lines go.
 */
struct ci_step {
	const struct options *options;
	char token[33];      /* with which GitHub listens again; "" it does */
	bool is_one_of_many; /* only the summary is written, of all of them at the end */
	struct runs_page page;
};

void ci_step_begin(struct ci_step *step, const struct options *options);

/* Writes summary and outputs, and the annotations. What cannot be written is a warning. */
void ci_step_tell(struct ci_step *step, struct place *place, const struct summary_input *input);

/* Writes the summary of all runs that were told as one of many. */
void ci_step_tell_many(struct ci_step *step, struct place *place);

/* Lets GitHub listen again, if nothing was told. Releases all. */
void ci_step_end(struct ci_step *step);

#endif
