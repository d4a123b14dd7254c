/* SPDX-License-Identifier: Apache-2.0 */
#include "history/seen.h"

#define OUTCOME_MASK 3U /* the lowest bits are the outcome */
#define HAS_FAILURE  64U

/* Flags are part of the format. */
static const struct {
	unsigned bit;
	size_t offset; /* of the member that it stands for */
} flags[] = {
	{4, offsetof(struct observation, passed_retry)},
	{8, offsetof(struct observation, failed_again)},
	{16, offsetof(struct observation, service_down)},
	{32, offsetof(struct observation, failed_then_passed)},
};

static bool *member(struct observation *what, size_t at)
{
	return (bool *)((char *)what + flags[at].offset);
}

void seen_write(struct buf *out, const struct seen *seen, const struct seen *before)
{
	struct observation what = seen->what;
	unsigned bits = (unsigned)what.first;

	for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
		bits |= *member(&what, i) ? flags[i].bit : 0;
	}
	bits |= seen->failure_id ? HAS_FAILURE : 0;
	pack_number(out, (uint64_t)(seen->test_id - before->test_id));
	buf_char(out, (char)bits);
	pack_number(out, what.duration_us < 0 ? 0 : (uint64_t)what.duration_us + 1);
	if (seen->failure_id) {
		pack_signed(out, seen->failure_id - before->failure_id);
		pack_number(out, (uint64_t)seen->signature_id);
	}
}

static bool read_failure(struct pack_cursor *cursor, struct seen *seen, bool has)
{
	int64_t step = 0;
	uint64_t signature = 0;

	if (has && (!pack_next_signed(cursor, &step) || !pack_next_number(cursor, &signature))) {
		return false;
	}
	seen->failure_id = has ? (int64_t)((uint64_t)seen->failure_id + (uint64_t)step) : 0;
	seen->signature_id = (int64_t)signature;
	return true;
}

bool seen_read_test(struct pack_cursor *cursor, struct seen *seen)
{
	uint64_t step = 0;

	if (!pack_next_number(cursor, &step)) {
		return false;
	}
	seen->test_id = (int64_t)((uint64_t)seen->test_id + step);
	return true;
}

bool seen_read_what(struct pack_cursor *cursor, struct seen *seen, struct observation *out)
{
	uint64_t duration = 0;
	unsigned char bits = 0;

	if (!pack_next_byte(cursor, &bits) || !pack_next_number(cursor, &duration) ||
	    duration > INT64_MAX || !read_failure(cursor, seen, bits & HAS_FAILURE)) {
		return false;
	}
	*out = (struct observation){
		.first = (enum outcome)(bits & OUTCOME_MASK),
		.duration_us = (int64_t)duration - 1,
	};
	for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
		*member(out, i) = bits & flags[i].bit;
	}
	return true;
}

bool seen_read(struct pack_cursor *cursor, struct seen *seen)
{
	return seen_read_test(cursor, seen) && seen_read_what(cursor, seen, &seen->what);
}
