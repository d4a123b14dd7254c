/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the JUnit file of one run out of a CI's history to stdout.
 *
 *	make_run TESTS COMMIT RUN [mass]
 *
 * One test in a hundred is flaky, at a rate of its own; every tenth commit breaks a block of about 110
 * tests, for one to five commits; a few tests are always skipped; durations are log-normal. "mass" makes
 * nine of ten tests fail, for one reason. The same arguments give the same file.
 */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TESTS_A_CLASS 25
#define FRAMES        24 /* the second half differs from run to run */
#define BREAK_MOST    5  /* commits */

struct run {
	uint64_t tests, commit, number;
	bool mass;
};

enum draw { KIND, RATE, FAIL, BASE, NOISE, BREAKS, LASTS, WHERE, WIDTH, FRAME, MASS };

/* A hash of what it is for: nothing has to be drawn before it. */
static uint64_t draw(enum draw what, uint64_t a, uint64_t b)
{
	uint64_t x = (a << 32 | b) + (uint64_t)(what + 1) * 0x9e3779b97f4a7c15U;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9U;
	x = (x ^ x >> 27) * 0x94d049bb133111ebU;
	return x ^ x >> 31;
}

/* Above 0 and at most 1. */
static double uniform(enum draw what, uint64_t a, uint64_t b)
{
	return (double)((draw(what, a, b) >> 11) + 1) / 9007199254740992.0;
}

static double gauss(enum draw what, uint64_t a, uint64_t b)
{
	return sqrt(-2 * log(uniform(what, a, b))) * cos(2 * M_PI * uniform(what, b + 1, a));
}

static bool is_skipped(uint64_t test)
{
	return uniform(KIND, test, 0) > 0.985;
}

static bool is_broken(const struct run *run, uint64_t test)
{
	for (uint64_t age = 0; age < BREAK_MOST && age <= run->commit; age++) {
		uint64_t first = run->commit - age;
		uint64_t at = draw(WHERE, first, 0) % run->tests;
		double width = -110 * log(uniform(WIDTH, first, 0));

		if (draw(BREAKS, first, 0) % 10 == 0 && draw(LASTS, first, 0) % BREAK_MOST >= age &&
		    (double)((test + run->tests - at) % run->tests) < width) {
			return true;
		}
	}
	return false;
}

static bool is_flaky_now(const struct run *run, uint64_t test)
{
	double luck = uniform(RATE, test, 0);

	return uniform(KIND, test, 0) < 0.01 &&
	       uniform(FAIL, test, run->number) < 0.005 + 0.4 * luck * luck;
}

static void put_failure(uint64_t cause, uint64_t run)
{
	static const char *const types[] = {
		"java.net.ConnectException: Connection refused",
		"java.util.concurrent.TimeoutException: no answer within 3000 ms",
		"org.opentest4j.AssertionFailedError: expected: 3 but was: 4",
		"java.lang.IllegalStateException: the basket is closed",
	};

	printf("<failure message=\"failed\" type=\"java.lang.AssertionError\">%s\n",
	       types[draw(FRAME, cause, 0) % 4]);
	for (uint64_t i = 0; i < FRAMES; i++) {
		uint64_t at = draw(FRAME, cause, i < FRAMES / 2 ? i : run * FRAMES + i);
		unsigned thing = (unsigned)(at >> 8) % 500, line = (unsigned)(at >> 40) % 900;

		printf("\tat org.example.area%u.Thing%u.step%u(Thing%u.java:%u)\n",
		       (unsigned)at % 40, thing, (unsigned)(at >> 20) % 90, thing, line);
	}
	printf("</failure>");
}

static void put_test(const struct run *run, uint64_t test)
{
	unsigned long long class = test / TESTS_A_CLASS;
	double us =
		30000 * exp(1.6 * gauss(BASE, test, 0) + 0.25 * gauss(NOISE, test, run->number));

	printf("<testcase classname=\"org.example.area%llu.Thing%lluTest\" "
	       "name=\"keepsTotalOfInput%llu\" time=\"%.3f\">",
	       class % 40, class, (unsigned long long)test, is_skipped(test) ? 0 : us / 1e6);
	if (is_skipped(test)) {
		printf("<skipped/>");
	} else if (run->mass && draw(MASS, test, 0) % 10 > 0) {
		put_failure(run->tests, 0);
	} else if (is_flaky_now(run, test) || is_broken(run, test)) {
		put_failure(test, run->number);
	}
	printf("</testcase>\n");
}

static uint64_t number(const char *text)
{
	char *end = NULL;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || end == text || *end || value >= UINT32_MAX) {
		fprintf(stderr, "make_run: not such a number: %s\n", text);
		exit(2);
	}
	return value;
}

int main(int argc, char **argv)
{
	struct run run = {.mass = argc == 5 && strcmp(argv[4], "mass") == 0};

	if (argc != (run.mass ? 5 : 4)) {
		fprintf(stderr, "usage: make_run TESTS COMMIT RUN [mass]\n");
		return 2;
	}
	run.tests = number(argv[1]);
	run.commit = number(argv[2]);
	run.number = number(argv[3]);
	printf("<testsuites><testsuite name=\"unit\">\n");
	for (uint64_t test = 0; test < run.tests; test++) {
		put_test(&run, test);
	}
	printf("</testsuite></testsuites>\n");
	return fclose(stdout) == 0 ? 0 : 1;
}
