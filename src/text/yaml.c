/* SPDX-License-Identifier: Apache-2.0 */
#include "text/yaml.h"

#include "base/buf.h"
#include "base/map.h"
#include "text/escape.h"

#include <string.h>
#include <yaml.h>

#define TEXT_MAX  ((size_t)1 << 20)
#define DEPTH_MAX 32
#define NODES_MAX 10000

struct reader {
	yaml_parser_t parser;
	yaml_event_t event; /* the current one */
	bool has_event;
	const char *text;
	size_t len, nodes;
	size_t mark, at; /* so many characters of the text are so many bytes */
	struct err *err;
};

static void reader_close(struct reader *reader)
{
	if (reader->has_event) {
		yaml_event_delete(&reader->event);
	}
	yaml_parser_delete(&reader->parser);
}

/* An error at that place. */
static int fail_at(struct reader *reader, size_t line, size_t column, const char *why)
{
	return err_set(reader->err, ERR_INPUT, "line %zu column %zu: %s", line, column, why);
}

/* An error at the current event. */
static int fail(struct reader *reader, const char *why)
{
	const yaml_mark_t *at = &reader->event.start_mark;

	return fail_at(reader, at->line + 1, at->column + 1, why);
}

/* What libyaml found. Of bytes that are no text it knows only the offset. */
static int fail_syntax(struct reader *reader)
{
	const yaml_parser_t *parser = &reader->parser;
	const char *why = parser->problem ? parser->problem : "not YAML";
	size_t line = 1, column = 1;

	if (parser->error != YAML_READER_ERROR) {
		return fail_at(reader, parser->problem_mark.line + 1,
			       parser->problem_mark.column + 1, why);
	}
	for (size_t i = 0; i < parser->problem_offset; i++) {
		bool ends = reader->text[i] == '\n';

		line += ends;
		column = ends ? 1 : column + 1;
	}
	return fail_at(reader, line, column, why);
}

static int advance(struct reader *reader)
{
	if (reader->has_event) {
		yaml_event_delete(&reader->event);
		reader->has_event = false;
	}
	if (!yaml_parser_parse(&reader->parser, &reader->event)) {
		return fail_syntax(reader);
	}
	reader->has_event = true;
	return 0;
}

/* Goes to the next event that means something: the stream's start and a document's end do not. */
static int next(struct reader *reader)
{
	do {
		if (advance(reader) < 0) {
			return -1;
		}
	} while (reader->event.type == YAML_STREAM_START_EVENT ||
		 reader->event.type == YAML_DOCUMENT_END_EVENT);
	return 0;
}

/* Refuses what could make the tree something else than it looks. */
static int check_scalar(struct reader *reader)
{
	const yaml_event_t *event = &reader->event;
	bool is_plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;

	if (event->data.scalar.anchor) {
		return fail(reader, "anchors are not allowed");
	}
	if (event->data.scalar.tag || (is_plain && !event->data.scalar.plain_implicit)) {
		return fail(reader, "tags are not allowed");
	}
	if (memchr(event->data.scalar.value, '\0', event->data.scalar.length)) {
		return fail(reader, "a NUL character is not allowed");
	}
	return 0;
}

static int check_collection(struct reader *reader, unsigned depth, const yaml_char_t *anchor,
			    const yaml_char_t *tag)
{
	if (anchor) {
		return fail(reader, "anchors are not allowed");
	}
	if (tag) {
		return fail(reader, "tags are not allowed");
	}
	if (depth >= DEPTH_MAX) {
		return fail(reader, "nested too deeply");
	}
	return 0;
}

/* libyaml counts characters, without the byte order mark. Its marks go forward, but for few. */
static size_t bytes_at(struct reader *reader, const yaml_mark_t *mark)
{
	static const char bom[] = "\xEF\xBB\xBF";
	size_t skip = reader->len >= 3 && memcmp(reader->text, bom, 3) == 0 ? 3 : 0;

	if (mark->index < reader->mark || reader->at < skip) {
		reader->mark = 0;
		reader->at = skip;
	}
	for (; reader->mark < mark->index && reader->at < reader->len; reader->mark++) {
		do {
			reader->at++;
		} while (reader->at < reader->len &&
			 ((unsigned char)reader->text[reader->at] & 0xC0) == 0x80);
	}
	return reader->at;
}

static void end_here(struct reader *reader, struct yaml_node *node)
{
	node->end = bytes_at(reader, &reader->event.end_mark);
}

static void end_collection(struct reader *reader, struct yaml_node *node)
{
	if (node->flow) {
		end_here(reader, node);
	} else if (node->children.len > 0) {
		node->end = node->children.items[node->children.len - 1].end;
	}
}

static void take_scalar(struct reader *reader, struct yaml_node *node)
{
	const yaml_event_t *event = &reader->event;
	yaml_scalar_style_t style = event->data.scalar.style;

	node->kind = YAML_SCALAR;
	node->text = mem_str((const char *)event->data.scalar.value);
	node->quoted = style != YAML_PLAIN_SCALAR_STYLE;
	end_here(reader, node);
}

/* Reads the node that starts at the current event; the caller has set its place. */
static int read_node(struct reader *reader, struct yaml_node *node, unsigned depth);

static void place(struct reader *reader, struct yaml_node *node)
{
	node->start = bytes_at(reader, &reader->event.start_mark);
	end_here(reader, node);
	node->line = (unsigned)reader->event.start_mark.line + 1;
	node->column = (unsigned)reader->event.start_mark.column + 1;
}

