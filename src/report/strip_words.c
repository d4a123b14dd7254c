/* SPDX-License-Identifier: Apache-2.0 */
#include "report/strip_words.h"

void words_strip(struct buf *out, const struct strip *strip, size_t most)
{
	static const char *const glyphs[STRIP_COUNT] = {
		[STRIP_ABSENT] = "·", [STRIP_PASSED] = "▁", [STRIP_FLAKY] = "▄",
		[STRIP_FAILED] = "█", [STRIP_APART] = "▒",
	};

	for (size_t i = strip->len > most ? strip->len - most : 0; i < strip->len; i++) {
		buf_str_add(out, glyphs[strip->items[i].mark]);
	}
}
