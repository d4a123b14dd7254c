/* SPDX-License-Identifier: Apache-2.0 */
#include "config/services.h"

#include "base/mem.h"
#include "base/str.h"

#define SERVICES_MAX ((size_t)50)
#define WORDS_MAX    ((size_t)200) /* of one key */

struct reader {
	const char *path;
	const char *service;
	struct err *err;
};

static int refuse(const struct reader *reader, const struct yaml_node *node, const char *what)
{
	return err_set(reader->err, ERR_USAGE, "%s: line %u: " SERVICES_KEY ".%s: %s", reader->path,
		       node->line, reader->service, what);
}

static int add_word(const struct reader *reader, const struct yaml_node *node, struct strv *out)
{
	if (node->kind != YAML_SCALAR || str_empty(node->text)) {
		return refuse(reader, node, "one value is expected");
	}
	if (out->len >= WORDS_MAX) {
		return refuse(reader, node, "more than 200 values");
	}
	strv_add(out, node->text);
	return 0;
}

static int read_words(const struct reader *reader, const struct yaml_node *node, struct strv *out)
{
	if (node->kind != YAML_LIST) {
		return add_word(reader, node, out);
	}
	VEC_EACH (const struct yaml_node, item, &node->children) {
		if (add_word(reader, item, out) < 0) {
			return -1;
		}
	}
	return 0;
}

static int read_service(const struct reader *reader, const struct yaml_node *node,
			struct service_text *out)
{
	if (node->kind != YAML_MAP) {
		return refuse(reader, node, "keys and values are expected: start and wait");
	}
	VEC_EACH (const struct yaml_node, child, &node->children) {
		bool starts = str_eq(child->key, "start");

		if (!starts && !str_eq(child->key, "wait")) {
			return refuse(reader, child, "there are only the keys start and wait");
		}
		if (read_words(reader, child, starts ? &out->start : &out->waits) < 0) {
			return -1;
		}
	}
	if (out->waits.len == 0) {
		return refuse(reader, node, "wait is missing: nobody would know when it is ready");
	}
	return 0;
}

int services_from_yaml(const char *path, const struct yaml_node *node,
		       struct service_text_list *out, struct err *err)
{
	struct reader reader = {path, "NAME", err};

	if (node->kind != YAML_MAP) {
		return refuse(&reader, node, "services by their names are expected");
	}
	out->file = mem_str(path);
	VEC_EACH (const struct yaml_node, child, &node->children) {
		struct service_text *service = NULL;

		reader.service = child->key;
		if (out->len >= SERVICES_MAX) {
			return refuse(&reader, child, "more than 50 services");
		}
		service = VEC_PUSH(out);
		service->name = mem_str(child->key);
		service->line = child->line;
		if (read_service(&reader, child, service) < 0) {
			return -1;
		}
	}
	return 0;
}
