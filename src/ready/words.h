/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_READY_WORDS_H
#define STEADY_READY_WORDS_H

#include "base/err.h"
#include "base/strv.h"
#include "base/vec.h"

#include <stdbool.h>

/*
 * The words of a target. They are split at spaces; '…' and "…" keep spaces together, anywhere in a
 * word. ${NAME} is the variable's value and ${NAME:-DEFAULT} the default where it is unset or
 * empty, but not inside '…'. A value never splits into words.
 */
struct word {
	char *given; /* as written */
	char *value; /* without quotes, variables replaced */
	bool quoted; /* begins with a quote: it is no word of ours */
};

struct word_list {
	VEC(struct word)
	struct strv variables; /* the values of those that stand in them */
};

/* ERR_USAGE; the message never holds a variable's value. */
int words_split(const char *text, struct word_list *out, struct err *err);
void word_list_release(struct word_list *list);

#endif
