/* SPDX-License-Identifier: Apache-2.0 */
#include "history/sightings.h"

#include <stdlib.h>

/* A thread is worth starting for so many bytes. */
#define BYTES_LEAST ((size_t)256 << 10)

void sightings_release(struct sightings *all)
{
	buf_release(&all->bytes);
	VEC_FREE(&all->runs);
	for (size_t i = 0; i < all->len; i++) {
		id_map_release(&all->parts[i].index);
		VEC_FREE(&all->parts[i].tests);
	}
	all->len = 0;
}

void sightings_add(struct sightings *all, size_t run, const void *bytes, size_t len)
{
	if (len > 0) {
		buf_add(&all->bytes, bytes, len);
		*VEC_PUSH(&all->runs) = (struct sighted_run){.run = run, .end = all->bytes.len};
	}
}

static struct pack_cursor open_run(const struct sightings *all, size_t at)
{
	const unsigned char *bytes = (const unsigned char *)buf_str(&all->bytes);

	return (struct pack_cursor){
		.at = bytes + (at > 0 ? all->runs.items[at - 1].end : 0),
		.end = bytes + all->runs.items[at].end,
	};
}

static struct sighted_test *test_of(struct sighted_part *part, int64_t id)
{
	const unsigned *known = id_map_get(&part->index, id);
	struct sighted_test *added = NULL;

	if (known) {
		return &part->tests.items[*known - 1];
	}
	added = VEC_PUSH(&part->tests);
	added->id = id;
	id_map_add(&part->index, id, (unsigned)part->tests.len);
	return added;
}

static bool count_run(struct sighted_part *part, struct pack_cursor cursor)
{
	struct seen seen = {0};

	while (cursor.at < cursor.end) {
		if (!seen_read(&cursor, &seen)) {
			return false;
		}
		test_of(part, seen.test_id)->count++;
	}
	return true;
}

static void count_part(struct sightings *all, struct sighted_part *part)
{
	for (size_t i = part->first; i < part->end && part->damaged == SIGHTINGS_SOUND; i++) {
		if (!count_run(part, open_run(all, i))) {
			part->damaged = all->runs.items[i].run;
		}
	}
}

static void place_run(struct sightings *all, struct sighted_part *part,
		      const struct sighted_run *run, struct pack_cursor cursor)
{
	struct seen seen = {0};

	while (cursor.at < cursor.end && seen_read_test(&cursor, &seen)) {
		const unsigned *known = id_map_get(&part->index, seen.test_id);
		/* else of a test that nobody asked for */
		struct observation *to =
			known ? &all->observations[part->tests.items[*known - 1].next++]
			      : &seen.what;

		if (!seen_read_what(&cursor, &seen, to)) {
			return;
		}
		to->run = run->run;
		to->test = (size_t)seen.failure_id;
		to->has_signature = seen.signature_id != 0;
		to->signature = (size_t)seen.signature_id;
	}
}

static void place_part(struct sightings *all, struct sighted_part *part)
{
	for (size_t i = part->first; i < part->end; i++) {
		place_run(all, part, &all->runs.items[i], open_run(all, i));
	}
}

static void do_parts(struct share *share, size_t worker, void *payload)
{
	struct sightings *all = payload;
	struct part some;

	(void)worker;
	while (share_take(share, &some)) {
		for (size_t i = some.first; i < some.end; i++) {
			if (all->observations) {
				place_part(all, &all->parts[i]);
			} else {
				count_part(all, &all->parts[i]);
			}
		}
	}
}

size_t sightings_count(struct sightings *all)
{
	struct share share = {.step = 1};
	size_t runs = all->runs.len;

	all->len = share.count = share_workers(all->bytes.len, BYTES_LEAST);
	for (size_t i = 0; i < all->len; i++) {
		all->parts[i] = (struct sighted_part){
			.first = runs * i / all->len,
			.end = runs * (i + 1) / all->len,
			.damaged = SIGHTINGS_SOUND,
		};
	}
	share_out(&share, all->len, do_parts, all);
	for (size_t i = 0; i < all->len; i++) {
		if (all->parts[i].damaged != SIGHTINGS_SOUND) {
			return all->parts[i].damaged;
		}
	}
	return SIGHTINGS_SOUND;
}

void sightings_place(struct sightings *all, struct observation *out)
{
	struct share share = {.count = all->len, .step = 1};

	all->observations = out;
	share_out(&share, all->len, do_parts, all);
}
