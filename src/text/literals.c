/* SPDX-License-Identifier: Apache-2.0 */
#include "text/literals.h"

#include "base/buf.h"
#include "base/str.h"

#include <ctype.h>
#include <string.h>

#define LEAST     ((size_t)3)
#define MOST      ((size_t)24) /* bytes of a literal: more do not tell more */
#define COUNT_MAX ((size_t)40)
#define DEPTH_MAX 20

/* Reads an expression from left to right; `lost` when something is not understood. */
struct reader {
	const char *at;
	int depth;
	bool lost;
};

/* What is known of a row of atoms: the best literals so far, and the ones that run just now. */
struct row {
	struct strv best;
	struct buf run;
};

/* How often the atom in front may come. */
enum times { ONCE, MANY, PERHAPS };

static void read_choice(struct reader *reader, struct strv *out);

static size_t worth(const struct strv *set)
{
	size_t least = set->len > 0 ? SIZE_MAX : 0;

	for (size_t i = 0; i < set->len; i++) {
		size_t len = strlen(set->items[i]);

		least = len < least ? len : least;
	}
	return least;
}

/* The set with the longest shortest literal is the most selective one. Takes what is in set. */
static void offer(struct row *row, struct strv *set)
{
	if (worth(set) > worth(&row->best)) {
		struct strv old = row->best;

		row->best = *set;
		*set = old;
	}
	strv_release(set);
}

static void end_run(struct row *row)
{
	struct strv set = {0};

	if (row->run.len > 0) {
		strv_add(&set, buf_str(&row->run));
		offer(row, &set);
	}
	buf_clear(&row->run);
}

static enum times read_times(struct reader *reader)
{
	enum times times = ONCE;
	char c = *reader->at;

	if (c == '?' || c == '*' || c == '+') {
		times = c == '+' ? MANY : PERHAPS;
		reader->at++;
	} else if (c == '{' && isdigit((unsigned char)reader->at[1])) {
		times = reader->at[1] == '0' ? PERHAPS : MANY;
		reader->at += strcspn(reader->at, "}");
		reader->at += *reader->at != '\0';
	}
	if (times != ONCE && (*reader->at == '?' || *reader->at == '+')) {
		reader->at++; /* lazy, possessive */
	}
	return times;
}

/* A byte that stands for itself. */
static void add_byte(struct reader *reader, struct row *row, char c)
{
	enum times times = read_times(reader);

	/* what follows a piece of a longer character counts for all of it */
	if (times == PERHAPS || (unsigned char)c >= 0x80) {
		end_run(row);
		return;
	}
	if (row->run.len < MOST) {
		buf_char(&row->run, (char)tolower((unsigned char)c));
	}
	if (times == MANY) {
		end_run(row);
	}
}

/* "[Cc]" is one letter; any other class ends the run. */
static void read_class(struct reader *reader, struct row *row)
{
	const char *at = reader->at + 1;

	if (isalpha((unsigned char)at[0]) && at[1] && at[2] == ']' && at[0] != at[1] &&
	    tolower((unsigned char)at[0]) == tolower((unsigned char)at[1])) {
		reader->at += 4;
		add_byte(reader, row, at[0]);
		return;
	}
	at += *at == '^';
	at += *at == ']';
	while (*at && *at != ']') {
		/* a class inside a class, [:alpha:], would need more care */
		reader->lost |= *at == '[' && (at[1] == ':' || at[1] == '.' || at[1] == '=');
		at += *at == '\\' && at[1] ? 2 : 1;
	}
	reader->at = *at ? at + 1 : at;
	read_times(reader);
	end_run(row);
}

static void read_escape(struct reader *reader, struct row *row)
{
	char c = reader->at[1];

	reader->at += c ? 2 : 1;
	if (!c) {
		reader->lost = true;
	} else if (ispunct((unsigned char)c)) {
		add_byte(reader, row, c);
	} else if (strchr("bBAzZGK", c)) {
		read_times(reader); /* a place, not a byte */
	} else {
		reader->lost |= !strchr("dDwWsShHvVRX", c);
		read_times(reader);
		end_run(row);
	}
}

/* Moves behind a "(" and what tells its kind. False for groups that match nothing by themselves. */
static bool open_group(struct reader *reader)
{
	const char *at = reader->at + 1;

	reader->lost |= *at == '*';
	if (*at != '?') {
		reader->at = at;
		return true;
	}
	if (at[1] == ':' || at[1] == '>') {
		reader->at = at + 2;
		return true;
	}
	if (at[1] == '<' && isalpha((unsigned char)at[2])) {
		reader->at = at + strcspn(at, ">");
		reader->at += *reader->at != '\0';
		return true;
	}
	at += 1 + strspn(at + 1, "imsn");
	if (*at == ':') {
		reader->at = at + 1;
		return true;
	}
	reader->at = at;
	reader->lost |= !strchr(")=!<", *at) || !*at;
	return false;
}

static void read_group(struct reader *reader, struct row *row)
{
	struct strv inside = {0};
	bool matches = open_group(reader);

	reader->lost |= ++reader->depth > DEPTH_MAX;
	if (!reader->lost) {
		read_choice(reader, &inside);
	}
	reader->depth--;
	reader->lost |= *reader->at != ')';
	reader->at += *reader->at == ')';
	end_run(row);
	if (read_times(reader) == PERHAPS || !matches) {
		strv_release(&inside);
	}
	offer(row, &inside);
}

/* Atoms up to a "|", a ")" or the end. */
static void read_row(struct reader *reader, struct strv *out)
{
	struct row row = {.run = BUF_INIT(MOST + 1)};

	while (!reader->lost && *reader->at && *reader->at != '|' && *reader->at != ')') {
		switch (*reader->at) {
		case '(':
			read_group(reader, &row);
			break;
		case '[':
			read_class(reader, &row);
			break;
		case '\\':
			read_escape(reader, &row);
			break;
		case '.':
			reader->at++;
			read_times(reader);
			end_run(&row);
			break;
		case '^':
		case '$':
			reader->at++;
			break;
		default:
			reader->at++;
			add_byte(reader, &row, reader->at[-1]);
		}
	}
	end_run(&row);
	*out = row.best;
	buf_release(&row.run);
}

/* Each branch has to bring literals. */
static void read_choice(struct reader *reader, struct strv *out)
{
	bool every = true, more = true;

	while (more && !reader->lost) {
		CLEANUP(strv_release) struct strv branch = {0};

		read_row(reader, &branch);
		every &= branch.len > 0;
		strv_add_all(out, &branch);
		more = *reader->at == '|';
		reader->at += more;
	}
	if (!every || reader->lost) {
		strv_release(out);
	}
}

void regex_literals(const char *pattern, struct strv *out)
{
	CLEANUP(strv_release) struct strv found = {0};
	struct reader reader = {.at = pattern};

	read_choice(&reader, &found);
	if (!reader.lost && !*reader.at && worth(&found) >= LEAST && found.len <= COUNT_MAX) {
		strv_add_all(out, &found);
	}
}
