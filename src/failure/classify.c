/* SPDX-License-Identifier: Apache-2.0 */
#include "failure/classify.h"

#include "base/str.h"
#include "failure/endpoint.h"

#include <stdlib.h>
#include <string.h>

#define ENDPOINT_MAX ((size_t)300)
#define CODE_MAX     ((size_t)60)
#define NESTED_MAX   3

/* A later line that belongs to this one is not far: else many such lines would take for ever. */
#define LATER_MAX ((size_t)50)

/* A match, or none while rank is NONE. The least rank is the best. */
struct match {
	size_t rank;
	size_t pattern;
	struct part part;
};

#define NONE SIZE_MAX

struct search {
	struct rules *rules;
	const struct parts *parts;
	struct match best;      /* as if it were no assertion */
	struct match unwrapped; /* what counts in an assertion */
	bool quotes;            /* it is one */
	uint64_t *bits;         /* of the patterns worth a try, one set for each depth */
	size_t nested;
};

/*
 * Strong rules before weak ones. Of strong ones the place decides, then the order of the rules: a
 * cause knows better. Of weak ones the order: they are ever less particular.
 */
static size_t rank_of(const struct search *search, size_t number, enum text_place place)
{
	size_t count = search->rules->rules.len;

	return search->rules->rules.items[number].weak ? (count + number) * PLACE_COUNT + place
						       : place * count + number;
}

static bool finds(struct search *search, size_t pattern, const struct part *part)
{
	return rules_find(search->rules, pattern, part->at, part->len);
}

static size_t later_end(const struct search *search, size_t index)
{
	size_t len = search->parts->len;

	return len - index > LATER_MAX ? index + LATER_MAX : len;
}

/* The lines that have to follow, in their order; *place becomes the strongest of all of them. */
static bool goes_on(struct search *search, size_t pattern, size_t index, enum text_place *place)
{
	size_t next = search->rules->patterns.items[pattern].then;

	for (size_t i = index + 1; next && i < later_end(search, index); i++) {
		const struct part *part = &search->parts->items[i];

		if (finds(search, next - 1, part)) {
			next = search->rules->patterns.items[next - 1].then;
			*place = part->place < *place ? part->place : *place;
		}
	}
	return next == 0;
}

static void try_pattern(struct search *search, size_t pattern, const struct part *part,
			size_t index);

/* What was thrown, though the assertion wanted nothing thrown, is said by the failure itself. */
static void unwrap(struct search *search, size_t pattern, const struct part *part, size_t index);

static void keep_better(struct match *kept, const struct match *match, bool counts)
{
	if (counts && match->rank < kept->rank) {
		*kept = *match;
	}
}

static void compare(struct search *search, size_t pattern, const struct part *part, size_t index)
{
	const struct rule_pattern *chosen = &search->rules->patterns.items[pattern];
	const struct rule *rule = &search->rules->rules.items[chosen->rule];
	bool here = (rule->places & (1u << part->place)) != 0;
	bool asserted = search->nested > 0 ? here : (rule->places & IN_ASSERTION) != 0;
	struct match match = {rank_of(search, chosen->rule, part->place), pattern, *part};
	enum text_place place = part->place;
	bool better = (here && match.rank < search->best.rank) ||
		      (asserted && match.rank < search->unwrapped.rank);

	if ((!better && !chosen->then) || (!here && !asserted) || !finds(search, pattern, part) ||
	    !goes_on(search, pattern, index, &place)) {
		return;
	}
	match.rank = rank_of(search, chosen->rule, place);
	keep_better(&search->best, &match, here);
	keep_better(&search->unwrapped, &match, asserted);
}

static void try_pattern(struct search *search, size_t pattern, const struct part *part,
			size_t index)
{
	const struct rule_pattern *chosen = &search->rules->patterns.items[pattern];
	const struct rule *rule = &search->rules->rules.items[chosen->rule];
	bool here = (rule->places & (1u << part->place)) != 0;

	if (chosen->off) {
		return;
	}
	switch (rule->kind) {
	case RULE_QUOTES:
		search->quotes |= !search->quotes && search->nested == 0 && here &&
				  finds(search, pattern, part);
		break;
	case RULE_UNWRAPS:
		unwrap(search, pattern, part, index);
		break;
	case RULE_CLASS:
		compare(search, pattern, part, index);
		break;
	}
}

static void try_part(struct search *search, const struct part *part, size_t index)
{
	const struct rules *rules = search->rules;
	size_t words = NEEDLE_WORDS(rules->patterns.len);
	uint64_t *bits = search->bits + search->nested * words;

	memcpy(bits, rules->always, words * sizeof(*bits));
	needles_scan(rules->needles, part->at, part->len, bits);
	for (size_t word = 0; word < words; word++) {
		for (uint64_t left = bits[word]; left; left &= left - 1) {
			size_t pattern = word * 64 + (size_t)__builtin_ctzll(left);

			try_pattern(search, pattern, part, index);
		}
	}
}

