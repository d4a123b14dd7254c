/* SPDX-License-Identifier: Apache-2.0 */
#include "rerun/script.h"

#include "base/mem.h"
#include "base/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct reading {
	const char *start, *at;
	bool yaml, new_line;
	struct script *out;
};

static void add(struct reading *r, enum token_kind kind, const char *text, size_t len)
{
	struct token *token = VEC_PUSH(&r->out->tokens);

	*token = (struct token){kind, mem_strn(text, len), true, r->new_line};
	r->new_line = false;
}

static bool is_word_char(const struct reading *r, char c)
{
	return isalnum((unsigned char)c) || (c && strchr("_$", c)) || (c & 0x80) ||
	       (r->yaml && c && strchr("./@-", c));
}

/* A string of one line ends with it, closed or not: its quote may have been none. */
static void read_string(struct reading *r)
{
	char quote = *r->at++;
	const char *from = r->at;
	struct token *token = NULL;

	while (*r->at && *r->at != quote && (quote == '`' || *r->at != '\n')) {
		r->at += *r->at == '\\' && r->at[1] ? 2 : 1;
	}
	add(r, TOKEN_STRING, from, (size_t)(r->at - from));
	token = &r->out->tokens.items[r->out->tokens.len - 1];
	token->plain = *r->at == quote && !strpbrk(token->text, quote == '`' ? "\\$" : "\\");
	r->out->open |= !*r->at;
	r->at += *r->at == quote;
}

/* Moves behind a comment; false when there is none. "\/\/" stands in a regex. */
static bool skip_comment(struct reading *r)
{
	bool escaped = r->at > r->start && r->at[-1] == '\\';

	if ((r->yaml && *r->at == '#') || (!r->yaml && str_starts(r->at, "//") && !escaped)) {
		r->at += strcspn(r->at, "\n");
		return true;
	}
	if (!r->yaml && str_starts(r->at, "/*")) {
		const char *end = strstr(r->at + 2, "*/");

		r->out->open |= !end;
		r->at = end ? end + 2 : r->at + strlen(r->at);
		return true;
	}
	return false;
}

static void read_word(struct reading *r)
{
	const char *from = r->at;

	while (is_word_char(r, *r->at)) {
		r->at++;
	}
	add(r, TOKEN_WORD, from, (size_t)(r->at - from));
}

void script_read(const char *text, bool yaml, struct script *out)
{
	struct reading r = {text, text, yaml, true, out};

	while (*r.at) {
		if (isspace((unsigned char)*r.at)) {
			r.new_line |= *r.at++ == '\n';
		} else if (strchr("'\"`", *r.at)) {
			read_string(&r);
		} else if (is_word_char(&r, *r.at)) {
			read_word(&r);
		} else if (!skip_comment(&r)) {
			add(&r, TOKEN_SIGN, r.at++, 1);
		}
	}
}

void script_release(struct script *script)
{
	VEC_EACH (struct token, token, &script->tokens) {
		free(token->text);
	}
	VEC_FREE(&script->tokens);
}
