/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_READER_H
#define STEADY_JUNIT_READER_H

#include "base/err.h"
#include "model/results_file.h"

struct junit_echo;

/*
 * Reads one JUnit XML file into results; the house's use of the events of include/steady/junit.h.
 * Never fails as a function: what is wrong with the file is told by its state, error and warnings.
 *
 * - ok, repaired: every test case was read. repaired: bytes had to be mended, the warnings say which.
 * - incomplete: it breaks off or is not well-formed somewhere, or its totals claim failures and it
 *   shows none; the cases whose end tag was seen count, the open one is an error. `error` says why.
 * - refused: no JUnit XML, or an attack (a DOCTYPE, deep nesting); nothing of it counts.
 *
 * Of several cases of one test in one file those of producers that write tries so become one result
 * (but see enum junit_repeats), as does the error in a test's teardown; others are numbered in file order, with a warning. Texts
 * are bounded. Nothing outside the file is opened.
 *
 * `out` is empty before and owned by the caller afterwards (results_file_release).
 */
void junit_read(const char *path, struct results_file *out);

/* The same for bytes in memory; out->path stays NULL. */
void junit_read_memory(const char *data, size_t len, struct results_file *out);

/*
 * What cases are that bear one name where the producer may write either: tries, of which one that
 * passed decides, or rows of data, of which each is a test. By the looks they are tries.
 */
enum junit_repeats { REPEATS_BY_LOOKS, REPEATS_TRIES, REPEATS_ROWS };

/* Plain files are read in a fast way (fast.h), all others as before; which way is taken shows in no
 * result. Tests ask for one of them: a file that is not for the fast one is refused then. */
enum junit_way { JUNIT_WAY_BOTH, JUNIT_WAY_CAREFUL, JUNIT_WAY_FAST };

/* How to read; every member may be left out. */
struct junit_read_options {
	enum junit_way way;
	enum junit_repeats repeats;
	const char *producer; /* as in struct steady_junit_options, and checked by the caller */
	const char *key;
	const char *root;
	struct junit_echo
		*echo; /* of a series of files that are read by these very options (echo.h) */
	/* Called now and then with the bytes read and the size of the file; false: nobody wants the rest,
	 * nor what was read so far. */
	bool (*progress)(void *payload, uint64_t bytes, uint64_t total);
	void *payload;
};

void junit_read_with(const char *path, const struct junit_read_options *options,
		     struct results_file *out);
void junit_read_memory_with(const char *data, size_t len, const struct junit_read_options *options,
			    struct results_file *out);

/* The digest that results of that file would bear, HASH_HEX_MAX digits; false when it cannot be read. */
bool junit_read_digest(const char *path, char out[HASH_HEX_MAX + 1]);

/* Checks what a user gave as producer and key; either may be NULL. */
int junit_read_check(const char *producer, const char *key, struct err *err);

#endif
