/* SPDX-License-Identifier: Apache-2.0 */
#define PCRE2_CODE_UNIT_WIDTH 8

#include "text/regex.h"

#include "base/mem.h"
#include "text/escape.h"

#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

/* Enough for any sane expression over a log; a hostile one ends within milliseconds. */
#define MATCH_LIMIT     100000
#define DEPTH_LIMIT     100000
#define HEAP_LIMIT_KIB  16384
#define JIT_STACK_START ((size_t)32 << 10)
#define JIT_STACK_MAX   ((size_t)1 << 20)
#define PATTERN_MAX     ((size_t)16 << 10)

struct regex {
	pcre2_code *code;
	pcre2_match_context *limits;
	pcre2_jit_stack *stack; /* NULL without JIT */
	pcre2_match_data *scratch;
};

/* The same bytes under the library's type. */
static PCRE2_SPTR bytes(const char *text)
{
	return (PCRE2_SPTR)text;
}

static int refuse(struct err *err, const char *pattern, int code, size_t offset)
{
	CLEANUP(buf_release) struct buf shown = BUF_INIT(200);
	PCRE2_UCHAR why[160] = "";

	escape_terminal(&shown, pattern);
	pcre2_get_error_message(code, why, sizeof(why));
	return err_set(err, ERR_INPUT, "regular expression \"%s\": at byte %zu: %s",
		       buf_str(&shown), offset, (const char *)why);
}

static pcre2_code *compile(const char *pattern, struct err *err)
{
	const uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C;
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	pcre2_code *code = NULL;
	int error = 0;
	PCRE2_SIZE offset = 0;

	if (!context) {
		abort();
	}
	pcre2_set_max_pattern_length(context, PATTERN_MAX);
	code = pcre2_compile(bytes(pattern), PCRE2_ZERO_TERMINATED, options, &error, &offset,
			     context);
	pcre2_compile_context_free(context);
	if (!code) {
		refuse(err, pattern, error, offset);
	}
	return code;
}

/* Translates to machine code where the machine can; else the interpreter does the work. */
static void speed_up(struct regex *regex)
{
	if (pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE) != 0) {
		return;
	}
	regex->stack = pcre2_jit_stack_create(JIT_STACK_START, JIT_STACK_MAX, NULL);
	if (regex->stack) {
		pcre2_jit_stack_assign(regex->limits, NULL, regex->stack);
	}
}

int regex_compile(const char *pattern, struct regex **out, struct err *err)
{
	pcre2_code *code = compile(pattern, err);
	struct regex *regex = NULL;

	if (!code) {
		return -1;
	}
	regex = mem_alloc(sizeof(*regex));
	regex->code = code;
	regex->limits = pcre2_match_context_create(NULL);
	regex->scratch = pcre2_match_data_create_from_pattern(code, NULL);
	if (!regex->limits || !regex->scratch) {
		abort();
	}
	pcre2_set_match_limit(regex->limits, MATCH_LIMIT);
	pcre2_set_depth_limit(regex->limits, DEPTH_LIMIT);
	pcre2_set_heap_limit(regex->limits, HEAP_LIMIT_KIB);
	speed_up(regex);
	*out = regex;
	return 0;
}

bool regex_find(struct regex *regex, const char *text, size_t len)
{
	return pcre2_match(regex->code, bytes(text), len, 0, 0, regex->scratch, regex->limits) >= 0;
}

bool regex_match(const struct regex *regex, const char *text)
{
	return pcre2_match(regex->code, bytes(text), strlen(text), 0, 0, regex->scratch,
			   regex->limits) >= 0;
}

bool regex_group(const struct regex *regex, const char *name, const char *text, const char **start,
		 size_t *len)
{
	const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(regex->scratch);
	PCRE2_SPTR first = NULL, last = NULL;
	int size = pcre2_substring_nametable_scan(regex->code, bytes(name), &first, &last);

	/* one name may stand for several groups; an entry begins with its group's number */
	for (; size > 0 && first <= last; first += size) {
		size_t at = 2 * (((size_t)first[0] << 8) | first[1]);

		if (ends[at] != PCRE2_UNSET && ends[at + 1] >= ends[at]) {
			*start = text + ends[at];
			*len = ends[at + 1] - ends[at];
			return true;
		}
	}
	return false;
}

/* Substitutes into room bytes at result; *len gets the length written, or the room needed. */
static int substitute(const struct regex *regex, const char *text, const char *replacement,
		      char *result, size_t *len)
{
	const uint32_t options = PCRE2_SUBSTITUTE_GLOBAL | PCRE2_SUBSTITUTE_EXTENDED |
				 PCRE2_SUBSTITUTE_UNSET_EMPTY | PCRE2_SUBSTITUTE_OVERFLOW_LENGTH;

	return pcre2_substitute(regex->code, bytes(text), strlen(text), 0, options, regex->scratch,
				regex->limits, bytes(replacement), strlen(replacement),
				(PCRE2_UCHAR *)result, len);
}

bool regex_replace(const struct regex *regex, const char *text, const char *replacement,
		   struct buf *out)
{
	size_t room = strlen(text) * 2 + 256;
	size_t len = room;
	AUTO_FREE char *result = mem_array(room, 1);
	int count = substitute(regex, text, replacement, result, &len);

	if (count == PCRE2_ERROR_NOMEMORY && len > room && len <= BUF_OWN_MAX) {
		room = len;
		result = mem_resize(result, room, 1);
		count = substitute(regex, text, replacement, result, &len);
	}
	if (count < 0) {
		buf_str_add(out, text);
		return false;
	}
	buf_add(out, result, len);
	return true;
}

void regex_free(struct regex *regex)
{
	if (regex) {
		pcre2_match_data_free(regex->scratch);
		pcre2_match_context_free(regex->limits);
		pcre2_jit_stack_free(regex->stack);
		pcre2_code_free(regex->code);
		free(regex);
	}
}

void cleanup_regex(struct regex **slot)
{
	regex_free(*slot);
	*slot = NULL;
}
