/* SPDX-License-Identifier: Apache-2.0 */
#include "report/issue.h"

#include "base/str.h"
#include "text/json.h"

#include <string.h>

void issue_request(const char *title, const char *label, const char *body, struct buf *out)
{
	AUTO_JSON struct json *object = json_new_object();

	if (title) {
		json_put_str(object, "title", title);
	}
	json_put_str(object, "body", body);
	if (label) {
		struct json *labels = json_new_array();

		json_add(labels, json_new_str(label));
		json_put(object, "labels", labels);
	}
	json_write(object, 0, out);
	buf_char(out, '\n');
}

static bool is_ours(const struct json *issue, const char *marker)
{
	const char *state = json_get_str(issue, "state");

	const char *body = str_or(json_get_str(issue, "body"), "");

	/* who edits it by hand may leave another line end behind the marker */
	return strncmp(body, marker, strcspn(marker, "\n")) == 0 &&
	       (!state || str_eq(state, "open")) && !json_get(issue, "pull_request") &&
	       json_number(json_get(issue, "number")) > 0;
}

int issue_find(const char *json, size_t len, const char *marker, int64_t *out, struct err *err)
{
	AUTO_JSON struct json *list = NULL;

	*out = 0;
	if (json_parse_foreign(json, len, &list, err) < 0) {
		return -1;
	}
	if (json_kind(list) != JSON_KIND_ARRAY) {
		const char *message = json_get_str(list, "message");

		return err_set(err, ERR_INPUT, "no list of issues: %.200s",
			       message ? message : "it is something else");
	}
	for (size_t i = 0; i < json_len(list) && *out == 0; i++) {
		const struct json *issue = json_at(list, i);

		*out = is_ours(issue, marker) ? json_number(json_get(issue, "number")) : 0;
	}
	return 0;
}
