/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How right the rules of failure classes are on texts of known class.
 *
 *	classify_pass [--rows] FILE.tsv
 *
 * FILE has the columns class, ecosystem and message (\n, \t and \\ escaped) and a header line; the
 * class "none" is a look-alike. --rows lists what went wrong. Nothing passes or fails by these numbers.
 */
#include "base/buf.h"
#include "base/str.h"
#include "failure/classify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX ((size_t)16 << 20)

struct row {
	enum failure_class class;
	char *ecosystem, *message;
};

struct row_list {
	VEC(struct row)
};

/* --- reading --- */

static char *unescape(const char *text)
{
	CLEANUP(buf_release) struct buf out = BUF_INIT(FILE_MAX);

	for (; *text; text++) {
		if (*text == '\\' && text[1]) {
			text++;
			buf_char(&out, *text == 'n' ? '\n' : *text == 't' ? '\t' : *text);
		} else {
			buf_char(&out, *text);
		}
	}
	return buf_take(&out);
}

static void read_row(char *line, struct row_list *out)
{
	char *ecosystem = strchr(line, '\t'), *message = NULL, *end = NULL;
	struct row row = {0};

	if (!ecosystem || !(message = strchr(ecosystem + 1, '\t'))) {
		return;
	}
	*ecosystem++ = '\0';
	*message++ = '\0';
	end = strchr(message, '\t');
	if (end) {
		*end = '\0';
	}
	if (failure_class_parse(line, &row.class)) {
		row.ecosystem = mem_str(ecosystem);
		row.message = unescape(message);
		*VEC_PUSH(out) = row;
	}
}

static void read_rows(const char *path, struct row_list *out)
{
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t cap = 0;
	ssize_t len = 0;

	if (!file) {
		perror(path);
		exit(1);
	}
	while ((len = getline(&line, &cap, file)) > 0) {
		line[len - (line[len - 1] == '\n')] = '\0';
		read_row(line, out);
	}
	free(line);
	fclose(file);
}

/* --- how a report may hold a text --- */

enum shape { SHAPE_MESSAGE, SHAPE_TEXT, SHAPE_TYPED, SHAPE_COUNT };

static const char *const shape_names[] = {"as the message", "as the text", "type, message, text"};

#define TYPE_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._$"

/* "some.Type: message" as reports of xUnit frameworks split it, with frames behind the text. */
static void make_failure(const char *message, enum shape shape, struct failure *out)
{
	size_t word = strcspn(message, " \n\t");
	bool typed = word > 3 && message[word - 1] == ':' && message[word] == ' ' &&
		     strspn(message, TYPE_CHARS) == word - 1;

	*out = (struct failure){0};
	if (shape == SHAPE_TEXT) {
		out->text = mem_str(message);
	} else if (shape == SHAPE_TYPED && typed) {
		out->type = mem_strn(message, word - 1);
		out->message = mem_strn(message + word + 1, strcspn(message + word + 1, "\n"));
		out->text = mem_fmt("%s\n    at shop.Cart.total(Cart.java:12)\n", message);
	} else {
		out->message = mem_str(message);
	}
}

static void free_failure(struct failure *failure)
{
	free(failure->type);
	free(failure->message);
	free(failure->text);
}

static struct classified classify(const char *message, enum shape shape)
{
	struct failure failure;
	struct classified finding;

	make_failure(message, shape, &failure);
	failure_classify(&failure, &finding);
	free_failure(&failure);
	return finding;
}

/* --- how right --- */

struct score {
	size_t positives, exact, group, grouped, look_alikes, false_hits, named;
	size_t confusion[CLASS_COUNT][CLASS_COUNT];
};

static void count(struct score *score, const struct row *row, const struct classified *finding)
{
	bool member = failure_class_is_readiness(row->class);

	score->confusion[row->class][finding->class]++;
	if (row->class == CLASS_NONE) {
		score->look_alikes++;
		score->false_hits += finding->class != CLASS_NONE;
		return;
	}
	score->positives++;
	score->exact += row->class == finding->class;
	score->group += member;
	score->grouped += member && failure_class_is_readiness(finding->class);
	score->named += finding->endpoint != NULL;
}

static void show_row(const struct row *row, const struct classified *finding)
{
	printf("  %s -> %s (%s) %s: %.*s\n", failure_class_name(row->class),
	       failure_class_name(finding->class), str_or(finding->rule, "-"), row->ecosystem,
	       (int)strcspn(row->message, "\n") > 110 ? 110 : (int)strcspn(row->message, "\n"),
	       row->message);
}

static double percent(size_t part, size_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0;
}

static void show_score(const char *name, const struct score *score)
{
	printf("%-24s exact %5.1f %%   readiness group %5.1f %%   look-alikes hit %zu of %zu = "
	       "%.1f %%\n",
	       name, percent(score->exact, score->positives), percent(score->grouped, score->group),
	       score->false_hits, score->look_alikes,
	       percent(score->false_hits, score->look_alikes));
}

