/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/signatures.h"

#include "analyze/looks.h"

#include <stdlib.h>

void signature_counter_make(const struct evidence *evidence, const size_t *kinds,
			    struct signature_counter *out)
{
	*out = (struct signature_counter){
		.evidence = evidence,
		.kinds = kinds,
		.marks = mem_array(evidence->signatures.len + 1, sizeof(size_t)),
		.places = mem_array(evidence->signatures.len + 1, sizeof(size_t)),
	};
}

void signature_counter_release(struct signature_counter *counter)
{
	free(counter->marks);
	free(counter->places);
	*counter = (struct signature_counter){0};
}

static void note(struct signature_counter *counter, size_t signature, struct signature_list *list)
{
	if (counter->marks[signature] != counter->turn) {
		counter->marks[signature] = counter->turn;
		counter->places[signature] = list->len;
		VEC_PUSH(list)->signature = signature;
	}
	list->items[counter->places[signature]].count++;
}

static int compare_counts(const void *a, const void *b)
{
	const struct signature_count *left = a, *right = b;

	if (left->count != right->count) {
		return left->count > right->count ? -1 : 1;
	}
	return (left->signature > right->signature) - (left->signature < right->signature);
}

void signature_counter_count(struct signature_counter *counter, const struct course *course,
			     const uint32_t *judged, uint32_t number, struct test_judgement *out)
{
	const struct evidence *evidence = counter->evidence;
	struct signature_list *list = &out->signatures;

	counter->turn++;
	for (size_t i = course->first; i < course->end && out->failures > 0; i++) {
		const struct observation *seen = &evidence->observations.items[i];

		if (judged[i] == number && observation_is_bad(seen) && seen->has_signature &&
		    seen->signature < evidence->signatures.len) {
			note(counter, counter->kinds[seen->signature], list);
		}
	}
	if (list->len > 1) {
		qsort(list->items, list->len, sizeof(*list->items), compare_counts);
	}
}