/* In the group "what" of the line, or of the later one that has to match too; else the next line. */
static bool find_thrown(struct search *search, size_t pattern, const struct part *part,
			size_t index, struct part *out)
{
	size_t then = search->rules->patterns.items[pattern].then;

	if (regex_group(rules_regex(search->rules, pattern), "what", part->at, &out->at,
			&out->len)) {
		return true;
	}
	for (size_t i = index + 1; i < later_end(search, index); i++) {
		const struct part *next = &search->parts->items[i];

		if (!then) {
			out->at = next->at;
			out->len = next->len;
			return true;
		}
		if (finds(search, then - 1, next)) {
			return regex_group(rules_regex(search->rules, then - 1), "what", next->at,
					   &out->at, &out->len);
		}
	}
	return false;
}

static void unwrap(struct search *search, size_t pattern, const struct part *part, size_t index)
{
	struct part inner = {.place = PLACE_HEAD};

	if (search->nested >= NESTED_MAX || !finds(search, pattern, part) ||
	    !find_thrown(search, pattern, part, index, &inner) || inner.len == 0) {
		return;
	}
	search->nested++;
	try_part(search, &inner, index);
	search->nested--;
}

/* A "$" in the rule's subcode stands for what the pattern's group "code" took. */
static char *subcode_of(struct search *search, const struct match *match)
{
	CLEANUP(buf_release) struct buf out = BUF_INIT(CODE_MAX);
	const struct rule_pattern *pattern = &search->rules->patterns.items[match->pattern];
	const char *code = str_or(search->rules->rules.items[pattern->rule].code, "$");
	struct regex *regex = rules_regex(search->rules, match->pattern);
	const char *start = NULL;
	size_t len = 0;

	if (strchr(code, '$') && (!regex_find(regex, match->part.at, match->part.len) ||
				  !regex_group(regex, "code", match->part.at, &start, &len))) {
		return NULL;
	}
	for (; *code; code++) {
		if (*code == '$') {
			buf_add(&out, start, len);
		} else {
			buf_char(&out, *code);
		}
	}
	return buf_take(&out);
}

static bool names_service(enum failure_class class)
{
	return failure_class_is_readiness(class) || class == CLASS_RESOURCE ||
	       class == CLASS_INFRA || class == CLASS_ENV;
}

/* The line that matched, or for a service the first one that names any. */
static char *endpoint_of(const struct parts *parts, const struct match *match,
			 enum failure_class class)
{
	CLEANUP(buf_release) struct buf out = BUF_INIT(ENDPOINT_MAX);
	bool found = names_service(class) && endpoint_find(match->part.at, match->part.len, &out);

	for (size_t i = 0; !found && failure_class_is_readiness(class) && i < parts->len; i++) {
		found = endpoint_find(parts->items[i].at, parts->items[i].len, &out);
	}
	return found ? buf_take(&out) : NULL;
}

static void tell(struct search *search, struct classified *out)
{
	const struct match *match = search->quotes ? &search->unwrapped : &search->best;
	const struct rule *rule = NULL;
	size_t number = 0;

	out->asserts = search->quotes;
	if (match->rank == NONE) {
		return;
	}
	number = search->rules->patterns.items[match->pattern].rule;
	rule = &search->rules->rules.items[number];
	out->endpoint = endpoint_of(search->parts, match, rule->class);
	if (failure_class_is_readiness(rule->class) && out->endpoint &&
	    str_ends(out->endpoint, ":0")) {
		mem_replace(&out->endpoint, NULL); /* nobody can listen there: a test of refusals */
		return;
	}
	out->class = rule->class;
	out->project = number < search->rules->projects;
	out->rule = mem_str(rule->name);
	out->line = mem_strn(match->part.at, match->part.len);
	out->subcode = subcode_of(search, match);
}

/* What a person would look at first: the cause, else what the failure says; a type says little. */
static char *first_line(const struct parts *parts)
{
	static const enum text_place places[] = {PLACE_CAUSE, PLACE_HEAD, PLACE_TYPE, PLACE_BODY};

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		VEC_EACH (const struct part, part, parts) {
			if (part->place == places[i]) {
				return mem_strn(part->at, part->len);
			}
		}
	}
	return NULL;
}

void failure_classify_by(struct rules *rules, const struct failure *failure, struct classified *out)
{
	CLEANUP(parts_release) struct parts parts = {0};
	AUTO_FREE uint64_t *bits = NULL;
	struct search search = {
		.rules = rules ? rules : rules_builtin(),
		.parts = &parts,
		.best = {.rank = NONE},
		.unwrapped = {.rank = NONE},
	};

	*out = (struct classified){.class = CLASS_NONE};
	if (!failure) {
		return;
	}
	parts_split(failure, &parts);
	bits = mem_array((NESTED_MAX + 1) * NEEDLE_WORDS(search.rules->patterns.len) + 1,
			 sizeof(*bits));
	search.bits = bits;
	search.quotes = parts.compares;
	for (size_t i = 0; i < parts.len; i++) {
		try_part(&search, &parts.items[i], i);
	}
	tell(&search, out);
	out->seen = out->class == CLASS_NONE ? first_line(&parts) : NULL;
}

void failure_classify(const struct failure *failure, struct classified *out)
{
	failure_classify_by(NULL, failure, out);
}

void classified_release(struct classified *finding)
{
	free(finding->subcode);
	free(finding->endpoint);
	free(finding->rule);
	free(finding->line);
	free(finding->seen);
	*finding = (struct classified){0};
}
