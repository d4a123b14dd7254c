/* SPDX-License-Identifier: Apache-2.0 */
#include "history/rollup.h"

#include "history/block.h"
#include "history/decode.h"
#include "history/fold.h"
#include "history/id_map.h"
#include "history/roster.h"
#include "history/seen.h"
#include "model/run.h"

/*
 * Rows first: they name the tests that did more than pass. Of the others nothing has to be known but
 * whether they ran; fold.h makes one observation of what several attempts say.
 */
struct attempt_ref {
	int64_t id, number;
};

#define HINTS 128

struct rollup {
	struct db *db;
	int64_t run_id;
	bool imported, silent;
	struct {
		VEC(struct attempt_ref)
	} attempts; /* by number */
	struct tally tally;
	struct id_map rows;    /* tests that have some */
	uint64_t hints[HINTS]; /* a bit for each of them; tests may share one */
	struct roster roster;
	struct roster folded; /* of the tests that have rows */
	const struct rollup_sources *sources;
	struct block block;
	int64_t results, tests;
	double tests_us;
};

static void rollup_end(struct rollup *rollup)
{
	VEC_FREE(&rollup->attempts);
	tally_release(&rollup->tally);
	id_map_release(&rollup->rows);
	roster_release(&rollup->roster);
	roster_release(&rollup->folded);
	block_release(&rollup->block);
}

static int look_at_run(struct rollup *rollup, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(rollup->db, "look_at_run");
	int more;

	stmt_bind_int(row, ":run", rollup->run_id);
	more = stmt_next(row, err);
	if (more == 0) {
		rollup->imported = stmt_col_int(row, 0) != 0;
		rollup->silent = !run_is_evidence(decode_run_outcome(stmt_col_borrow(row, 1)));
	}
	return more < 0 ? -1 : 0;
}

static int list_attempts(struct rollup *rollup, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(rollup->db, "list_attempts");
	int more;

	stmt_bind_int(row, ":run", rollup->run_id);
	while ((more = stmt_next(row, err)) == 0) {
		*VEC_PUSH(&rollup->attempts) = (struct attempt_ref){
			.id = stmt_col_int(row, 0),
			.number = stmt_col_int(row, 1),
		};
	}
	return more < 0 ? -1 : 0;
}

/* Nearly all tests have no row, and so no bit. */
static void note_row(struct rollup *rollup, int64_t test_id)
{
	rollup->hints[(uint64_t)test_id / 64 % HINTS] |= UINT64_C(1) << ((uint64_t)test_id % 64);
	id_map_add(&rollup->rows, test_id, 1);
}

static bool has_rows(const struct rollup *rollup, int64_t test_id)
{
	return rollup->hints[(uint64_t)test_id / 64 % HINTS] >> ((uint64_t)test_id % 64) & 1 &&
	       id_map_get(&rollup->rows, test_id);
}

static struct sighting *add_sighting(struct rollup *rollup, int64_t test_id, int64_t attempt)
{
	struct sighting *sighting = VEC_PUSH(&rollup->tally.sightings);

	sighting->test_id = test_id;
	sighting->attempt = attempt;
	sighting->imported = rollup->imported;
	sighting->order = rollup->tally.sightings.len;
	return sighting;
}

static bool is_first(const struct rollup *rollup, int64_t attempt)
{
	return attempt == rollup->attempts.items[0].number;
}

static double time_of(const struct sighting *sighting)
{
	bool ran = sighting->outcome != OUTCOME_SKIPPED && sighting->duration_us > 0;

	return ran ? (double)sighting->duration_us : 0;
}

/* Rows of one test stand together, in the order in which they came: they count as one, with the longest time. */
struct counted {
	int64_t test_id;
	double us;
	bool ran;
};

static void count(struct rollup *rollup, const struct sighting *sighting, struct counted *last)
{
	double us = time_of(sighting);
	bool ran = sighting->outcome != OUTCOME_SKIPPED;

	if (sighting->test_id != last->test_id) {
		*last = (struct counted){.test_id = sighting->test_id};
	}
	rollup->tests += ran && !last->ran;
	rollup->tests_us += us > last->us ? us - last->us : 0;
	last->ran = last->ran || ran;
	last->us = us > last->us ? us : last->us;
}

static void add_row(struct rollup *rollup, const struct stmt *row, int64_t attempt,
		    struct counted *last)
{
	struct sighting *sighting = add_sighting(rollup, stmt_col_int(row, 0), attempt);
	int64_t verdict = stmt_col_int(row, 5);

