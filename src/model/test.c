/* SPDX-License-Identifier: Apache-2.0 */
#include "model/test.h"

#include "base/mem.h"
#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>

void test_name_copy(struct test_name *out, const struct test_name *from)
{
	out->suite = mem_str(from->suite);
	out->class_name = mem_str(from->class_name);
	out->name = mem_str(from->name);
	out->file = mem_str(from->file);
	out->host = mem_str(from->host);
	out->copy = from->copy;
	out->borrowed = false;
}

void test_name_release(struct test_name *name)
{
	if (!name->borrowed) {
		free(name->suite);
		free(name->class_name);
		free(name->name);
		free(name->file);
		free(name->host);
	}
	*name = (struct test_name){0};
}

/* The qualifier in front of the name, or NULL. */
static const char *qualifier(const struct test_name *name)
{
	return str_empty(name->class_name) ? name->suite : name->class_name;
}

struct hash_value test_id_value(const char *before, const char *name, unsigned copy)
{
	char number[16] = "";
	const char *const fields[] = {before, name, number};

	if (copy > 1) {
		snprintf(number, sizeof(number), "%u", copy);
	}
	return hash_fields(fields, ARRAY_LEN(fields));
}

void test_name_id(const struct test_name *name, char out[TEST_ID_LEN + 1])
{
	hash_hex(test_id_value(qualifier(name), name->name, name->copy), out, TEST_ID_LEN);
}

void test_name_show(const struct test_name *name, struct buf *out)
{
	const char *before = qualifier(name);

	if (!str_empty(before) && !str_eq(before, name->name)) {
		buf_fmt(out, "%s::", before);
	}
	buf_str_add(out, str_or(name->name, "(no name)"));
	if (name->copy > 1) {
		buf_fmt(out, " #%u", name->copy);
	}
}
