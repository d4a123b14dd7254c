/* SPDX-License-Identifier: Apache-2.0 */
#include "folder.h"

#include "run/crew.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILES 60
#define TESTS 40

/* Every fifth is none, the others fail in different words, some of which are masked. */
static void write_file(size_t number)
{
	AUTO_FREE char *path = mem_fmt("%zu.xml", number);
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	fputs(number % 5 ? "<testsuite>" : "<html>", file);
	for (size_t i = 0; i < TESTS; i++) {
		fprintf(file,
			"<testcase classname='c%zu' name='t%zu'><failure type='E' message='at "
			"10.0.0.%zu: %zu of 0x%zx'/></testcase>",
			number % 3, i, i, i * number, i);
	}
	fputs(number % 5 ? "</testsuite>" : "</html>", file);
	assert_int_equal(fclose(file), 0);
}

struct load {
	struct crew_task tasks[FILES];
	char *paths[FILES];
};

static void add_all(struct crew *crew, struct load *load, const struct results_file_list *known)
{
	*load = (struct load){0};
	for (size_t i = 0; i < FILES; i++) {
		load->paths[i] = mem_fmt("%zu.xml", i);
		load->tasks[i] = (struct crew_task){.path = load->paths[i], .known = known};
		crew_add(crew, &load->tasks[i]);
	}
}

static void load_release(struct load *load)
{
	for (size_t i = 0; i < FILES; i++) {
		results_file_release(&load->tasks[i].file);
		free(load->paths[i]);
	}
}

static void assert_alike(const struct results_file *a, const struct results_file *b)
{
	assert_string_equal(a->path, b->path);
	assert_string_equal(a->digest, b->digest);
	assert_int_equal(a->state, b->state);
	assert_int_equal(a->results.len, b->results.len);
	for (size_t i = 0; i < a->results.len; i++) {
		const struct result *one = &a->results.items[i], *other = &b->results.items[i];

		assert_string_equal(one->id, other->id);
		assert_string_equal(one->failure->signature, other->failure->signature);
	}
}

static void however_many_read_the_same_comes(void **state)
{
	const struct junit_read_options reading = {0};
	CLEANUP(load_release) struct load alone, together;

	(void)state;
	for (size_t i = 0; i < FILES; i++) {
		write_file(i);
	}
	for (unsigned readers = 1; readers <= 8; readers += 7) {
		struct crew *crew = crew_new(readers, &reading, NULL);
		struct load *load = readers == 1 ? &alone : &together;

		add_all(crew, load, NULL);
		/* the last one first: everything is read on the way to it */
		for (size_t i = FILES; i-- > 0;) {
			assert_true(crew_wait(crew, &load->tasks[i]));
		}
		assert_int_equal(crew_files(crew), FILES);
		assert_true(crew_bytes(crew) > FILES * TESTS * 60);
		crew_free(crew);
	}
	for (size_t i = 0; i < FILES; i++) {
		assert_alike(&alone.tasks[i].file, &together.tasks[i].file);
		assert_int_equal(alone.tasks[i].file.results.len, i % 5 ? TESTS : 0);
	}
}

static void what_is_known_is_not_read(void **state)
{
	const struct junit_read_options reading = {0};
	struct results_file_list known = {0};
	struct crew *crew = crew_new(2, &reading, NULL);
	CLEANUP(load_release) struct load load;
	struct results_file *there = VEC_PUSH(&known);

	(void)state;
	assert_true(junit_read_digest("7.xml", there->digest));
	there->tests = 4711;
	there->error = mem_str("what was said then");
	add_all(crew, &load, &known);
	for (size_t i = 0; i < FILES; i++) {
		assert_true(crew_wait(crew, &load.tasks[i]));
		assert_int_equal(load.tasks[i].is_known, i == 7);
	}
	assert_int_equal(load.tasks[7].file.results.len, 0);
	assert_int_equal(load.tasks[7].file.tests, 4711);
	assert_string_equal(load.tasks[7].file.digest, there->digest);
	assert_string_equal(load.tasks[7].file.error, there->error);
	assert_string_equal(load.tasks[7].file.path, "7.xml");
	assert_int_equal(load.tasks[8].file.results.len, TESTS);
	crew_free(crew);
	results_file_list_release(&known);
}

/* "No" for the third time and ever after. */
static bool say_no(void *payload)
{
	return ++*(int *)payload < 3;
}

static void it_can_be_stopped_and_used_again(void **state)
{
	const struct junit_read_options reading = {0};

	(void)state;
	for (unsigned readers = 1; readers <= 4; readers += 3) {
		int asked = 0;
		const struct crew_watch watch = {.tell = say_no, .payload = &asked};
		struct crew *crew = crew_new(readers, &reading, &watch);
		CLEANUP(load_release) struct load load, again;
		size_t done = 0;

		add_all(crew, &load, NULL);
		while (done < FILES && crew_wait(crew, &load.tasks[done])) {
			done++;
		}
		assert_true(done < FILES);
		crew_drop(crew);
		asked = -1000000;
		add_all(crew, &again, NULL);
		for (size_t i = 0; i < FILES; i++) {
			assert_true(crew_wait(crew, &again.tasks[i]));
			assert_int_equal(again.tasks[i].file.results.len, i % 5 ? TESTS : 0);
		}
		crew_free(crew);
	}
}

static void what_nobody_waited_for_is_left(void **state)
{
	const struct junit_read_options reading = {0};
	struct crew *crew = crew_new(4, &reading, NULL);
	CLEANUP(load_release) struct load load;

	(void)state;
	add_all(crew, &load, NULL);
	crew_free(crew);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(however_many_read_the_same_comes),
		cmocka_unit_test(what_is_known_is_not_read),
		cmocka_unit_test(it_can_be_stopped_and_used_again),
		cmocka_unit_test(what_nobody_waited_for_is_left),
	};

	return cmocka_run_group_tests(tests, folder_enter, folder_leave);
}
