/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/strv.h"
#include "config/objectives.h"
#include "text/duration.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

/* The grammar of objectives: a sentence of one form, with clauses in two places of it, in any order. */

#define WINDOW_DEFAULT (28 * US_PER_DAY)
#define WINDOW_MOST    (366 * US_PER_DAY)

#define SENTENCE_MOST ((size_t)1000) /* bytes */

/*
 * Words of a pattern in capitals stand for what changes: SHARE "99.5%", PERCENTILE "p95", CAUSES "flakes or infra",
 * LIMIT "10m", CLAUSES any number of them. Patterns differ in front of their first clauses.
 */
static const struct {
	const char *pattern;
	enum objective_subject subject;
	bool of_service; /* may be of one service alone */
	const char *shown;
} forms[] = {
	{"SHARE of runs CLAUSES not failed by CAUSES CLAUSES", OBJECTIVE_RUNS, false,
	 "N% of runs not failed by flakes [or readiness or infra]"},
	{"SHARE of waits CLAUSES", OBJECTIVE_WAITS, true, "N% of waits"},
	{"PERCENTILE run time CLAUSES <= LIMIT CLAUSES", OBJECTIVE_RUN_TIME, false,
	 "pN run time <= 10m"},
	{"PERCENTILE wait time CLAUSES <= LIMIT CLAUSES", OBJECTIVE_WAIT_TIME, true,
	 "pN wait time <= 30s"},
};

#define AT(field) offsetof(struct objective, field)

static const struct {
	const char *first, *second; /* NULL: one word only */
	size_t offset;              /* of a name; 0: the window */
	bool of_service;
} clauses[] = {
	{"on", "branch", AT(branch), false},
	{"in", "job", AT(job), false},
	{"of", "service", AT(service), true},
	{"over", NULL, 0, false},
};

struct reader {
	const struct strv *words;
	size_t at;
	bool of_service; /* of the form at hand */
	struct objective *out;
	struct err *err;
};

static const char *word(const struct reader *reader)
{
	return reader->at < reader->words->len ? reader->words->items[reader->at] : "";
}

/* "99.5" of a hundred, in millionths: two digits and four behind the point. False for anything else. */
static bool read_share(const char *text, size_t len, int64_t *out)
{
	int64_t value = 0, unit = OBJECTIVE_WHOLE / 100;
	size_t i = 0;

	for (; i < len && isdigit((unsigned char)text[i]) && i < 3; i++) {
		value = value * 10 + (text[i] - '0');
	}
	value *= unit;
	if (i == 0 || (i < len && (text[i] != '.' || i + 1 == len))) {
		return false;
	}
	for (i++; i < len; i++) {
		unit /= 10;
		if (unit == 0 || !isdigit((unsigned char)text[i])) {
			return false;
		}
		value += unit * (text[i] - '0');
	}
	*out = value;
	return true;
}

/* 1 it is one and was stored, 0 it is none, -1 it makes no sense. */
static int take_share(struct reader *reader, bool percentile)
{
	const char *text = word(reader);
	size_t len = strlen(text);
	int64_t share = 0;

	if (len < 2 || (percentile ? text[0] != 'p' : text[len - 1] != '%') ||
	    !read_share(text + percentile, len - 1, &share)) {
		return 0;
	}
	if (share >= OBJECTIVE_WHOLE || share < OBJECTIVE_WHOLE / 2) {
		return err_set(reader->err, ERR_USAGE,
			       "'%s': 50 to 99.9999 is expected; 100 would leave no budget", text);
	}
	reader->out->allowed = OBJECTIVE_WHOLE - share;
	reader->at++;
	return 1;
}

static int take_cause(struct reader *reader)
{
	for (enum objective_cause i = 0; i < CAUSE_COUNT; i++) {
		const char *cause = objective_cause_word(i);

		if (cause && str_eq(cause, word(reader))) {
			reader->out->causes |= 1U << i;
			reader->at++;
			return 1;
		}
	}
	if (str_eq(word(reader), "product")) {
		return err_set(reader->err, ERR_USAGE,
			       "'product': what the product breaks is not charged to the CI");
	}
	return 0;
}

static int take_causes(struct reader *reader)
{
	int rc = take_cause(reader);

	while (rc > 0 && str_eq(word(reader), "or")) {
		reader->at++;
		rc = take_cause(reader);
	}
	return rc;
}

static int take_limit(struct reader *reader)
{
	if (!duration_parse(word(reader), &reader->out->limit_us) || reader->out->limit_us <= 0) {
		return reader->at < reader->words->len
			       ? err_set(reader->err, ERR_USAGE,
					 "'%s' is not a duration such as 90s or 10m", word(reader))
			       : 0;
	}
	reader->at++;
	return 1;
}

static int store_window(struct reader *reader)
{
	int64_t *window = &reader->out->window_us;

	if (*window > 0) {
		return err_set(reader->err, ERR_USAGE, "'over' is said twice");
	}
	if (!duration_parse(word(reader), window) || *window < US_PER_DAY ||
	    *window > WINDOW_MOST) {
		return err_set(reader->err, ERR_USAGE, "'%s': over 1d to 366d is expected",
			       word(reader));
	}
	reader->at++;
	return 0;
}

