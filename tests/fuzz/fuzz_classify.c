/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any failure text, taken apart and classified. The input is type, message, text and output with a
 * form feed between them. What must hold: every part lies in its text and holds something; the
 * output changes nothing; without needles, every pattern tried on every line, the answer is the
 * same; nobody calls a text nondet.
 */
#include "check.h"

#include "base/mem.h"
#include "base/str.h"
#include "failure/classify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RULES_MAX ((size_t)1 << 20)

/* The rules of steady once more, with every pattern to be tried always. */
static struct rules *make_slow(void)
{
	FILE *file = fopen(SOURCE_ROOT "/src/failure/classes.rules", "r");
	AUTO_FREE char *text = mem_alloc(RULES_MAX);
	struct rules *rules = NULL;
	struct err err = ERR_INIT;

	CHECK(file);
	text[fread(text, 1, RULES_MAX - 1, file)] = '\0';
	fclose(file);
	CHECK(rules_read(text, "classes.rules", &rules, &err) == 0);
	for (size_t i = 0; i < rules->patterns.len; i++) {
		if (i == 0 || rules->patterns.items[i - 1].then != i + 1) {
			rules->always[i / 64] |= UINT64_C(1) << (i % 64);
		}
	}
	return rules;
}

static bool inside(const struct part *part, const struct buf *text)
{
	return text->len > 0 && part->at >= text->data &&
	       part->at + part->len <= text->data + text->len;
}

static void check_parts(const struct failure *failure)
{
	struct parts parts = {0};

	parts_split(failure, &parts);
	VEC_EACH (const struct part, part, &parts) {
		CHECK(part->len > 0 && part->len <= 2048);
		CHECK(inside(part, &parts.type) || inside(part, &parts.message) ||
		      inside(part, &parts.text));
	}
	parts_release(&parts);
}

static bool same(const struct classified *a, const struct classified *b)
{
	return a->class == b->class && str_eq(a->rule, b->rule) && str_eq(a->line, b->line) &&
	       str_eq(a->subcode, b->subcode) && str_eq(a->endpoint, b->endpoint);
}

static void check_finding(const struct failure *failure, bool ascii)
{
	static struct rules *slow;
	struct failure mute = *failure;
	struct classified finding, other;

	failure_classify(failure, &finding);
	CHECK(finding.class != CLASS_NONDET);
	CHECK((finding.class == CLASS_NONE) == (finding.rule == NULL));
	CHECK((finding.class == CLASS_NONE) == (finding.line == NULL));
	mute.output = NULL;
	failure_classify(&mute, &other);
	CHECK(same(&finding, &other));
	classified_release(&other);
	slow = slow ? slow : make_slow();
	failure_classify_by(slow, failure, &other);
	/* in any case, one sign beyond ASCII is a k and another an s */
	CHECK(!ascii || same(&finding, &other));
	classified_release(&other);
	classified_release(&finding);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct failure failure = {0};
	char **const fields[] = {&failure.type, &failure.message, &failure.text, &failure.output};
	const char *at = (const char *)data, *end = at + size;
	bool ascii = true;

	for (size_t i = 0; i < size; i++) {
		ascii &= data[i] < 0x80 && data[i] != 0x1b && data[i] != '&' && data[i] != '\\';
	}
	for (size_t i = 0; i < ARRAY_LEN(fields) && at < end; i++) {
		const char *stop = memchr(at, '\f', (size_t)(end - at));

		stop = stop ? stop : end;
		*fields[i] = mem_strn(at, (size_t)(stop - at));
		at = stop < end ? stop + 1 : end;
	}
	check_parts(&failure);
	check_finding(&failure, ascii);
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		free(*fields[i]);
	}
	return 0;
}
