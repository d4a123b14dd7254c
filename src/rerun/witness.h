/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RERUN_WITNESS_H
#define STEADY_RERUN_WITNESS_H

#include "base/err.h"
#include "base/strv.h"
#include "model/result.h"
#include "text/json.h"

/*
 * The witness is a pytest plugin of ours (embed/steady_witness.py) that writes down what pytest
 * did. pytest finds it through an entry point on PYTHONPATH: where that variable does not reach,
 * there is no witness, and the run goes on without. Inside the room.
 */

/* Puts the plugin below folder and what makes pytest load it into *env. What it writes of later
 * attempts than the first is not read. */
int witness_place(const char *folder, int attempt, struct strv *env, struct err *err);

/* What it wrote; NULL when it wrote nothing. The caller frees. */
struct json *witness_read(const char *folder);

/* Why this is no proof that every test ran and that only failed tests set the exit code: one
 * clause, freed by the caller; NULL when it is. */
char *witness_doubt(const struct json *seen, size_t failed_tests);

/* The argument that names this failed test again, seen from the folder in which pytest is started
 * (NULL: the current one); NULL when the witness knows none of that name, or two. The caller frees. */
char *witness_node_id(const struct json *seen, const char *folder, const struct result *test);

/* Appends the words, the end of pytest's command line, but for those that it took for paths. False,
 * and nothing appended, when the witness cannot tell or saw another command line. */
bool witness_options(const struct json *seen, char *const *words, size_t count, struct strv *out);

#endif
