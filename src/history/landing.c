/* SPDX-License-Identifier: Apache-2.0 */
#include "history/landing.h"

#include "history/internal.h"
#include "history/merge.h"
#include "history/record.h"
#include "history/scratch.h"

#define LOAD_RUNS    64
#define LOAD_RESULTS ((size_t)2000000)

void landing_clear(struct landing *landing)
{
	tx_end(&landing->tx);
	landing->tx = (struct tx){0};
	history_close(landing->here);
	landing->here = NULL;
	landing->runs = landing->results = 0;
}

static int landing_open(struct landing *landing, struct err *err)
{
	if (landing->here) {
		return 0;
	}
	if (scratch_open(NULL, &landing->here, err) < 0) {
		return -1;
	}
	return tx_begin(&landing->tx, &landing->here->db, TX_WRITE, err);
}

int landing_merge(struct landing *landing, struct err *err)
{
	CLEANUP(merge_effect_release) struct merge_effect effect = {0};
	int done = 0;

	if (landing->runs > 0) {
		done = tx_commit(&landing->tx, err);
		landing->tx = (struct tx){0};
		if (done == 0) {
			done = merge_exactly(landing->into, landing->here, &effect, err);
		}
	}
	if (landing->merged) {
		merge_effect_add(landing->merged, &effect);
	}
	landing_clear(landing);
	return done;
}

static size_t count_results(const struct run *run)
{
	size_t count = 0;

	VEC_EACH (const struct attempt, attempt, &run->attempts) {
		VEC_EACH (const struct results_file, file, &attempt->files) {
			count += file->results.len;
		}
	}
	return count;
}

/* A name that has landed already has to meet the one before where both belong. */
int landing_take(struct landing *landing, const struct run *run, struct err *err)
{
	int done;

	if (landing_open(landing, err) < 0) {
		return -1;
	}
	done = record_run(&landing->here->db, run, err);
	if (done < 0 && err->code == ERR_INPUT && landing->runs > 0) {
		if (landing_merge(landing, err) < 0 || landing_open(landing, err) < 0) {
			return -1;
		}
		done = record_run(&landing->here->db, run, err);
	}
	if (done < 0) {
		return -1;
	}
	landing->runs++;
	landing->results += count_results(run);
	return landing->runs < LOAD_RUNS && landing->results < LOAD_RESULTS
		       ? 0
		       : landing_merge(landing, err);
}

int landing_alone(struct landing *landing, const struct run *run, struct err *err)
{
	int done = landing_open(landing, err);

	if (done == 0) {
		done = record_run(&landing->here->db, run, err);
	}
	if (done == 0) {
		done = tx_commit(&landing->tx, err);
	}
	landing->tx = (struct tx){0};
	return done;
}
