/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_SUSPECTS_H
#define STEADY_CLI_SUSPECTS_H

#include "analyze/flakes.h"
#include "cli/place.h"
#include "model/suspect.h"

struct rules;

/*
 * What a report needs beside the counts: what the texts of failures tell, and what the commits changed in which
 * something began or ended. Only of what people read: of each state the tests that matter most, and of each span
 * its newest commits.
 */

/* Fills class_name of the signatures that those tests have. */
void suspects_classify(struct history *history, struct rules *rules,
		       const struct flake_report *flakes, struct evidence *evidence);

/* One entry for each of flakes->tests, most of them empty; the caller frees by suspects_free(). */
struct test_suspects *suspects_find(struct place *place, struct history *history,
				    const struct evidence *evidence,
				    const struct flake_report *flakes);
void suspects_free(struct test_suspects *suspects, const struct flake_report *flakes);

#endif
