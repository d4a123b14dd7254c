/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RERUN_PYTEST_H
#define STEADY_RERUN_PYTEST_H

#include "rerun/preset.h"

/* See struct preset and struct naming. Inside the room. */
extern const char *const pytest_values[];

char *pytest_bar(const struct command *command);
int pytest_watch(const char *folder, int attempt, struct strv *env, struct err *err);
void pytest_forget_last_run(const char *folder, int attempt, struct strv *env);
char *pytest_doubt(const struct first_run *first, bool *stateful);
int pytest_select(const struct preset *preset, const struct first_run *first,
		  const struct selection *selection, struct strv *out);
char *pytest_spell(const struct first_run *first, const struct result *test);
char *pytest_file(const struct first_run *first, const struct result *test);
bool pytest_stranger(const struct command *command, struct test_name *test);
void pytest_also(const struct first_run *first, struct strv *out);

#endif
