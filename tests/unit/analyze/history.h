/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TESTS_UNIT_ANALYZE_HISTORY_H
#define STEADY_TESTS_UNIT_ANALYZE_HISTORY_H

#include "base/str.h"
#include "model/evidence.h"
#include "rosters.h"

#include <string.h>

/*
 * Small histories written as one line. A word is one run, in time order, one a minute:
 *
 *	A:P   content A, the test passed        P pass  F fail  E error  S skipped
 *	A:PF  two tests: t0 passed, t1 failed   V failed, verified retry passed
 *	-:F   content unknown                   X the file reports failed tries, then the pass
 *	!:F   changed content (dirty)           . the test is not in this run
 *
 * Marks after the results: @job  %variant  #pull-request  /outcome (a letter of outcome_of, below)
 * ~signature of the run's failures. Every run has a commit of its own, each the child of the one before; those of a pull request are a branch of their own.
 */
#define RUN_MINUTE (60 * INT64_C(1000000))
#define RUN_FIRST  (INT64_C(1795000000) * 1000000)

static enum run_outcome outcome_of(char letter)
{
	switch (letter) {
	case 'c':
		return RUN_CANCELLED;
	case 'n':
		return RUN_NOT_READY;
	case 'e':
		return RUN_ERROR;
	case 't':
		return RUN_TIMEOUT;
	case 'f':
		return RUN_FAILED;
	default:
		return RUN_PASSED;
	}
}

static struct observation observation_of(char letter)
{
	struct observation seen = {.first = OUTCOME_PASSED, .duration_us = -1};

	switch (letter) {
	case 'F':
		seen.first = OUTCOME_FAILED;
		break;
	case 'E':
		seen.first = OUTCOME_ERROR;
		break;
	case 'S':
		seen.first = OUTCOME_SKIPPED;
		break;
	case 'V':
		seen.first = OUTCOME_FAILED;
		seen.passed_retry = true;
		break;
	case 'X':
		seen.failed_then_passed = true;
		break;
	default:
		break;
	}
	return seen;
}

static size_t signature_number(struct evidence *out, char letter)
{
	struct signature_facts *added = NULL;

	for (size_t i = 0; i < out->signatures.len; i++) {
		if (out->signatures.items[i].example[0] == letter) {
			return i;
		}
	}
	added = VEC_PUSH(&out->signatures);
	added->example = mem_fmt("%c went wrong", letter);
	memset(added->id, letter, SIGNATURE_LEN);
	return out->signatures.len - 1;
}

static char *piece(const char *word, char mark)
{
	const char *start = strchr(word, mark);

	return start ? mem_strn(start + 1, strcspn(start + 1, "@%#/~")) : NULL;
}

/* The number of the run that the last one comes from: of its own pull request, else of none; 0: there is none. */
static size_t parent_of(const struct evidence *evidence, const char *pull_request)
{
	size_t main_run = 0, own_run = 0;

	for (size_t i = 1; i < evidence->runs.len; i++) {
		const struct run_facts *run = &evidence->runs.items[i - 1];

		if (!run->pull_request) {
			main_run = i;
		} else if (str_eq(run->pull_request, pull_request)) {
			own_run = i;
		}
	}
	return own_run > 0 ? own_run : main_run;
}

static void history_run(struct evidence *out, const char *word)
{
	struct run_facts *run = VEC_PUSH(&out->runs);
	AUTO_FREE char *outcome = piece(word, '/');
	size_t number = out->runs.len, parent = 0;

	run->key = mem_fmt("run%zu", number);
	run->job = piece(word, '@');
	run->variant = piece(word, '%');
	run->pull_request = piece(word, '#');
	if (!run->job) {
		run->job = mem_str("unit");
	}
	if (!run->variant) {
		run->variant = mem_str("");
	}
	run->command = mem_str("make check");
	run->commit = word[0] == '-' ? NULL : mem_fmt("%04zx%036d", number, 0);
	parent = run->commit ? parent_of(out, run->pull_request) : 0;
	if (parent > 0) {
		strv_fmt(&run->parents, "%04zx%036d", parent, 0);
	}
	run->dirty = word[0] == '!';
	run->source = word[0] == '-' ? NULL : mem_strn(word, 1);
	run->outcome = outcome_of(outcome ? outcome[0] : ' ');
	run->started_us = RUN_FIRST + (int64_t)number * RUN_MINUTE;
	run->duration_us = -1;
}

/* What became of test number `test`: observations are grouped by test, and passes stand on rosters. */
static void history_test(struct evidence *out, const struct strv *words, size_t test)
{
	for (size_t i = 0; i < words->len; i++) {
		const char *word = words->items[i];
		const char *sign = strchr(word, '~');
		struct observation seen = {0};

		if (test >= strcspn(word + 2, "@%#/~") || word[2 + test] == '.') {
			continue;
		}
		seen = observation_of(word[2 + test]);
		out->results++;
		if (word[2 + test] == 'S') {
			continue;
		}
		out->runs.items[i].tests++;
		if (word[2 + test] == 'P') {
			rosters_note_ran(out, test, i);
			continue;
		}
		seen.run = i;
		seen.test = test;
		seen.has_signature = sign && strchr("FEVX", word[2 + test]);
		seen.signature = seen.has_signature ? signature_number(out, sign[1]) : 0;
		*VEC_PUSH(&out->observations) = seen;
	}
}

static void history_make(struct evidence *out, const char *line)
{
	CLEANUP(strv_release) struct strv words = {0};
	size_t tests = 0;

	*out = (struct evidence){0};
	for (const char *at = line; *at; at += strspn(at, " ")) {
		size_t len = strcspn(at, " ");
		size_t results = strcspn(at + 2, "@%#/~ ");

		strv_give(&words, mem_strn(at, len));
		history_run(out, words.items[words.len - 1]);
		tests = results > tests ? results : tests;
		at += len;
	}
	for (size_t test = 0; test < tests; test++) {
		struct test_facts *facts = VEC_PUSH(&out->tests);

		facts->name.class_name = mem_str("suite.Case");
		facts->name.name = mem_fmt("t%zu", test);
		test_name_id(&facts->name, facts->id);
		facts->asked = tests == 1; /* a test alone is looked at in any case */
	}
	rosters_make(out);
	for (size_t test = 0; test < tests; test++) {
		history_test(out, &words, test);
	}
	out->tests_seen = tests;
	if (out->runs.len > 0) {
		out->newest_run_us = out->runs.items[out->runs.len - 1].started_us;
	}
}

#endif
