/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/totals.h"

#define HIDDEN_MAX 100

/* -1 for what is no number. */
static int64_t number_of(const struct junit_attrs *attrs, enum junit_word word)
{
	const struct junit_attr *attr = junit_attrs_find(attrs, word);
	int64_t number = -1;

	for (size_t i = 0; attr && i < attr->len && i < 9; i++) {
		if (attr->value[i] < '0' || attr->value[i] > '9') {
			return -1;
		}
		number = (number < 0 ? 0 : number) * 10 + (attr->value[i] - '0');
	}
	return number;
}

struct junit_totals junit_totals_open(const struct junit_attrs *attrs, struct junit_place place)
{
	int64_t errors = number_of(attrs, WORD_ERRORS);
	int64_t failures = number_of(attrs, WORD_FAILURES);

	return (struct junit_totals){
		.said = number_of(attrs, WORD_TESTS),
		.said_errors = errors < 0 ? 0 : (uint64_t)errors,
		.said_failures = failures < 0 ? 0 : (uint64_t)failures,
		.place = place,
	};
}

size_t junit_totals_hidden(const struct junit_totals *totals, bool failures_too)
{
	uint64_t said = totals->said_errors + (failures_too ? totals->said_failures : 0);
	uint64_t seen = totals->errors + (failures_too ? totals->bad : totals->bad_errors);
	uint64_t hidden = said > seen ? said - seen : 0;

	return hidden < HIDDEN_MAX ? (size_t)hidden : HIDDEN_MAX;
}

void junit_totals_add(struct junit_totals *outer, const struct junit_totals *inner)
{
	outer->all += inner->all;
	outer->skipped += inner->skipped;
	outer->tries += inner->tries;
	outer->errors += inner->errors;
	outer->passed_over |= inner->passed_over;
	outer->bad += inner->bad;
	outer->bad_errors += inner->bad_errors;
	outer->further += inner->further;
	outer->unshown_tests += inner->unshown_tests;
	outer->unshown_failures += inner->unshown_failures;
	outer->claimed = inner->claimed > outer->claimed ? inner->claimed : outer->claimed;
}

static void raise(size_t *least, uint64_t said, uint64_t shown)
{
	uint64_t more = said > shown ? said - shown : 0;

	if (more > *least) {
		*least = (size_t)more;
	}
}

void junit_totals_settle(struct junit_totals *t, bool counts_cases)
{
	size_t again = t->tries + t->errors;

	uint64_t bad = t->said_errors + t->said_failures;

	if (!counts_cases) {
		t->claimed = bad > t->claimed ? bad : t->claimed;
		return;
	}
	if (!t->passed_over) {
		raise(&t->unshown_tests, t->said < 0 ? 0 : (uint64_t)t->said, t->all + again);
	}
	raise(&t->unshown_failures, bad, t->bad + again);
}

void junit_totals_finish(struct junit_totals *t)
{
	if (t->bad + t->errors + t->tries == 0) {
		raise(&t->unshown_failures, t->claimed, 0);
	}
}

bool junit_totals_fit(const struct junit_totals *t)
{
	const size_t counts[] = {t->own, t->all};
	size_t said = (size_t)t->said;

	if (t->said < 0) {
		return true;
	}
	for (size_t i = 0; i < 2; i++) {
		size_t low = counts[i] - (t->skipped < counts[i] ? t->skipped : counts[i]);
		size_t high = counts[i] + t->tries + t->errors;

		if (said == counts[i] || said == low || said == counts[i] + t->tries ||
		    said == high || said == counts[i] + t->errors ||
		    said + t->further == counts[i]) {
			return true;
		}
	}
	return false;
}
