/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/mem.h"
#include "base/share.h"

#define COUNT 1000

struct tally {
	atomic_uint done[COUNT];
	atomic_uint workers[SHARE_WORKERS_MOST];
};

static void tally(struct share *share, size_t worker, void *payload)
{
	struct tally *tally = payload;
	struct part part;

	tally->workers[worker]++;
	while (share_take(share, &part)) {
		for (size_t i = part.first; i < part.end; i++) {
			tally->done[i]++;
		}
	}
}

static void each_is_done_once(void **state)
{
	static const size_t steps[] = {1, 7, COUNT - 1, COUNT, COUNT + 1};

	(void)state;
	for (size_t workers = 1; workers <= SHARE_WORKERS_MOST; workers += 5) {
		for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
			struct share share = {.count = COUNT, .step = steps[i]};
			AUTO_FREE struct tally *all = mem_alloc(sizeof(*all));

			share_out(&share, workers, tally, all);
			for (size_t at = 0; at < COUNT; at++) {
				assert_int_equal(all->done[at], 1);
			}
			for (size_t at = 0; at < SHARE_WORKERS_MOST; at++) {
				assert_int_equal(all->workers[at], at < workers ? 1 : 0);
			}
		}
	}
}

static void nothing_to_do(void **state)
{
	struct share share = {.count = 0, .step = 3};
	AUTO_FREE struct tally *all = mem_alloc(sizeof(*all));

	(void)state;
	share_out(&share, 1, tally, all);
	assert_int_equal(all->done[0], 0);
	assert_int_equal(all->workers[0], 1);
}

/* Whoever may not start threads starts none, nor does little work. */
static void as_many_as_are_allowed(void **state)
{
	static const struct {
		size_t allowed, amount, workers;
	} rows[] = {
		{1, 1000, 1}, {4, 0, 1},    {4, 19, 1},    {4, 20, 2},
		{4, 1000, 4}, {0, 1000, 1}, {1000, 39, 3}, {1000, 10000, SHARE_WORKERS_MOST},
	};

	(void)state;
	assert_int_equal(share_workers(1000, 10), 1);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		share_allow(rows[i].allowed);
		assert_int_equal(share_workers(rows[i].amount, 10), rows[i].workers);
	}
	share_allow(1);
}

struct twice {
	int first, second;
};

static void add_first(void *payload)
{
	((struct twice *)payload)->first++;
}

static void add_second(void *payload)
{
	((struct twice *)payload)->second++;
}

static void two_at_once(void **state)
{
	(void)state;
	for (size_t workers = 1; workers < 4; workers++) {
		struct twice twice = {0};

		share_two(add_first, add_second, workers, &twice);
		assert_int_equal(twice.first, 1);
		assert_int_equal(twice.second, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_many_as_are_allowed),
		cmocka_unit_test(each_is_done_once),
		cmocka_unit_test(nothing_to_do),
		cmocka_unit_test(two_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
