/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/tree.h"

#include "base/str.h"
#include "text/utf8.h"

#include <stdlib.h>

#define BROKEN_OFF "the report breaks off inside this test"

/* Elements with a meaning of their own, besides those that a mark stands for. */
struct element_row {
	const char *name;
	enum junit_frame frame;
};

static const struct element_row element_rows[] = {
	{"testsuites", FRAME_SUITE},  {"testsuite", FRAME_SUITE},   {"testcase", FRAME_CASE},
	{"properties", FRAME_OPAQUE}, {"system-out", FRAME_OPAQUE}, {"system-err", FRAME_OPAQUE},
};

/* What an element with no meaning of its own is, by what surrounds it. */
static const enum junit_frame unknown_inside[] = {
	[FRAME_SUITE] = FRAME_GROUP,     [FRAME_GROUP] = FRAME_GROUP,
	[FRAME_CASE] = FRAME_CASE_GROUP, [FRAME_CASE_GROUP] = FRAME_CASE_GROUP,
	[FRAME_DETAIL] = FRAME_INNER,    [FRAME_INNER] = FRAME_INNER,
	[FRAME_OPAQUE] = FRAME_OPAQUE,
};

static enum junit_frame known_frame(const char *name, enum junit_frame otherwise)
{
	for (size_t i = 0; i < ARRAY_LEN(element_rows); i++) {
		if (str_eq(element_rows[i].name, name)) {
			return element_rows[i].frame;
		}
	}
	return junit_mark_of(name) ? FRAME_DETAIL : otherwise;
}

static enum junit_frame frame_inside(enum junit_frame parent, const char *name)
{
	enum junit_frame unknown = unknown_inside[parent];
	enum junit_frame known = known_frame(name, unknown);

	if (unknown == FRAME_OPAQUE || (unknown == FRAME_INNER && known != FRAME_OPAQUE)) {
		return unknown;
	}
	return known;
}

static enum junit_frame top(const struct junit_tree *tree)
{
	return tree->frames.items[tree->frames.len - 1];
}

static int check_root(struct junit_tree *tree, const char *name, struct err *err)
{
	CLEANUP(buf_release) struct buf shown = BUF_INIT(400);

	if (known_frame(name, FRAME_GROUP) == FRAME_SUITE) {
		tree->is_junit = true;
		return 0;
	}
	utf8_cut(&shown, name, 60);
	return err_set(err, ERR_INPUT, "the root element is <%s>, not <testsuites> or <testsuite>",
		       buf_str(&shown));
}

static void open_suite(struct junit_tree *tree, const char *name, const struct junit_attrs *attrs)
{
	struct junit_suite *suite = VEC_PUSH(&tree->suites);

	suite->name = junit_name_bound(junit_attr_get(attrs, "name"));
	suite->file = junit_name_bound(junit_attr_get(attrs, "file"));
	if (tree->producer == PRODUCER_UNKNOWN) {
		tree->producer = junit_producer_detect(name, attrs);
	}
}

static void close_suite(struct junit_tree *tree)
{
	struct junit_suite *suite = &tree->suites.items[--tree->suites.len];

	free(suite->name);
	free(suite->file);
}

/* The name of the innermost suite that has one; NULL when none has. */
static const char *suite_name(const struct junit_tree *tree)
{
	for (size_t i = tree->suites.len; i > 0; i--) {
		if (!str_empty(tree->suites.items[i - 1].name)) {
			return tree->suites.items[i - 1].name;
		}
	}
	return NULL;
}

static void open_case(struct junit_tree *tree, const struct junit_attrs *attrs)
{
	struct junit_case *test = VEC_PUSH(&tree->cases);

	junit_case_open(test, attrs, tree->producer);
	test->name.suite = mem_str(suite_name(tree));
	if (!test->name.file) {
		test->name.file = mem_str(tree->suites.items[tree->suites.len - 1].file);
	}
}

static void close_case(struct junit_tree *tree)
{
	struct junit_case *test = &tree->cases.items[--tree->cases.len];

	junit_collect_case(&tree->collect, test, tree->producer);
}

/* Whether a detail that ends now stands in a case rather than directly in a suite. */
static bool inside_case(const struct junit_tree *tree)
{
	return top(tree) == FRAME_CASE || top(tree) == FRAME_CASE_GROUP;
}

static void close_detail(struct junit_tree *tree)
{
	struct junit_detail *detail = &tree->detail;

	if (inside_case(tree)) {
		junit_case_add(&tree->cases.items[tree->cases.len - 1], detail);
	} else if (detail->mark & (MARK_ERROR | MARK_FAILURE)) {
		AUTO_FREE char *text = junit_clip_take(&detail->text);

		junit_collect_suite_error(&tree->collect, suite_name(tree),
					  detail->message ? detail->message : text);
	}
	junit_detail_release(detail);
}

static int on_open(void *payload, const char *name, const struct junit_attrs *attrs,
		   struct err *err)
{
	struct junit_tree *tree = payload;
	enum junit_frame frame = FRAME_SUITE;

	if (tree->frames.len > 0) {
		frame = frame_inside(top(tree), name);
	} else if (check_root(tree, name, err) < 0) {
		return -1;
	}
	*VEC_PUSH(&tree->frames) = frame;
	if (frame == FRAME_SUITE) {
		open_suite(tree, name, attrs);
	} else if (frame == FRAME_CASE) {
		open_case(tree, attrs);
	} else if (frame == FRAME_DETAIL) {
		junit_detail_open(&tree->detail, junit_mark_of(name), attrs);
	}
	return 0;
}

static void on_close(void *payload)
{
	struct junit_tree *tree = payload;
	enum junit_frame frame = top(tree);

	tree->frames.len--;
	if (frame == FRAME_SUITE) {
		close_suite(tree);
	} else if (frame == FRAME_CASE) {
		close_case(tree);
	} else if (frame == FRAME_DETAIL) {
		close_detail(tree);
	}
}

static void on_text(void *payload, const char *text, size_t len)
{
	struct junit_tree *tree = payload;

	if (tree->frames.len > 0 && (top(tree) == FRAME_DETAIL || top(tree) == FRAME_INNER)) {
		junit_clip_add(&tree->detail.text, text, len);
	}
}

const struct junit_xml_events junit_tree_events = {on_open, on_close, on_text};

void junit_tree_break(struct junit_tree *tree)
{
	while (tree->cases.len > 0) {
		struct junit_case *test = &tree->cases.items[tree->cases.len - 1];
		struct junit_detail detail = {.mark = MARK_ERROR, .message = mem_str(BROKEN_OFF)};

		junit_case_add(test, &detail);
		close_case(tree);
	}
}

void junit_tree_release(struct junit_tree *tree)
{
	for (; tree->cases.len > 0; tree->cases.len--) {
		junit_case_release(&tree->cases.items[tree->cases.len - 1]);
	}
	while (tree->suites.len > 0) {
		close_suite(tree);
	}
	junit_detail_release(&tree->detail);
	VEC_FREE(&tree->cases);
	VEC_FREE(&tree->suites);
	VEC_FREE(&tree->frames);
	junit_collect_release(&tree->collect);
}
