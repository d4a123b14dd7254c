/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/http_answer.h"

#include "base/str.h"
#include "text/json.h"
#include "text/regex.h"
#include "text/utf8.h"

#include <stdlib.h>
#include <string.h>

#define SHOWN_MAX 80

/* Up, and asked for what it will not give: nobody waits these out. */
static bool is_permanent(long status)
{
	return status == 401 || status == 403 || status == 404 || status == 405 || status == 410;
}

static bool judge_status(const struct http_words *words, const struct http_answer *answer,
			 struct attempt_result *out)
{
	long status = answer->status;

	if (words->status ? status == words->status : status >= 200 && status <= 399) {
		return true;
	}
	out->permanent = is_permanent(status);
	if (words->status) {
		return attempt_failed(out, STAGE_APPLICATION, "HTTP %ld instead of %d", status,
				      words->status);
	}
	return attempt_failed(out, STAGE_APPLICATION, "HTTP %ld", status);
}

static bool differs(const struct http_answer *answer, const char *what, const char *is,
		    const char *wanted, struct attempt_result *out)
{
	CLEANUP(buf_release) struct buf shown = BUF_INIT(4 * (size_t)SHOWN_MAX);

	utf8_cut(&shown, is, SHOWN_MAX);
	return attempt_failed(out, STAGE_APPLICATION, "HTTP %ld, but %.40s is %s instead of %.60s",
			      answer->status, what, buf_str(&shown), wanted);
}

static bool judge_header(const struct http_words *words, const struct http_answer *answer,
			 struct attempt_result *out)
{
	if (!words->header_name ||
	    (answer->has_header && str_eq(buf_str(&answer->header), words->header_value))) {
		return true;
	}
	if (!answer->has_header) {
		return attempt_failed(out, STAGE_APPLICATION, "HTTP %ld, but no header %.60s",
				      answer->status, words->header_name);
	}
	return differs(answer, words->header_name, buf_str(&answer->header), words->header_value,
		       out);
}

static bool judge_body(const struct http_words *words, const struct http_answer *answer,
		       struct attempt_result *out)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(4 * answer->body.max);

	if (!words->body) {
		return true;
	}
	utf8_clean(&text, buf_str(&answer->body), answer->body.len);
	return regex_match(words->body, buf_str(&text)) ||
	       attempt_failed(out, STAGE_APPLICATION, "HTTP %ld, but the body does not match",
			      answer->status);
}

/* .a.b[0].c; NULL when there is no such place. */
static const struct json *find(const struct json *value, const char *path)
{
	while (*path && value) {
		size_t len = *path == '.' ? strcspn(path + 1, ".[") : 0;

		if (len > 0) {
			AUTO_FREE char *key = mem_strn(path + 1, len);

			value = json_get(value, key);
			path += 1 + len;
		} else if (*path == '[') {
			char *end = NULL;
			unsigned long index = strtoul(path + 1, &end, 10);

			value = end > path + 1 && *end == ']' ? json_at(value, index) : NULL;
			path = *end ? end + 1 : end;
		} else {
			/* a single dot is the whole */
			path++;
		}
	}
	return value;
}

static bool is_nothing(const struct json *value)
{
	return json_kind(value) == JSON_KIND_NULL ||
	       (json_kind(value) == JSON_KIND_BOOL && !json_truth(value));
}

static bool judge_value(const struct http_words *words, const struct http_answer *answer,
			const struct json *value, struct attempt_result *out)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	if (!value) {
		return attempt_failed(out, STAGE_APPLICATION, "HTTP %ld, but %.80s is not there",
				      answer->status, words->json_path);
	}
	if (json_text(value)) {
		buf_str_add(&text, json_text(value));
	} else {
		json_write(value, 0, &text);
	}
	if (words->json_value ? str_eq(buf_str(&text), words->json_value) : !is_nothing(value)) {
		return true;
	}
	return differs(answer, words->json_path, buf_str(&text),
		       str_or(words->json_value, "something"), out);
}

static bool judge_json(const struct http_words *words, const struct http_answer *answer,
		       struct attempt_result *out)
{
	AUTO_JSON struct json *root = NULL;
	struct err ignored = ERR_INIT;

	if (!words->json_path) {
		return true;
	}
	if (json_parse_foreign(buf_str(&answer->body), answer->body.len, &root, &ignored) < 0) {
		return attempt_failed(out, STAGE_APPLICATION, "HTTP %ld, but the body is %s",
				      answer->status, answer->body.cut ? "too long" : "not JSON");
	}
	return judge_value(words, answer, find(root, words->json_path), out);
}

bool http_judge(const struct http_words *words, const struct http_answer *answer,
		struct attempt_result *out)
{
	out->stage = STAGE_APPLICATION;
	return judge_status(words, answer, out) && judge_header(words, answer, out) &&
	       judge_body(words, answer, out) && judge_json(words, answer, out);
}