static int read_list(struct reader *reader, struct yaml_node *node, unsigned depth)
{
	node->kind = YAML_LIST;
	node->flow = reader->event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
	for (;;) {
		struct yaml_node *item = NULL;

		if (next(reader) < 0) {
			return -1;
		}
		if (reader->event.type == YAML_SEQUENCE_END_EVENT) {
			end_collection(reader, node);
			return 0;
		}
		item = VEC_PUSH(&node->children);
		place(reader, item);
		if (read_node(reader, item, depth + 1) < 0) {
			return -1;
		}
	}
}

/* Reads the key at the current event into a new child. */
static int read_key(struct reader *reader, struct yaml_node *node, struct map *seen)
{
	CLEANUP(buf_release) struct buf why = BUF_INIT(200);
	struct yaml_node *child = NULL;
	const char *key = NULL;

	if (reader->event.type == YAML_ALIAS_EVENT) {
		return fail(reader, "aliases are not allowed");
	}
	if (reader->event.type != YAML_SCALAR_EVENT) {
		return fail(reader, "a key must be text");
	}
	if (check_scalar(reader) < 0) {
		return -1;
	}
	key = (const char *)reader->event.data.scalar.value;
	if (!*key) {
		return fail(reader, "a key is empty");
	}
	if (!map_put(seen, key, node->children.len)) {
		buf_str_add(&why, "the key \"");
		escape_terminal(&why, key);
		buf_str_add(&why, "\" is there twice");
		return fail(reader, buf_str(&why));
	}
	child = VEC_PUSH(&node->children);
	child->key = mem_str(key);
	place(reader, child);
	return 0;
}

static int read_map(struct reader *reader, struct yaml_node *node, unsigned depth)
{
	CLEANUP(map_release) struct map seen = {0};

	node->kind = YAML_MAP;
	node->flow = reader->event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
	for (;;) {
		if (next(reader) < 0) {
			return -1;
		}
		if (reader->event.type == YAML_MAPPING_END_EVENT) {
			end_collection(reader, node);
			return 0;
		}
		if (read_key(reader, node, &seen) < 0 || next(reader) < 0 ||
		    read_node(reader, &node->children.items[node->children.len - 1], depth + 1) <
			    0) {
			return -1;
		}
	}
}

static int read_node(struct reader *reader, struct yaml_node *node, unsigned depth)
{
	const yaml_event_t *event = &reader->event;

	if (++reader->nodes > NODES_MAX) {
		return fail(reader, "too many values");
	}
	if (event->type == YAML_SCALAR_EVENT) {
		if (check_scalar(reader) < 0) {
			return -1;
		}
		take_scalar(reader, node);
		return 0;
	}
	if (event->type == YAML_SEQUENCE_START_EVENT) {
		return check_collection(reader, depth, event->data.sequence_start.anchor,
					event->data.sequence_start.tag) < 0
			       ? -1
			       : read_list(reader, node, depth);
	}
	if (event->type == YAML_MAPPING_START_EVENT) {
		return check_collection(reader, depth, event->data.mapping_start.anchor,
					event->data.mapping_start.tag) < 0
			       ? -1
			       : read_map(reader, node, depth);
	}
	return fail(reader, event->type == YAML_ALIAS_EVENT ? "aliases are not allowed"
							    : "not expected here");
}

static int read_document(struct reader *reader, struct yaml_node *out)
{
	const yaml_event_t *event = &reader->event;

	if (event->data.document_start.tag_directives.start !=
	    event->data.document_start.tag_directives.end) {
		return fail(reader, "tags are not allowed");
	}
	if (next(reader) < 0) {
		return -1;
	}
	place(reader, out);
	return read_node(reader, out, 0);
}

static int read_stream(struct reader *reader, struct yaml_node *out)
{
	if (next(reader) < 0) {
		return -1;
	}
	if (reader->event.type == YAML_DOCUMENT_START_EVENT &&
	    (read_document(reader, out) < 0 || next(reader) < 0)) {
		return -1;
	}
	if (reader->event.type != YAML_STREAM_END_EVENT) {
		return fail(reader, "only one document is allowed");
	}
	if (out->kind == YAML_SCALAR && (!out->text || (!*out->text && !out->quoted))) {
		yaml_release(out);
		*out = (struct yaml_node){.kind = YAML_MAP, .line = 1, .column = 1};
	}
	return 0;
}

int yaml_parse(const char *text, size_t len, struct yaml_node *out, struct err *err)
{
	CLEANUP(reader_close) struct reader reader = {.text = text, .len = len, .err = err};

	*out = (struct yaml_node){0};
	if (!yaml_parser_initialize(&reader.parser)) {
		return err_set(err, ERR_INTERNAL, "libyaml could not be started");
	}
	if (len > TEXT_MAX) {
		return err_set(err, ERR_INPUT, "line 1 column 1: longer than %zu bytes", TEXT_MAX);
	}
	yaml_parser_set_input_string(&reader.parser, (const unsigned char *)text, len);
	if (read_stream(&reader, out) < 0) {
		yaml_release(out);
		return -1;
	}
	return 0;
}

const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
	if (!map || map->kind != YAML_MAP) {
		return NULL;
	}
	VEC_EACH (const struct yaml_node, child, &map->children) {
		if (strcmp(child->key, key) == 0) {
			return child;
		}
	}
	return NULL;
}

void yaml_release(struct yaml_node *node)
{
	VEC_EACH (struct yaml_node, child, &node->children) {
		yaml_release(child);
	}
	VEC_FREE(&node->children);
	cleanup_free(&node->key);
	cleanup_free(&node->text);
	*node = (struct yaml_node){0};
}
