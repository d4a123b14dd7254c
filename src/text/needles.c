/* SPDX-License-Identifier: Apache-2.0 */
#include "text/needles.h"

#include "base/vec.h"

#include <stdlib.h>
#include <string.h>

#define STATES_MAX 65000
#define KINDS_MAX  256

/* The end of a literal in some state. */
struct hit {
	size_t number;
	uint32_t next; /* another one that ends there: its index + 1, 0 none */
};

struct state {
	uint32_t hits;     /* index + 1 of the first, 0 none */
	uint16_t fallback; /* the state of the longest proper suffix */
	uint16_t spelled;  /* along the fallbacks the next state with hits, 0 none */
};

/* A state's row tells for each kind of byte where to go; 0 is the start, and "nowhere yet". */
struct needles {
	struct {
		VEC(struct state)
	} states;
	struct {
		VEC(struct hit)
	} hits;
	uint16_t *steps;
	size_t steps_cap;
	uint8_t kinds[KINDS_MAX]; /* of a byte; 0: in no literal */
	size_t kind_count;
};

static unsigned char fold(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

/* Bytes of one letter get one kind, the ones that no literal has share kind 0. */
static uint8_t kind_of(struct needles *needles, unsigned char c)
{
	unsigned char low = fold(c);

	if (!needles->kinds[low]) {
		needles->kinds[low] = (uint8_t)needles->kind_count++;
	}
	return needles->kinds[low];
}

static uint16_t *row(const struct needles *needles, size_t state)
{
	return needles->steps + state * KINDS_MAX;
}

/* While literals are added a row has room for every kind. */
static size_t new_state(struct needles *needles)
{
	(void)VEC_PUSH(&needles->states);
	if (needles->states.len > needles->steps_cap) {
		size_t cap = needles->steps_cap ? needles->steps_cap * 2 : 64;

		needles->steps = mem_resize(needles->steps, cap * KINDS_MAX, sizeof(uint16_t));
		needles->steps_cap = cap;
	}
	memset(row(needles, needles->states.len - 1), 0, KINDS_MAX * sizeof(uint16_t));
	return needles->states.len - 1;
}

struct needles *needles_new(void)
{
	struct needles *needles = mem_alloc(sizeof(*needles));

	needles->kind_count = 1;
	new_state(needles);
	return needles;
}

bool needles_add(struct needles *needles, const char *literal, size_t number)
{
	size_t state = 0;
	struct hit *hit = NULL;

	if (needles->states.len + strlen(literal) > STATES_MAX || !*literal) {
		return false;
	}
	for (const char *at = literal; *at; at++) {
		uint8_t kind = kind_of(needles, (unsigned char)*at);
		size_t next = row(needles, state)[kind];

		if (!next) {
			next = new_state(needles);
			row(needles, state)[kind] = (uint16_t)next;
		}
		state = next;
	}
	hit = VEC_PUSH(&needles->hits);
	*hit = (struct hit){number, needles->states.items[state].hits};
	needles->states.items[state].hits = (uint32_t)needles->hits.len;
	return true;
}

/* Rows as short as the kinds allow. */
static void pack_rows(struct needles *needles)
{
	size_t width = needles->kind_count, count = needles->states.len;
	uint16_t *packed = mem_array(count * width, sizeof(uint16_t));

	for (size_t i = 0; i < count; i++) {
		memcpy(packed + i * width, row(needles, i), width * sizeof(uint16_t));
	}
	free(needles->steps);
	needles->steps = packed;
	for (unsigned c = 0; c < KINDS_MAX; c++) {
		needles->kinds[c] = needles->kinds[fold((unsigned char)c)];
	}
}

/* Enters a state of which the fallback is known: missing steps are those of the fallback. */
static void settle(struct needles *needles, size_t at, uint16_t *queue, size_t *queued)
{
	struct state *states = needles->states.items;
	size_t width = needles->kind_count;
	uint16_t *steps = needles->steps + at * width;
	const uint16_t *others = needles->steps + states[at].fallback * width;

	states[at].spelled = states[states[at].fallback].hits ? states[at].fallback
							      : states[states[at].fallback].spelled;
	for (size_t kind = 0; kind < width; kind++) {
		if (steps[kind]) {
			states[steps[kind]].fallback = at ? others[kind] : 0;
			queue[(*queued)++] = steps[kind];
		} else if (at) {
			steps[kind] = others[kind];
		}
	}
}

void needles_ready(struct needles *needles)
{
	AUTO_FREE uint16_t *queue = mem_array(needles->states.len + 1, sizeof(*queue));
	size_t queued = 0;

	pack_rows(needles);
	settle(needles, 0, queue, &queued);
	for (size_t i = 0; i < queued; i++) {
		settle(needles, queue[i], queue, &queued);
	}
}

static void mark(const struct needles *needles, size_t state, uint64_t *bits)
{
	const struct state *states = needles->states.items;

	for (; state; state = states[state].spelled) {
		for (uint32_t i = states[state].hits; i; i = needles->hits.items[i - 1].next) {
			size_t number = needles->hits.items[i - 1].number;

			bits[number / 64] |= UINT64_C(1) << (number % 64);
		}
	}
}

bool needles_scan(const struct needles *needles, const char *text, size_t len, uint64_t *bits)
{
	const struct state *states = needles->states.items;
	size_t width = needles->kind_count, state = 0;
	bool found = false;

	for (size_t i = 0; i < len; i++) {
		state = needles->steps[state * width + needles->kinds[(unsigned char)text[i]]];
		if (states[state].hits || states[state].spelled) {
			mark(needles, state, bits);
			found = true;
		}
	}
	return found;
}

void needles_free(struct needles *needles)
{
	if (needles) {
		VEC_FREE(&needles->states);
		VEC_FREE(&needles->hits);
		free(needles->steps);
		free(needles);
	}
}
