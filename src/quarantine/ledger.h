/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_QUARANTINE_LEDGER_H
#define STEADY_QUARANTINE_LEDGER_H

#include "base/err.h"
#include "model/quarantine.h"

#include <stddef.h>

/*
 * The quarantine ledger: a YAML list of rows that people review (docs/quarantine.md). Whoever cannot
 * use it excuses nothing, so what is not clear is refused: unknown keys, wrong types, days that are
 * none, a test that is there twice, more than 500 rows, a pattern that names nearly everything.
 */
#define LEDGER_NAME ".steady-quarantine.yml"
#define LEDGER_MAX  ((size_t)256 << 10) /* bytes */

/* Reads len bytes; an empty text has no rows. ERR_INPUT names `path`, line and key in one line, and leaves
 * *out empty. The caller releases *out. */
int ledger_parse(const char *path, const char *text, size_t len, struct quarantine_list *out,
		 struct err *err);

/* The same of a file; ERR_NOT_FOUND when there is none. */
int ledger_read(const char *path, struct quarantine_list *out, struct err *err);

/* "2026-12-24" */
bool ledger_day_parse(const char *text, int64_t *out_us);

/* Why that cannot be a row's test, for people; NULL when it can. */
const char *ledger_test_fault(const char *test);

/* 16 hex digits, as the history knows failures. */
bool ledger_is_signature(const char *text);

#endif
