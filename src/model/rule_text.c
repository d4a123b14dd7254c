/* SPDX-License-Identifier: Apache-2.0 */
#include "model/rule_text.h"

#include <stdlib.h>

static void release_words(struct rule_words *words)
{
	VEC_EACH (struct rule_word, word, words) {
		free(word->text);
	}
	VEC_FREE(words);
}

void rule_text_list_release(struct rule_text_list *list)
{
	VEC_EACH (struct rule_text, rule, list) {
		release_words(&rule->name);
		release_words(&rule->class_name);
		release_words(&rule->code);
		release_words(&rule->places);
		release_words(&rule->matches);
		release_words(&rule->thens);
	}
	VEC_FREE(list);
	cleanup_free(&list->file);
}