	sighting->outcome = decode_outcome(stmt_col_borrow(row, 1));
	sighting->duration_us = stmt_col_known(row, 2);
	sighting->failed_tries = stmt_col_int(row, 3) > 0;
	sighting->failure_id = stmt_col_int(row, 4);
	sighting->passed_retry = verdict & 1;
	sighting->service_down = verdict & 2;
	sighting->failed_again = verdict & 4;
	note_row(rollup, sighting->test_id);
	if (is_first(rollup, attempt) && !rollup->silent) {
		count(rollup, sighting, last);
	}
}

static int read_rows(struct rollup *rollup, const struct attempt_ref *attempt, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(rollup->db, "list_run_rows");
	struct counted last = {.test_id = INT64_MIN};
	int more;

	stmt_bind_int(row, ":attempt", attempt->id);
	stmt_bind_int(row, ":run", rollup->run_id);
	while ((more = stmt_next(row, err)) == 0) {
		rollup->results++;
		add_row(rollup, row, attempt->number, &last);
	}
	return more < 0 ? -1 : 0;
}

/* A block, wherever it comes from. */
struct told {
	const int64_t *test_ids;
	const unsigned char *codes;
	size_t len;
};

/* How many results the block tells; and what its attempt ran, when it is the first. */
static void sum_block(struct rollup *rollup, const struct told *block, int64_t attempt)
{
	size_t counts[BLOCK_ROW + 1] = {0};
	size_t told;

	for (size_t i = 0; i < block->len; i++) {
		counts[block->codes[i]]++;
	}
	told = block->len - counts[BLOCK_ROW];
	rollup->results += (int64_t)told;
	if (!is_first(rollup, attempt)) {
		return;
	}
	rollup->tests += (int64_t)(told - counts[BLOCK_SKIPPED]);
	for (unsigned code = 1; code < BLOCK_UNTIMED; code++) {
		rollup->tests_us +=
			(double)block_duration_us((unsigned char)code) * (double)counts[code];
	}
}

static void add_block(struct rollup *rollup, const struct told *block, int64_t attempt)
{
	struct roster *roster = &rollup->roster;

	VEC_RESERVE(roster, roster->len + block->len);
	for (size_t i = 0; i < block->len; i++) {
		unsigned char code = block->codes[i];
		int64_t test_id = block->test_ids[i];

		if (!has_rows(rollup, test_id)) {
			roster->items[roster->len++] = (struct roster_test){
				.id = test_id, .skipped = code == BLOCK_SKIPPED};
		} else if (code != BLOCK_ROW) {
			struct sighting *sighting = add_sighting(rollup, test_id, attempt);

			sighting->outcome = block_outcome(code);
			sighting->duration_us = block_duration_us(code);
		}
	}
}

static void take_block(struct rollup *rollup, const struct told *block, int64_t attempt)
{
	sum_block(rollup, block, attempt);
	add_block(rollup, block, attempt);
}

/* False when they are not at hand. */
static bool take_fresh(struct rollup *rollup, const struct attempt_ref *attempt)
{
	bool any = false;

	if (!rollup->sources->fresh) {
		return false;
	}
	VEC_EACH (const struct fresh_block, fresh, rollup->sources->fresh) {
		if (fresh->attempt_id == attempt->id) {
			take_block(rollup,
				   &(struct told){fresh->test_ids, fresh->codes, fresh->len},
				   attempt->number);
			any = true;
		}
	}
	return any;
}

static int read_blocks(struct rollup *rollup, const struct attempt_ref *attempt, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = NULL;
	int more;

	if (take_fresh(rollup, attempt)) {
		return 0;
	}
	row = db_stmt(rollup->db, "list_attempt_blocks");
	stmt_bind_int(row, ":attempt", attempt->id);
	while ((more = stmt_next(row, err)) == 0) {
		const struct block *block = &rollup->block;

		if (block_read(&rollup->block, rollup->sources->cache, row, 0, err) < 0) {
			return -1;
		}
		take_block(rollup,
			   &(struct told){block->test_ids, (const unsigned char *)block->codes.data,
					  block->codes.len},
			   attempt->number);
	}
	return more < 0 ? -1 : 0;
}

static int read_attempts(struct rollup *rollup, struct err *err)
{
	VEC_EACH (const struct attempt_ref, attempt, &rollup->attempts) {
		if (read_rows(rollup, attempt, err) < 0) {
			return -1;
		}
	}
	VEC_EACH (const struct attempt_ref, attempt, &rollup->attempts) {
		if (read_blocks(rollup, attempt, err) < 0) {
			return -1;
		}
	}
	return 0;
}

