/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_PRODUCER_H
#define STEADY_JUNIT_PRODUCER_H

#include "base/buf.h"
#include "junit/words.h"

#include <stdbool.h>

/*
 * Who wrote a report, told by the attributes of its first elements and their order: every writer
 * has its own. Decided once, at the first test case, from what is there whatever the tests did;
 * so the same project always gets the same answer, and the same identities.
 */

/* What has to be read differently; a set. */
enum junit_habit {
	HABIT_RETRIES = 1 << 0,         /* further cases of one test are tries; order is not time */
	HABIT_TEARDOWN = 1 << 1,        /* a second case that is an error: its teardown failed */
	HABIT_ONE_CASE = 1 << 2,        /* any second case tells more of the same test */
	HABIT_SKIP_EXCUSES = 1 << 3,    /* skipped and then failed: the failure was expected */
	HABIT_LISTING = 1 << 4,         /* without status and result nothing ran */
	HABIT_SKIP_MAY_FAIL = 1 << 5,   /* "skipped" also stands for "could not be started" */
	HABIT_BEGIN = 1 << 6,           /* "begin 5 name" is a further try of "name" */
	HABIT_WARNING = 1 << 7,         /* <warning> is an error */
	HABIT_COUNTS_FREELY = 1 << 8,   /* its totals are no number of cases */
	HABIT_HIDES_ERRORS = 1 << 9,    /* `errors` counts what no case shows */
	HABIT_HIDES_BAD = 1 << 10,      /* `errors` and `failures` together do */
	HABIT_TRIES_OR_ROWS = 1 << 11,  /* cases of one name are tries if one of them passed */
	HABIT_SKIPPED_TRIES = 1 << 12,  /* a try before the last one is skipped */
	HABIT_LOAD_TWICE = 1 << 13,     /* a file that does not load: an error, then a failure */
	HABIT_UNSTABLE = 1 << 14,       /* "name (unstable)" failed before it passed */
	HABIT_PROPERTY_SKIPS = 1 << 15, /* a property "skip" or "todo" of a case */
	HABIT_TRIES_IN_ROW = 1 << 16,   /* cases of one test behind one another are tries */
	HABIT_NAMELESS_ENDED = 1 << 17, /* in a case without a name the run has ended */
	HABIT_COUNTS_MORE = 1 << 18 /* its totals also count what is no case (subtests, hooks) */
};

/* What identifies a test besides its name; a set. Without any of them, the class, or the suite
 * where there is no class. */
enum junit_key {
	KEY_CLASS = 1 << 0,
	KEY_SUITE = 1 << 1,
	KEY_PATH = 1 << 2, /* of all suites around it */
	KEY_FILE = 1 << 3,
	KEY_HOST = 1 << 4, /* where it is not a machine */
	KEY_NOTHING = 1 << 5,
	KEY_CLASS_NO_LINE = 1 << 6,    /* the class without ":12" */
	KEY_NO_NUMBER = 1 << 7,        /* the name without "12 - " or "#12 " */
	KEY_CLASS_NO_VERSION = 1 << 8, /* the class without the versions of browsers */
	KEY_NO_INDEX = 1 << 9          /* the name without ":12:" */
};

struct junit_producer {
	const char *name;
	unsigned habits;
	unsigned key;
};

/* NULL: nobody in particular has no habits. */
static inline bool junit_producer_has(const struct junit_producer *producer, enum junit_habit habit)
{
	return producer && (producer->habits & habit);
}
const struct junit_producer *junit_producer_find(const char *name);

/* What was seen of a report. Zero-initialise. */
struct junit_traits {
	struct buf root, suite, test; /* attribute names in order, of the first of each; "-" none */
	struct buf hint;              /* the root's name and schema */
	bool decided;
	const struct junit_producer *producer;
};

void junit_traits_add(struct junit_traits *traits, enum junit_word element,
		      const struct junit_attrs *attrs);

/* Who fits what was seen so far; NULL when nobody does. */
const struct junit_producer *junit_traits_guess(const struct junit_traits *traits);

/* Decides, if it has not been decided; NULL when nobody fits. */
const struct junit_producer *junit_traits_decide(struct junit_traits *traits);
void junit_traits_release(struct junit_traits *traits);

#endif
