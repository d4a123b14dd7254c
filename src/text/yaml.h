/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TEXT_YAML_H
#define STEADY_TEXT_YAML_H

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"

#include <stdbool.h>

/*
 * YAML (libyaml) as a tree with places. Only what a config needs: scalars, lists, maps. Anchors
 * and aliases, tags, several documents, keys that are no plain text and duplicate keys are refused;
 * so is text over 1 MiB, nesting over 32 and more than 10,000 nodes.
 */
enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml_node {
	enum yaml_kind kind;
	unsigned line, column; /* from 1; in a map those of the key */
	/* Its bytes in the text, those of the key included. A block ends with its last scalar, so that
	 * comments behind it are no part of it; a scalar of several lines may end behind a line break. */
	size_t start, end;
	bool flow;   /* of a list or map: written with brackets */
	char *key;   /* in a map: its key; else NULL */
	char *text;  /* of a scalar */
	bool quoted; /* the scalar stood in quotes */
	struct {
		VEC(struct yaml_node)
	} children;
};

/* Parses len bytes; the error names line and column and leaves *out empty. An empty document is an
 * empty map. The caller releases *out. */
int yaml_parse(const char *text, size_t len, struct yaml_node *out, struct err *err);

/* The value of that key, borrowed; NULL when there is none or the node is no map. */
const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);
void yaml_release(struct yaml_node *node);

/* One line that YAML reads as exactly this text, and never as a number or the like: quoted where needed.
 * For UTF-8 without NUL. */
void yaml_scalar(struct buf *out, const char *text);

#endif
