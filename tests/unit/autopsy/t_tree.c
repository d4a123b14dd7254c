/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "autopsy/tree.h"

static void add(struct stat_list *all, pid_t pid, pid_t ppid)
{
	*VEC_PUSH(all) = (struct stat_fact){.pid = pid, .ppid = ppid, .comm = "x", .state = 'S'};
}

static void free_all(struct stat_list *all)
{
	VEC_FREE(all);
}

static void check_order(const struct facts *facts, const pid_t *pids, size_t len)
{
	assert_int_equal(facts->procs.len, len);
	for (size_t i = 0; i < len; i++) {
		assert_int_equal(facts->procs.items[i].pid, pids[i]);
	}
}

/* 10 is the runner and subreaper, 20 its command, 40 and 41 what the command left behind. */
static void family(struct stat_list *all)
{
	add(all, 1, 0);
	add(all, 40, 10);
	add(all, 41, 40);
	add(all, 22, 21);
	add(all, 10, 1);
	add(all, 20, 10);
	add(all, 21, 20);
	add(all, 99, 1);
}

static void test_descendants_only(void **state)
{
	CLEANUP(free_all) struct stat_list all = {0};
	CLEANUP(facts_release) struct facts facts = {0};

	(void)state;
	family(&all);
	tree_select(&all, 20, 0, 10, &facts);
	check_order(&facts, (const pid_t[]){20, 21, 22}, 3);
}

static void test_what_the_subreaper_adopted(void **state)
{
	CLEANUP(free_all) struct stat_list all = {0};
	CLEANUP(facts_release) struct facts facts = {0};

	(void)state;
	family(&all);
	tree_select(&all, 20, 10, 10, &facts);
	check_order(&facts, (const pid_t[]){20, 21, 22, 40, 41}, 5);
	assert_false(facts.procs.items[0].adopted);
	assert_true(facts.procs.items[3].adopted);
}

/* The runner below a guardian that is the subreaper: not a part of the command. */
static void test_never_who_looks(void **state)
{
	CLEANUP(free_all) struct stat_list all = {0};
	CLEANUP(facts_release) struct facts facts = {0};

	(void)state;
	family(&all);
	tree_select(&all, 20, 1, 10, &facts);
	check_order(&facts, (const pid_t[]){20, 21, 22, 99}, 4);
}

static void test_bounded(void **state)
{
	CLEANUP(free_all) struct stat_list all = {0};
	CLEANUP(facts_release) struct facts facts = {0};

	(void)state;
	add(&all, 20, 10);
	for (pid_t pid = 100; pid < 100 + 2 * AUTOPSY_PROCS_MAX; pid++) {
		add(&all, pid, 20);
	}
	tree_select(&all, 20, 0, 10, &facts);
	assert_int_equal(facts.procs.len, AUTOPSY_PROCS_MAX);
	assert_int_equal(facts.unseen_procs, AUTOPSY_PROCS_MAX + 1);
}

/* A parent that is its own child must not keep it busy. */
static void test_circle(void **state)
{
	CLEANUP(free_all) struct stat_list all = {0};
	CLEANUP(facts_release) struct facts facts = {0};

	(void)state;
	add(&all, 20, 21);
	add(&all, 21, 20);
	tree_select(&all, 20, 0, 10, &facts);
	check_order(&facts, (const pid_t[]){20, 21}, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_descendants_only),
		cmocka_unit_test(test_what_the_subreaper_adopted),
		cmocka_unit_test(test_never_who_looks),
		cmocka_unit_test(test_bounded),
		cmocka_unit_test(test_circle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
