/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/presence.h"

#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>

#define NONE SIZE_MAX

/* Those of a kind that are on the roster become one of their own, unless all of it are. */
static size_t split(const struct evidence *evidence, const struct roster_facts *roster,
		    size_t *kinds, size_t count, size_t *own)
{
	size_t before = count;

	for (size_t i = 0; i < evidence->tests.len; i++) {
		if (!(roster->ran[i / 64] >> i % 64 & 1)) {
			continue;
		}
		if (own[kinds[i]] == NONE) {
			own[kinds[i]] = count;
			own[count++] = NONE;
		}
		kinds[i] = own[kinds[i]];
	}
	for (size_t i = 0; i < before; i++) {
		own[i] = NONE;
	}
	return count;
}

/* Numbers without gaps, so that there are never more than tests. */
static size_t renumber(size_t *kinds, size_t tests, size_t *numbers)
{
	size_t count = 0;

	for (size_t i = 0; i < 2 * tests; i++) {
		numbers[i] = NONE;
	}
	for (size_t i = 0; i < tests; i++) {
		if (numbers[kinds[i]] == NONE) {
			numbers[kinds[i]] = count++;
		}
		kinds[i] = numbers[kinds[i]];
	}
	for (size_t i = 0; i < 2 * tests; i++) {
		numbers[i] = NONE;
	}
	return count;
}

size_t *presence_kinds(const struct evidence *evidence)
{
	size_t tests = evidence->tests.len, count = 1;
	size_t *kinds = mem_array(tests + 1, sizeof(*kinds));
	AUTO_FREE size_t *own = mem_array(2 * tests + 2, sizeof(*own));

	own[0] = NONE;
	VEC_EACH (const struct roster_facts, roster, &evidence->rosters) {
		count = split(evidence, roster, kinds, count, own);
		if (count > tests) {
			count = renumber(kinds, tests, own);
		}
	}
	return kinds;
}
