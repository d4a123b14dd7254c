/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/record.h"

#include <stdlib.h>

void record_release(struct record *record)
{
	VEC_FREE(&record->stretches);
	VEC_FREE(&record->shapes);
	VEC_FREE(&record->pieces);
	VEC_FREE(&record->order);
}

static size_t shape_number(struct record *record, const struct shape *shape)
{
	VEC_EACH (const struct shape, known, &record->shapes) {
		if (known->failed == shape->failed && known->passed == shape->passed &&
		    known->clean_runs == shape->clean_runs) {
			return (size_t)(known - record->shapes.items);
		}
	}
	*VEC_PUSH(&record->shapes) = *shape;
	return record->shapes.len - 1;
}

static void end_stretch(struct record *record, const struct shape *shape)
{
	if (record->stretches.len > 0) {
		record->stretches.items[record->stretches.len - 1].shape =
			shape_number(record, shape);
	}
}

static void list_stretches(const struct spot *spots, size_t count, struct record *out)
{
	struct shape shape = {0};
	bool after_pass = false;

	for (size_t i = 0; i < count; i++) {
		const struct spot *spot = &spots[i];
		bool first = i == 0 || spot->line != spots[i - 1].line;
		size_t failed = spot->bad + spot->failed_again;
		size_t passed = spot->runs - spot->bad + spot->retry_passed;

		out->failed += failed;
		out->passed += passed + spot->left_out_runs;
		out->clean += spot->left_out;
		/* behind a pass only: what a pass leaves of a break is next to nothing */
		if (!first && spot->bad == 0 && after_pass) {
			out->clean++;
			shape.clean_runs = spot->runs;
			continue;
		}
		end_stretch(out, &shape);
		shape = (struct shape){.failed = failed, .passed = passed};
		after_pass = spot->bad == 0;
		VEC_PUSH(&out->stretches)->first = first;
	}
	end_stretch(out, &shape);
}

static bool is_same_piece(const struct record *record, const struct piece *a, const struct piece *b)
{
	const struct stretch *left = record->stretches.items + a->first;
	const struct stretch *right = record->stretches.items + b->first;

	if (a->hash != b->hash || a->before != b->before ||
	    a->end - a->first != b->end - b->first) {
		return false;
	}
	for (size_t i = 0; i < a->end - a->first; i++) {
		if (left[i].shape != right[i].shape || left[i].first != right[i].first) {
			return false;
		}
	}
	return true;
}

/* `slots` is a hash table that is never full: numbers of pieces, plus 1. */
static size_t piece_number(struct record *record, const struct piece *piece, size_t *slots,
			   size_t cap)
{
	size_t at = piece->hash & (cap - 1);

	for (; slots[at]; at = (at + 1) & (cap - 1)) {
		if (is_same_piece(record, &record->pieces.items[slots[at] - 1], piece)) {
			return slots[at] - 1;
		}
	}
	*VEC_PUSH(&record->pieces) = *piece;
	slots[at] = record->pieces.len;
	return slots[at] - 1;
}

static void cut_pieces(struct record *record)
{
	struct piece piece = {.before = NO_SHAPE};
	AUTO_FREE size_t *slots = NULL;
	size_t cap = 4;

	while (cap < 2 * record->stretches.len) {
		cap *= 2;
	}
	slots = mem_array(cap, sizeof(*slots));
	for (size_t i = 0; i < record->stretches.len; i++) {
		const struct stretch *stretch = &record->stretches.items[i];
		const struct shape *shape = &record->shapes.items[stretch->shape];

		piece.hash =
			(piece.hash ^ (stretch->shape << 1 | stretch->first)) * 0x9e3779b97f4a7c15U;
		piece.hash ^= piece.hash >> 32;
		piece.end = i + 1;
		if (shape->failed == 0 || piece.end == record->stretches.len) {
			*VEC_PUSH(&record->order) = piece_number(record, &piece, slots, cap);
			piece = (struct piece){.first = i + 1,
					       .before = shape->clean_runs > 0 ? stretch->shape
									       : NO_SHAPE};
		}
	}
}

void record_make(const struct spot *spots, size_t count, struct record *out)
{
	list_stretches(spots, count, out);
	cut_pieces(out);
}