static int find_signature(struct db *db, struct seen *seen, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = NULL;

	if (!seen->failure_id) {
		return 0;
	}
	row = db_stmt(db, "find_failure_signature");
	stmt_bind_int(row, ":id", seen->failure_id);
	return stmt_find(row, &seen->signature_id, err) < 0 ? -1 : 0;
}

static int find_digest(struct rollup *rollup, struct sighting *sighting, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = NULL;

	if (!sighting->failure_id || sighting->digest) {
		return 0;
	}
	row = db_stmt(rollup->db, "find_failure_digest");
	stmt_bind_int(row, ":id", sighting->failure_id);
	return stmt_find(row, &sighting->digest, err) < 0 ? -1 : 0;
}

/* Of few tests: those that an attempt tells of more than once. In the order of tally_sort(). */
static int find_digests(struct rollup *rollup, struct err *err)
{
	const struct tally *tally = &rollup->tally;

	for (size_t i = 1; i < tally->sightings.len; i++) {
		struct sighting *one = &tally->sightings.items[i - 1], *next = one + 1;

		if (one->test_id == next->test_id && one->attempt == next->attempt &&
		    (find_digest(rollup, one, err) < 0 || find_digest(rollup, next, err) < 0)) {
			return -1;
		}
	}
	return 0;
}

/* Tests that have rows: what they come to, and whether that is more than a pass. */
static int fold(struct rollup *rollup, struct buf *out, struct err *err)
{
	struct tally *tally = &rollup->tally;
	struct seen before = {0};
	size_t at = 0;

	tally_sort(tally);
	if (find_digests(rollup, err) < 0) {
		return -1;
	}
	while (at < tally->sightings.len) {
		struct seen seen = {.test_id = tally->sightings.items[at].test_id};

		at = tally_fold(tally, at, &seen.what, &seen.failure_id);
		*VEC_PUSH(&rollup->folded) = (struct roster_test){
			.id = seen.test_id, .skipped = seen.what.first == OUTCOME_SKIPPED};
		if (seen.what.first == OUTCOME_SKIPPED ||
		    (seen.what.first == OUTCOME_PASSED && !seen.what.failed_then_passed)) {
			continue;
		}
		if (find_signature(rollup->db, &seen, err) < 0) {
			return -1;
		}
		seen_write(out, &seen, &before);
		before = seen;
	}
	return 0;
}

void rollup_sum_release(struct rollup_sum *sum)
{
	roster_release(&sum->roster);
	buf_release(&sum->seen);
}

int rollup_sum(struct db *db, int64_t run_id, const struct rollup_sources *sources,
	       struct rollup_sum *out, struct err *err)
{
	CLEANUP(rollup_end)
	struct rollup rollup = {.db = db, .run_id = run_id, .sources = sources};

	*out = (struct rollup_sum){.seen = BUF_INIT(BUF_OWN_MAX)};
	if (look_at_run(&rollup, err) < 0 || list_attempts(&rollup, err) < 0 ||
	    read_attempts(&rollup, err) < 0 || fold(&rollup, &out->seen, err) < 0) {
		return -1;
	}
	out->silent = rollup.silent;
	out->results = rollup.results;
	out->tests = rollup.tests;
	out->tests_us = rollup.tests_us < (double)(INT64_MAX / 4) ? (int64_t)rollup.tests_us : 0;
	if (rollup.silent) {
		buf_clear(&out->seen);
		return 0;
	}
	roster_sort(&rollup.roster);
	roster_merge(&rollup.roster, &rollup.folded);
	out->roster = rollup.roster;
	rollup.roster = (struct roster){0};
	return 0;
}

int rollup_make(struct db *db, int64_t run_id, const struct fresh_blocks *fresh, struct err *err)
{
	CLEANUP(block_cache_release) struct block_cache cache = {.suites = {.db = db}};
	const struct rollup_sources sources = {&cache, fresh && !fresh->partial ? fresh : NULL};
	CLEANUP(rollup_sum_release) struct rollup_sum sum = {0};
	struct stmt *write = NULL;
	int64_t roster_id = 0;

	if (rollup_sum(db, run_id, &sources, &sum, err) < 0 ||
	    (!sum.silent && roster_store(db, &sum.roster, &roster_id, err) < 0)) {
		return -1;
	}
	write = db_stmt(db, "write_rollup");
	stmt_bind_int(write, ":run", run_id);
	stmt_bind_int(write, ":results", sum.results);
	stmt_bind_int(write, ":tests", sum.tests);
	stmt_bind_int(write, ":tests_us", sum.tests_us);
	stmt_bind_known(write, ":roster", sum.silent ? -1 : roster_id);
	stmt_bind_blob(write, ":seen", &sum.seen);
	return stmt_run(write, err);
}
