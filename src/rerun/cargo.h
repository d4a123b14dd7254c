/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RERUN_CARGO_H
#define STEADY_RERUN_CARGO_H

#include "rerun/preset.h"

/* cargo test and cargo nextest; see struct preset. Inside the room. */

/* A runner of the user's own: cargo takes one. */
char *cargo_bar(const struct command *command);

/* Names go to the test programs, as exact ones. */
void cargo_also(const struct first_run *first, struct strv *out);

char *nextest_bar(const struct command *command);

/* A term in nextest's language of filters: the program's id, which is the class, and the name. */
char *nextest_spell(const struct first_run *first, const struct result *test);

#endif
