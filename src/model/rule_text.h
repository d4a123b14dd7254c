/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_MODEL_RULE_TEXT_H
#define STEADY_MODEL_RULE_TEXT_H

#include "base/vec.h"

/*
 * Rules for failures' classes as a project wrote them (docs/classes.md): words with their lines,
 * which nobody has judged yet. Owns all.
 */
struct rule_word {
	char *text;
	unsigned line;
};

struct rule_words {
	VEC(struct rule_word)
};

struct rule_text {
	struct rule_words name, class_name, code; /* at most one word each */
	struct rule_words places, matches, thens;
	unsigned line;
};

struct rule_text_list {
	VEC(struct rule_text)
	char *file; /* where they stand; NULL without rules */
};

void rule_text_list_release(struct rule_text_list *list);

#endif
