/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_H
#define STEADY_JUNIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Reads JUnit XML of any producer as a stream of events: one call for each test case, with all it
 * said. Memory is bounded by a constant, whatever the file. Damaged files are read as far as they
 * can be trusted, and the summary says so; a test case counts only when its own end tag was seen.
 * Nothing but the bytes handed in is ever opened.
 *
 *	static int on_case(void *payload, const struct steady_junit_case *test)
 *	{
 *		printf("%s %s\n", steady_junit_outcome_name(test->outcome), test->name);
 *		return 0;
 *	}
 *
 *	struct steady_junit_events events = {.on_case = on_case};
 *	struct steady_junit_summary summary;
 *	steady_junit_read_file("report.xml", &events, NULL, NULL, &summary);
 *
 * Ownership: every pointer handed to a callback is borrowed for that call. Strings are UTF-8,
 * NUL-terminated, bounded in length, and NULL where the report has nothing; they come from whoever
 * wrote the report: escape control characters before you print them, and open no path they name.
 * Times are microseconds. Lines and columns count characters from 1; 0 is unknown.
 *
 * A reader belongs to one thread at a time. When memory runs out the process is aborted.
 */

/* From the best to the worst. */
enum steady_junit_outcome {
	STEADY_JUNIT_PASSED,
	STEADY_JUNIT_SKIPPED,
	STEADY_JUNIT_FAILED,
	STEADY_JUNIT_ERROR
};

/* "passed", "skipped", "failed", "error" */
const char *steady_junit_outcome_name(enum steady_junit_outcome outcome);

enum steady_junit_state {
	STEADY_JUNIT_OK,
	STEADY_JUNIT_REPAIRED,   /* bytes had to be mended; every test was read */
	STEADY_JUNIT_INCOMPLETE, /* tests may be missing: it is cut or broken in the middle, or
				    its own totals claim failures and it shows none */
	STEADY_JUNIT_REFUSED     /* no report: forget the events that came */
};

/* "ok", "repaired", "incomplete", "refused" */
const char *steady_junit_state_name(enum steady_junit_state state);

/* What an element inside a test case tells. */
enum steady_junit_kind {
	STEADY_JUNIT_TOLD_FAILURE,
	STEADY_JUNIT_TOLD_ERROR,
	STEADY_JUNIT_TOLD_SKIPPED,
	STEADY_JUNIT_TOLD_FLAKY_FAILURE, /* a try that failed before one that passed */
	STEADY_JUNIT_TOLD_FLAKY_ERROR,
	STEADY_JUNIT_TOLD_RERUN_FAILURE, /* a further failed try of a test that never passed */
	STEADY_JUNIT_TOLD_RERUN_ERROR
};

/* Of a long text the beginning and the end are kept, with a line that says how much is missing. */
struct steady_junit_detail {
	enum steady_junit_kind kind;
	const char *type;
	const char *message;
	const char *text;
};

struct steady_junit_case {
	/* The names as the report has them, to show and to run the test again. */
	const char *suite; /* of the innermost suite that has a name */
	const char *class_name;
	const char *name;
	const char *file;
	uint64_t line; /* of the test in `file`; 0 unknown */

	/*
	 * The same test has the same two parts in every report of its producer, whatever else
	 * changes. Two cases of one report may share them: retries, or two tests of one name.
	 */
	const char *group; /* NULL: the name alone tells */
	const char *key;   /* NULL: it has no name */

	enum steady_junit_outcome outcome;
	int64_t time_us;       /* -1 unknown */
	unsigned failed_tries; /* failures before the pass, that the case itself tells of */
	bool expected_failure; /* skipped, because it failed as it should */
	bool broken_off;       /* the file ends inside it; the outcome is an error */
	bool teardown;         /* may be a second element for a test whose teardown failed */
	bool retry;            /* a further try of a test told before, which thus failed */
	const struct steady_junit_detail *details; /* in file order, at most 8 */
	size_t details_len;
	size_t details_told; /* how many there were */
	const char *output;  /* the end of its system-out, then of its system-err; only when
				    something went wrong */
};

/* An error that belongs to no test; it makes the run bad all the same. */
struct steady_junit_suite_error {
	const char *suite;
	struct steady_junit_detail detail;
};

struct steady_junit_warning {
	uint64_t line, column; /* 0 when it is about the whole file */
	const char *text;      /* without the place */
};

/* Each may be NULL. Any other value than 0 stops the reading: the file is refused as cancelled. */
struct steady_junit_events {
	int (*on_case)(void *payload, const struct steady_junit_case *test);
	int (*on_suite_error)(void *payload, const struct steady_junit_suite_error *error);
	int (*on_warning)(void *payload, const struct steady_junit_warning *warning);
	/* Now and then while a file is read; total is 0 when it is not known. */
	int (*on_progress)(void *payload, uint64_t bytes, uint64_t total);
};

/* All strings are borrowed while the reader lives; zero-initialise for the defaults. */
struct steady_junit_options {
	const char *producer; /* who wrote the report, instead of what it looks like */
	const char *key;      /* what identifies a test: names split by commas out of class, suite,
				 suite-path, file, hostname; the test's own name always does */
	const char *root;     /* folder that absolute paths in keys are relative to */
};

struct steady_junit_summary {
	enum steady_junit_state state;
	char error[1024];     /* why it is incomplete or refused; "" else */
	const char *producer; /* "pytest", …, static; NULL unknown */
	size_t cases;         /* test case elements delivered, also the one broken off */
	size_t suite_errors;
	/* What the report's own totals claim and nothing in it shows; 0 too for producers whose
	 * totals count something else. */
	size_t unshown_tests, unshown_failures;
	uint64_t bytes; /* read */
};

struct steady_junit_reader;

/* events and options are copied; both may be NULL. NULL with `error` filled in when an option
 * makes no sense. Free the reader with steady_junit_free(). */
struct steady_junit_reader *steady_junit_new(const struct steady_junit_events *events,
					     void *payload,
					     const struct steady_junit_options *options,
					     char error[1024]);

/* The next bytes of the file, in pieces of any size, gzip'ed or not. False once more bytes can
 * change nothing. */
bool steady_junit_feed(struct steady_junit_reader *reader, const void *data, size_t len);

/* The file ends here; delivers what is left and fills in the summary. Once a reader. */
void steady_junit_finish(struct steady_junit_reader *reader, struct steady_junit_summary *summary);
void steady_junit_free(struct steady_junit_reader *reader);

/*
 * A whole file: a path (regular files only; never hangs on a FIFO), or memory. 0 when the summary
 * holds a report (ok, repaired or incomplete), -1 when it was refused.
 */
int steady_junit_read_file(const char *path, const struct steady_junit_events *events,
			   void *payload, const struct steady_junit_options *options,
			   struct steady_junit_summary *summary);
int steady_junit_read_memory(const void *data, size_t len, const struct steady_junit_events *events,
			     void *payload, const struct steady_junit_options *options,
			     struct steady_junit_summary *summary);

#ifdef __cplusplus
}
#endif

#endif
