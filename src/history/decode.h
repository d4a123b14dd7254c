/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_DECODE_H
#define STEADY_HISTORY_DECODE_H

#include "history/stmt.h"
#include "history/test_page.h"
#include "model/evidence.h"

/*
 * From columns to model data. A database may come from anywhere: words that nobody wrote, NULL in
 * odd places and overlong ids decode to something harmless. All texts are the caller's.
 */

char *decode_text(const struct stmt *row, int column); /* "" for NULL */

enum run_outcome decode_run_outcome(const char *word); /* RUN_ERROR for a foreign word */
enum outcome decode_outcome(const char *word);         /* OUTCOME_ERROR for a foreign word */
enum attempt_end decode_attempt_end(const char *word); /* END_UNKNOWN for a foreign word */
enum file_state decode_file_state(const char *word);   /* FILE_REFUSED for a foreign word */
enum retry_verdict decode_verdict(const char *word);   /* RETRY_NOT_SEEN for a foreign word */

/* Cut to what an int holds, from 0 up. */
int decode_int(const struct stmt *row, int column);

/* Appends the words of a stored JSON list; nothing for none. */
void decode_words(const char *list, struct strv *out);

/* The same as one line of shell; "" for none. */
char *decode_command(const char *list);

/* Cut to the size of the slot. */
void decode_id(char *slot, size_t size, const char *id);

/* The names copied, and the identity. */
void decode_test(const struct known_test *test, struct test_facts *out);

/* As load_waits and load_service_events have them, from that column on. */
void decode_wait(const struct stmt *row, int column, struct wait *out);
void decode_event(const struct stmt *row, int column, struct service_event *out);

#endif
