/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/fast.h"

#include "junit/longtag.h"
#include "junit/reference.h"

#include <string.h>

static const char *skip_space(const char *at)
{
	while (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r') {
		at++;
	}
	return at;
}

/* Whether values may hold it: no "<", and only references to characters. */
static bool is_clean(const char *text, const char *end)
{
	return !memchr(text, '<', (size_t)(end - text)) && junit_references_are_good(text, end);
}

/* name="value", without spaces inside. */
static const char *take_attribute(struct junit_fast *fast, struct junit_fast_name **guess,
				  struct junit_attr *attr, const char *text, const char *end)
{
	struct junit_fast_name *name =
		junit_fast_name(&fast->names, guess, text, (size_t)(end - text));
	const char *at = NULL;

	if (!name || name->tag == fast->tags) {
		return NULL;
	}
	name->tag = fast->tags;
	at = text + name->len;
	if (at[0] != '=' || (at[1] != '"' && at[1] != '\'')) {
		return NULL;
	}
	attr->word = name->word;
	attr->name = name->text;
	attr->value = at + 2;
	at = memchr(at + 2, at[1], (size_t)(end - at - 2));
	if (!at) {
		return NULL;
	}
	attr->len = (size_t)(at - attr->value);
	return at + 1;
}

/* All of them; *count is how many. */
static const char *take_attributes(struct junit_fast *fast, struct junit_fast_name *element,
				   const char *at, const char *end, size_t *count)
{
	for (*count = 0;; ++*count) {
		const char *word = skip_space(at);

		if (*word == '>' || *word == '/') {
			return word;
		}
		if (word == at || *count == JUNIT_FAST_ATTRIBUTES) {
			return NULL;
		}
		at = take_attribute(fast, &element->attrs[*count], &fast->attrs[*count], word, end);
		if (!at) {
			return NULL;
		}
	}
}

static void tell_start(struct junit_fast *fast, const struct junit_fast_name *name, size_t count,
		       bool empty)
{
	const struct junit_element element = {
		.word = name->word, .name = name->text, .attrs = {fast->attrs, count}};

	fast->rooted = true;
	fast->markup->open(fast->payload, &element);
	if (!junit_faults_going(fast->faults)) {
		return;
	}
	if (empty) {
		fast->markup->close(fast->payload);
	} else {
		fast->open[fast->depth++] = name;
	}
}

/* What stands behind the end tag that text begins with; NULL it is something else. */
static const char *end_behind(const struct junit_fast_name *element, const char *text,
			      const char *end)
{
	const char *at = text + 2;

	if (end - text < 3 || memcmp(text, "</", 2) != 0 ||
	    !junit_fast_is(element, at, (size_t)(end - at)) || at[element->len] != '>') {
		return NULL;
	}
	return at + element->len + 1;
}

/* What the echo may keep; end NULL: nothing. */
static void tell_echo(struct junit_fast *fast, const char *text, const char *end, size_t count)
{
	const struct junit_attrs attrs = {fast->attrs, count};

	if (end) {
		junit_echo_tag(fast->echo, text, end, junit_attrs_find(&attrs, WORD_TIME));
	} else {
		junit_echo_tag(fast->echo, NULL, NULL, NULL);
	}
}

static const char *take_start(struct junit_fast *fast, const char *text, const char *end)
{
	struct junit_fast_name *element =
		junit_fast_name(&fast->names, fast->guess, text + 1, (size_t)(end - text - 1));
	const char *at = NULL;
	size_t count = 0;
	bool empty = false;

	if (!element || fast->depth == JUNIT_FAST_DEPTH || (fast->rooted && fast->depth == 0)) {
		return NULL;
	}
	fast->tags++;
	at = take_attributes(fast, element, text + 1 + element->len, end, &count);
	empty = at && *at == '/';
	at = empty ? at + 1 : at;
	if (!at || *at != '>' || at - text > (ptrdiff_t)JUNIT_TAG_MAX ||
	    (count > 0 && !is_clean(text + 1, at))) {
		return NULL;
	}
	fast->guess = &element->next;
	if (fast->echo && element->word == WORD_TESTCASE) {
		tell_echo(fast, text, empty ? at + 1 : end_behind(element, at + 1, end), count);
	}
	tell_start(fast, element, count, empty);
	return at + 1;
}

static const char *take_end(struct junit_fast *fast, const char *text, const char *end)
{
	const struct junit_fast_name *name = fast->depth > 0 ? fast->open[fast->depth - 1] : NULL;
	const char *at = text + 2;

	if (!name || !junit_fast_is(name, at, (size_t)(end - at))) {
		return NULL;
	}
	at = skip_space(at + name->len);
	if (*at != '>' || at - text > (ptrdiff_t)JUNIT_TAG_MAX) {
		return NULL;
	}
	fast->depth--;
	fast->markup->close(fast->payload);
	return at + 1;
}

const char *junit_fast_tag(struct junit_fast *fast, const char *text, const char *end)
{
	const char *at = NULL;

	if (fast->swallow.used) {
		junit_swallow_reset(&fast->swallow);
	}
	fast->faults->here = (size_t)(text - fast->window);
	if (text[1] == '/') {
		return take_end(fast, text, end);
	}
	at = fast->echo ? junit_echo_take(fast->echo, text, end) : NULL;
	return at ? at : take_start(fast, text, end);
}