static int store_name(struct reader *reader, size_t clause)
{
	char **slot = (char **)(void *)((char *)reader->out + clauses[clause].offset);

	if (*slot) {
		return err_set(reader->err, ERR_USAGE, "'%s %s' is said twice",
			       clauses[clause].first, clauses[clause].second);
	}
	if (!*word(reader)) {
		return err_set(reader->err, ERR_USAGE, "a name is missing behind '%s %s'",
			       clauses[clause].first, clauses[clause].second);
	}
	*slot = mem_str(word(reader));
	reader->at++;
	return 0;
}

/* 1 there is one, 0 there is none, -1 it makes no sense. */
static int take_clause(struct reader *reader)
{
	for (size_t i = 0; i < ARRAY_LEN(clauses); i++) {
		size_t len = clauses[i].second ? 2 : 1;
		bool fits = reader->at + len <= reader->words->len &&
			    str_eq(clauses[i].first, word(reader)) &&
			    (len == 1 ||
			     str_eq(clauses[i].second, reader->words->items[reader->at + 1]));
		int rc = 0;

		if (fits && clauses[i].of_service && !reader->of_service) {
			return err_set(reader->err, ERR_USAGE,
				       "'of service': runs are of none; waits are");
		}
		if (fits) {
			reader->at += len;
			rc = clauses[i].offset ? store_name(reader, i) : store_window(reader);
			return rc < 0 ? -1 : 1;
		}
	}
	return 0;
}

static int take_clauses(struct reader *reader)
{
	int rc = 1;

	while (rc > 0) {
		rc = take_clause(reader);
	}
	return rc < 0 ? -1 : 1;
}

static int take_percentile(struct reader *reader)
{
	return take_share(reader, true);
}

static int take_percent(struct reader *reader)
{
	return take_share(reader, false);
}

static int take_part(struct reader *reader, const char *part)
{
	static const struct {
		const char *part;
		int (*take)(struct reader *reader);
	} parts[] = {
		{"SHARE", take_percent}, {"PERCENTILE", take_percentile}, {"CAUSES", take_causes},
		{"LIMIT", take_limit},   {"CLAUSES", take_clauses},
	};

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		if (str_eq(parts[i].part, part)) {
			return parts[i].take(reader);
		}
	}
	if (!str_eq(part, word(reader))) {
		return 0;
	}
	reader->at++;
	return 1;
}

static int take_pattern(struct reader *reader, const char *pattern)
{
	int rc = 1;

	reader->at = 0;
	while (rc > 0 && *pattern) {
		size_t len = strcspn(pattern, " ");
		AUTO_FREE char *part = mem_strn(pattern, len);

		rc = take_part(reader, part);
		pattern += len + (pattern[len] == ' ');
	}
	return rc;
}

static int refuse(const struct reader *reader)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		buf_fmt(&text, "%s“%s”", i > 0 ? ", " : "", forms[i].shown);
	}
	buf_str_add(&text, "; and with each, in any order:");
	for (size_t i = 0; i < ARRAY_LEN(clauses); i++) {
		buf_fmt(&text, " [%s%s%s %s]", clauses[i].first, clauses[i].second ? " " : "",
			str_or(clauses[i].second, ""), clauses[i].offset ? "NAME" : "28d");
	}
	if (reader->at > 0 && reader->at < reader->words->len) {
		return err_set(reader->err, ERR_USAGE,
			       "'%.60s' makes no sense there; there are: %s", word(reader),
			       buf_str(&text));
	}
	return err_set(reader->err, ERR_USAGE, "%s; there are: %s",
		       reader->words->len == 0 ? "nothing is said"
		       : reader->at == 0       ? "not an objective"
					       : "the end is missing",
		       buf_str(&text));
}

/* Words are separated by spaces; one in quotes may hold some. "<=" stands by itself, "≤" is the same. */
static int split(const char *text, struct strv *out, struct err *err)
{
	static const char *const signs[] = {"<=", "≤"};

	for (text += strspn(text, " \t\n"); *text; text += strspn(text, " \t\n")) {
		size_t len = strcspn(text, " \t\n");
		bool quoted = *text == '\'' || *text == '"';
		bool sign = false;

		for (size_t i = 0; i < ARRAY_LEN(signs) && !sign; i++) {
			sign = str_starts(text, signs[i]);
			len = sign ? strlen(signs[i]) : len;
		}
		if (quoted) {
			const char *end = strchr(text + 1, *text);

			if (!end) {
				return err_set(err, ERR_USAGE, "a quote is not closed");
			}
			len = (size_t)(end - text) - 1;
			text++;
		}
		strv_give(out, sign ? mem_str("<=") : mem_strn(text, len));
		text += len + quoted;
	}
	return 0;
}

int objective_parse(const char *sentence, struct objective *out, struct err *err)
{
	CLEANUP(strv_release) struct strv words = {0};
	struct reader reader = {.words = &words, .out = out, .err = err};
	size_t form = 0, furthest = 0;
	int rc = 0;

	if (strlen(sentence) > SENTENCE_MOST) {
		return err_set(err, ERR_USAGE, "longer than 1000 bytes");
	}
	if (split(sentence, &words, err) < 0) {
		return -1;
	}
	for (; form < ARRAY_LEN(forms) && rc == 0; form++) {
		reader.of_service = forms[form].of_service;
		rc = take_pattern(&reader, forms[form].pattern);
		furthest = reader.at > furthest ? reader.at : furthest;
		out->subject = forms[form].subject;
	}
	if (rc < 0) {
		return -1;
	}
	if (rc == 0 || reader.at < words.len) {
		reader.at = furthest;
		return refuse(&reader);
	}
	out->window_us = out->window_us > 0 ? out->window_us : WINDOW_DEFAULT;
	return 0;
}
