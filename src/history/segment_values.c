/* SPDX-License-Identifier: Apache-2.0 */
#include "history/segment.h"

#include "base/str.h"
#include "text/json.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define NUMBER_MAX (INT64_C(1) << 53) /* microseconds: 285 years */
#define LIST_MAX   ((size_t)100000)

/* A member of the line at hand. */
struct member {
	const char *kind;
	const struct field *field;
	const struct json *value;
};

static int refuse(const struct member *member, const char *wanted, struct err *err)
{
	return err_set(err, ERR_INPUT, "%s.%s: %s", member->kind, member->field->key, wanted);
}

static int read_text(const struct member *member, char **out, struct err *err)
{
	const char *text = json_text(member->value);

	if (!text) {
		return refuse(member, "a text is expected", err);
	}
	if (strlen(text) > SEGMENT_TEXT_MAX) {
		return refuse(member, "the text is too long", err);
	}
	mem_replace(out, text);
	return 0;
}

static int read_slot(const struct member *member, char *out, struct err *err)
{
	const char *text = json_text(member->value);

	if (!text) {
		return refuse(member, "a text is expected", err);
	}
	if (strlen(text) >= member->field->size) {
		return refuse(member, "the text is too long", err);
	}
	snprintf(out, member->field->size, "%s", text);
	return 0;
}

static int read_number(const struct member *member, int64_t most, int64_t *out, struct err *err)
{
	if (json_kind(member->value) != JSON_KIND_INT) {
		return refuse(member, "a whole number is expected", err);
	}
	*out = json_number(member->value);
	if (*out < 0 || *out > most) {
		return refuse(member, *out < 0 ? "must not be negative" : "is too large", err);
	}
	return 0;
}

static int read_share(const struct member *member, double *out, struct err *err)
{
	enum json_kind kind = json_kind(member->value);

	if (kind != JSON_KIND_INT && kind != JSON_KIND_REAL) {
		return refuse(member, "a number is expected", err);
	}
	*out = json_double(member->value);
	return *out >= 0 ? 0 : refuse(member, "must not be negative", err);
}

static int read_list(const struct member *member, struct strv *out, struct err *err)
{
	if (json_kind(member->value) != JSON_KIND_ARRAY || json_len(member->value) > LIST_MAX) {
		return refuse(member, "a list of texts is expected", err);
	}
	for (size_t i = 0; i < json_len(member->value); i++) {
		const char *text = json_text(json_at(member->value, i));

		if (!text || strlen(text) > SEGMENT_TEXT_MAX) {
			return refuse(member, "a list of texts is expected", err);
		}
		strv_add(out, text);
	}
	return 0;
}

static int read_word(const struct member *member, int *out, struct err *err)
{
	const char *text = json_text(member->value);
	const char *word;

	for (int i = 0; text && (word = member->field->word(i)) != NULL; i++) {
		if (strcmp(word, text) == 0) {
			*out = i;
			return 0;
		}
	}
	return refuse(member, "is none of the words for it", err);
}

static int read_whole(const struct member *member, void *at, struct err *err)
{
	int64_t value = 0;
	int done;

	switch (member->field->type) {
	case FIELD_INT:
		done = read_number(member, INT_MAX, &value, err);
		*(int *)at = (int)value;
		return done;
	case FIELD_SIZE:
		done = read_number(member, NUMBER_MAX, &value, err);
		*(size_t *)at = (size_t)value;
		return done;
	case FIELD_COUNT:
		done = read_number(member, UINT_MAX, &value, err);
		*(unsigned *)at = (unsigned)value;
		return done;
	case FIELD_TIME:
	case FIELD_KNOWN:
		return read_number(member, NUMBER_MAX, at, err);
	case FIELD_TEXT:
	case FIELD_SLOT:
	case FIELD_SHARE:
	case FIELD_BOOL:
	case FIELD_LIST:
	case FIELD_WORD:
		break;
	}
	return err_set(err, ERR_INTERNAL, "segment: %s is no number", member->field->key);
}

static int read_field(const struct member *member, void *object, struct err *err)
{
	void *at = (char *)object + member->field->offset;

	switch (member->field->type) {
	case FIELD_TEXT:
		return read_text(member, at, err);
	case FIELD_SLOT:
		return read_slot(member, at, err);
	case FIELD_SHARE:
		return read_share(member, at, err);
	case FIELD_BOOL:
		if (json_kind(member->value) != JSON_KIND_BOOL) {
			return refuse(member, "true or false is expected", err);
		}
		*(bool *)at = json_truth(member->value);
		return 0;
	case FIELD_LIST:
		return read_list(member, at, err);
	case FIELD_WORD:
		return read_word(member, at, err);
	case FIELD_INT:
	case FIELD_SIZE:
	case FIELD_COUNT:
	case FIELD_TIME:
	case FIELD_KNOWN:
		break;
	}
	return read_whole(member, at, err);
}

/* What stands for a member that is not there, where that is not zero. */
static void set_absent(const struct field *field, void *object)
{
	void *at = (char *)object + field->offset;

	if (field->type == FIELD_KNOWN) {
		*(int64_t *)at = -1;
	} else if (field->type == FIELD_SHARE) {
		*(double *)at = -1;
	}
}

int segment_read_members(enum line_kind kind, const struct json *members, void *object,
			 struct err *err)
{
	const struct line_fields *fields = &segment_lines[kind];

	for (size_t i = 0; i < fields->len; i++) {
		struct member member = {
			.kind = fields->name,
			.field = &fields->fields[i],
			.value = json_get(members, fields->fields[i].key),
		};

		set_absent(member.field, object);
		if (!member.value && member.field->needed) {
			return refuse(&member, "is missing", err);
		}
		if (member.value && read_field(&member, object, err) < 0) {
			return -1;
		}
	}
	return 0;
}
