/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_FOLD_H
#define STEADY_HISTORY_FOLD_H

#include "model/evidence.h"

/*
 * From the results of one test in all attempts of one run to one observation. Pure.
 */
struct sighting {
	int64_t test_id;
	size_t run;
	int64_t attempt;
	size_t order; /* as it was read */
	int64_t duration_us;
	int64_t failure_id; /* 0 none */
	int64_t digest;     /* of the failure, where its attempt tells of the test more than once */
	enum outcome outcome;
	bool failed_tries;
	bool imported;
	bool passed_retry; /* of a `steady run`: the verdict on record */
	bool failed_again; /* the same: the retries failed */
	bool service_down; /* the same: put down to a service */
};

struct tally {
	struct {
		VEC(struct sighting)
	} sightings;
};

/* By test, then by run, attempt and order. */
void tally_sort(struct tally *tally);

/*
 * Folds the sightings of one test in one run, which start at index `at`; returns the index behind
 * them. `test` and the signature are left to the caller: *failure_id names the failure, or is 0.
 */
size_t tally_fold(const struct tally *tally, size_t at, struct observation *out,
		  int64_t *failure_id);

void tally_release(struct tally *tally);

#endif
