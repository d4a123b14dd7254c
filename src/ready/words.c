/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/words.h"

#include "base/buf.h"
#include "base/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define VALUE_MAX 65536

#define NAME_START "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
#define NAME_CHARS NAME_START "0123456789"

void word_list_release(struct word_list *list)
{
	VEC_EACH (struct word, word, list) {
		free(word->given);
		free(word->value);
	}
	VEC_FREE(list);
	strv_release(&list->variables);
}

/* Of ${NAME} or ${NAME:-DEFAULT}, which *text stands at. */
static int expand(const char **text, struct strv *variables, struct buf *out, struct err *err)
{
	const char *name = *text + strlen("${");
	size_t len = strcspn(name, "}"), name_len = strspn(name, NAME_CHARS);
	const char *fallback = str_starts(name + name_len, ":-") ? name + name_len + 2 : NULL;
	AUTO_FREE char *key = mem_strn(name, name_len);
	const char *value = NULL;

	if (!name[len]) {
		return err_set(err, ERR_USAGE, "\"${\" without its \"}\"");
	}
	if (!name_len || !strchr(NAME_START, *name) || (name_len < len && !fallback)) {
		return err_set(err, ERR_USAGE,
			       "\"${%s\" is no variable; write ${NAME} or ${NAME:-DEFAULT}", key);
	}
	value = getenv(key);
	if (!value && !fallback) {
		return err_set(err, ERR_USAGE,
			       "the variable %s is not set; ${%s:-DEFAULT} has a default", key,
			       key);
	}
	if (str_empty(value) && fallback) {
		buf_add(out, fallback, (size_t)(name + len - fallback));
	} else {
		buf_str_add(out, value);
		strv_add(variables, str_or(value, ""));
	}
	*text = name + len + 1;
	return 0;
}

/* One word, which *text stands at; behind it afterwards. */
static int read_word(const char **text, struct strv *variables, struct buf *value, struct err *err)
{
	const char *at = *text;
	char quote = '\0';

	while (*at && (quote || *at != ' ')) {
		if (quote ? *at == quote : *at == '\'' || *at == '"') {
			quote = quote ? '\0' : *at;
			at++;
		} else if (quote != '\'' && str_starts(at, "${")) {
			if (expand(&at, variables, value, err) < 0) {
				return -1;
			}
		} else {
			buf_char(value, *at++);
		}
	}
	if (quote) {
		return err_set(err, ERR_USAGE, "a %c is never closed", quote);
	}
	*text = at;
	return 0;
}

static bool has_control(const char *text)
{
	for (; *text; text++) {
		if (iscntrl((unsigned char)*text)) {
			return true;
		}
	}
	return false;
}

int words_split(const char *text, struct word_list *out, struct err *err)
{
	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		CLEANUP(buf_release) struct buf value = BUF_INIT(VALUE_MAX);
		const char *start = text;
		struct word *word = NULL;

		if (read_word(&text, &out->variables, &value, err) < 0) {
			return -1;
		}
		if (value.cut || has_control(buf_str(&value))) {
			return err_set(err, ERR_USAGE, "a variable holds %s",
				       value.cut ? "too much" : "control characters");
		}
		word = VEC_PUSH(out);
		word->given = mem_strn(start, (size_t)(text - start));
		word->value = buf_take(&value);
		word->quoted = *start == '\'' || *start == '"';
	}
	return 0;
}