static void show_confusion(const struct score *score)
{
	for (int is = 0; is < CLASS_COUNT; is++) {
		printf("  %-12s", failure_class_name((enum failure_class)is));
		for (int said = 0; said < CLASS_COUNT; said++) {
			if (score->confusion[is][said]) {
				printf(" %s %zu", failure_class_name((enum failure_class)said),
				       score->confusion[is][said]);
			}
		}
		printf("\n");
	}
}

static void measure(const struct row_list *rows, bool list)
{
	for (int shape = 0; shape < SHAPE_COUNT; shape++) {
		struct score score = {0};

		VEC_EACH (const struct row, row, rows) {
			struct classified finding = classify(row->message, (enum shape)shape);

			count(&score, row, &finding);
			if (list && finding.class != row->class) {
				show_row(row, &finding);
			}
			classified_release(&finding);
		}
		show_score(shape_names[shape], &score);
		if (shape == SHAPE_MESSAGE) {
			show_confusion(&score);
			printf("  an endpoint named in %zu of %zu\n", score.named, score.positives);
		}
	}
}

/* --- leave one ecosystem out --- */

struct leave {
	const char *name;
	bool whole; /* python/redis, not all of python */
	bool codes; /* stay: nobody needs rows to know them */
};

static const struct leave leaves[] = {
	{"no library, codes stay", true, true},
	{"no language, codes stay", false, true},
	{"no library", true, false},
	{"no language", false, false},
};

static enum failure_class class_of(const struct rules *rules, size_t pattern)
{
	return rules->rules.items[rules->patterns.items[pattern].rule].class;
}

/* Which rows a pattern alone would put into their class. */
static bool *supporters(struct rules *rules, const struct row_list *rows)
{
	bool *table = mem_array(rules->patterns.len * rows->len + 1, sizeof(*table));

	for (size_t p = 0; p < rules->patterns.len; p++) {
		VEC_EACH (struct rule_pattern, other, &rules->patterns) {
			other->off = other != &rules->patterns.items[p] &&
				     rules->rules.items[other->rule].kind == RULE_CLASS;
		}
		for (size_t r = 0; r < rows->len; r++) {
			const struct row *row = &rows->items[r];
			struct classified finding = {0};

			if (row->class != CLASS_NONE && row->class == class_of(rules, p)) {
				finding = classify(row->message, SHAPE_MESSAGE);
			}
			table[p * rows->len + r] = finding.class != CLASS_NONE;
			classified_release(&finding);
		}
	}
	VEC_EACH (struct rule_pattern, pattern, &rules->patterns) {
		pattern->off = false;
	}
	return table;
}

/* "python/redis" as a whole, or "python" of it. */
static bool same_ecosystem(const char *a, const char *b, bool whole)
{
	size_t len = strcspn(a, "/");

	return whole ? str_eq(a, b) : strncmp(a, b, len) == 0 && strcspn(b, "/") == len;
}

/* A pattern that only rows of that ecosystem ask for would not be there without them. */
static void switch_off(struct rules *rules, const struct row_list *rows, const bool *table,
		       const char *ecosystem, const struct leave *leave)
{
	for (size_t p = 0; p < rules->patterns.len; p++) {
		size_t inside = 0, outside = 0;

		for (size_t r = 0; r < rows->len; r++) {
			if (!table[p * rows->len + r]) {
				continue;
			}
			if (same_ecosystem(rows->items[r].ecosystem, ecosystem, leave->whole)) {
				inside++;
			} else {
				outside++;
			}
		}
		rules->patterns.items[p].off = inside > 0 && outside == 0 &&
					       !(leave->codes && rules->patterns.items[p].coded);
	}
}

static void leave_out(struct rules *rules, const struct row_list *rows, const bool *table,
		      const struct leave *leave, bool list)
{
	struct score score = {0};

	VEC_EACH (const struct row, row, rows) {
		struct classified finding;

		switch_off(rules, rows, table, row->ecosystem, leave);
		finding = classify(row->message, SHAPE_MESSAGE);
		count(&score, row, &finding);
		if (list && finding.class != row->class) {
			show_row(row, &finding);
		}
		classified_release(&finding);
	}
	VEC_EACH (struct rule_pattern, pattern, &rules->patterns) {
		pattern->off = false;
	}
	show_score(leave->name, &score);
}

int main(int argc, char **argv)
{
	struct rules *rules = rules_builtin();
	struct row_list rows = {0};
	bool list = false;

	for (int i = 1; i < argc; i++) {
		if (str_eq(argv[i], "--rows")) {
			list = true;
		} else {
			read_rows(argv[i], &rows);
		}
	}
	if (rows.len > 0) {
		AUTO_FREE bool *table = NULL;

		measure(&rows, list);
		table = supporters(rules, &rows);
		for (size_t i = 0; i < ARRAY_LEN(leaves); i++) {
			leave_out(rules, &rows, table, &leaves[i], list && i == 0);
		}
	}
	VEC_EACH (struct row, row, &rows) {
		free(row->ecosystem);
		free(row->message);
	}
	VEC_FREE(&rows);
	return 0;
}
