/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/alike.h"

#include "base/mem.h"
#include "base/str.h"

#include <ctype.h>
#include <string.h>

#define WORDS_LEAST        8
#define WORDS_A_DIFFERENCE 10

/* Of one test; each is compared with each. */
#define SIGNATURES_MOST 64

struct word {
	const char *text;
	size_t len;
};

static bool next_word(const char **at, struct word *out)
{
	*at += strspn(*at, " \t");
	out->text = *at;
	out->len = strcspn(*at, " \t");
	*at += out->len;
	return out->len > 0;
}

static bool same(const struct word *a, const struct word *b)
{
	return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

/* It may be what tells one cause from another. */
static bool is_code(const struct word *word)
{
	size_t upper = 0, lower = 0;

	for (size_t i = 0; i < word->len; i++) {
		unsigned char c = (unsigned char)word->text[i];

		if (isdigit(c)) {
			return true;
		}
		upper += isupper(c) != 0;
		lower += islower(c) != 0;
	}
	return upper > 1 && lower == 0;
}

bool alike_texts(const char *a, const char *b)
{
	struct word left, right;
	size_t words = 0, differ = 0;

	for (;;) {
		bool more = next_word(&a, &left);

		if (next_word(&b, &right) != more) {
			return false;
		}
		if (!more) {
			break;
		}
		words++;
		if (!same(&left, &right)) {
			differ++;
			if (is_code(&left) || is_code(&right)) {
				return false;
			}
		}
	}
	return words >= WORDS_LEAST && differ * WORDS_A_DIFFERENCE <= words;
}

/* Those of one test, which are added in a row. */
static void join(const struct evidence *evidence, size_t first, size_t end, size_t *kinds)
{
	for (size_t i = first; i < end && i < first + SIGNATURES_MOST; i++) {
		for (size_t j = first; j < i && kinds[i] == i; j++) {
			if (kinds[j] == j && alike_texts(evidence->signatures.items[j].example,
							 evidence->signatures.items[i].example)) {
				kinds[i] = j;
			}
		}
	}
}

size_t *alike_signatures(const struct evidence *evidence)
{
	size_t *kinds = mem_array(evidence->signatures.len + 1, sizeof(*kinds));
	size_t first = 0, end = 0, test = SIZE_MAX;

	for (size_t i = 0; i < evidence->signatures.len; i++) {
		kinds[i] = i;
	}
	VEC_EACH (const struct observation, seen, &evidence->observations) {
		if (!seen->has_signature || seen->signature >= evidence->signatures.len) {
			continue;
		}
		if (seen->test != test) {
			join(evidence, first, end, kinds);
			test = seen->test;
			first = end = seen->signature;
		}
		first = seen->signature < first ? seen->signature : first;
		end = seen->signature + 1 > end ? seen->signature + 1 : end;
	}
	join(evidence, first, end, kinds);
	return kinds;
}
