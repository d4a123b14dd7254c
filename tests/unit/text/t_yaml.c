/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/buf.h"
#include "base/mem.h"
#include "text/yaml.h"

#include <string.h>

/* The tree as one line: "scalar" {key: value} [item]. */
static void show(const struct yaml_node *node, struct buf *out)
{
	static const char opening[] = " [{", closing[] = " ]}";

	if (node->key) {
		buf_fmt(out, "%s=", node->key);
	}
	if (node->kind == YAML_SCALAR) {
		buf_fmt(out, node->quoted ? "'%s'" : "%s", node->text);
		return;
	}
	buf_char(out, opening[node->kind]);
	VEC_EACH (const struct yaml_node, child, &node->children) {
		buf_str_add(out, child == node->children.items ? "" : ",");
		show(child, out);
	}
	buf_char(out, closing[node->kind]);
}

static void test_trees(void **state)
{
	static const struct {
		const char *text, *tree, *why;
	} rows[] = {
		{"", "{}", "nothing"},
		{"# only a comment\n", "{}", "a comment"},
		{"---\n", "{}", "an empty document"},
		{"---\n...\n", "{}", "an empty document with its end"},
		{"word", "word", "a scalar"},
		{"''", "''", "an empty text in quotes is no empty document"},
		{"a: 1\nb: x y\n", "{a=1,b=x y}", "a map"},
		{"a:\nb: ''\nc: \"q\"\n", "{a=,b='',c='q'}", "empty and quoted"},
		{"- 1\n- [2, 3]\n- {k: v}\n", "[1,[2,3],{k=v}]", "lists"},
		{"a:\n  b:\n    - c: d\n      e: f\n", "{a={b=[{c=d,e=f}]}}", "nested"},
		{"a: |\n  l1\n  l2\n", "{a='l1\nl2\n'}", "a block text counts as quoted"},
		{"\"a b\": 1", "{a b=1}", "a key in quotes"},
		{"a: \xC3\xA4", "{a=\xC3\xA4}", "not ASCII"},
		{"\xEF\xBB\xBF"
		 "a: 1",
		 "{a=1}", "byte order mark"},
		{"%YAML 1.1\n---\na: 1\n", "{a=1}", "a version"},
		{"a: 1\r\nb: 2\r\n", "{a=1,b=2}", "CRLF"},
		{"a: !1", NULL, "a tag that looks like a word"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(yaml_release) struct yaml_node tree = {0};
		CLEANUP(buf_release) struct buf out = BUF_INIT(1000);
		struct err err = ERR_INIT;
		int result = yaml_parse(rows[i].text, strlen(rows[i].text), &tree, &err);

		if (result < 0) {
			buf_fmt(&out, "error: %s", err.msg);
		} else {
			show(&tree, &out);
		}
		if (rows[i].tree ? strcmp(buf_str(&out), rows[i].tree) != 0 : result == 0) {
			fail_msg("%s: %s", rows[i].why, buf_str(&out));
		}
	}
}

static void test_nodes_know_their_place(void **state)
{
	static const char text[] = "# head\nretries: 2\nwait:\n  - tcp://a\n  -  x: 1\n     y: 2\n";
	CLEANUP(yaml_release) struct yaml_node tree = {0};
	const struct yaml_node *wait = NULL, *inner = NULL;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(yaml_parse(text, strlen(text), &tree, &err), 0);
	assert_int_equal(tree.line, 2);
	assert_int_equal(tree.column, 1);
	wait = yaml_get(&tree, "wait");
	assert_int_equal(wait->line, 3);
	assert_int_equal(wait->column, 1);
	assert_int_equal(wait->children.items[0].line, 4);
	assert_int_equal(wait->children.items[0].column, 5);
	inner = yaml_get(&wait->children.items[1], "y");
	assert_int_equal(inner->line, 6);
	assert_int_equal(inner->column, 6);
}

static void show_bytes(const char *text, const struct yaml_node *node, struct buf *out)
{
	buf_char(out, '<');
	buf_add(out, text + node->start, node->end - node->start);
	buf_char(out, '>');
	VEC_EACH (const struct yaml_node, child, &node->children) {
		show_bytes(text, child, out);
	}
}

static void test_nodes_know_their_bytes(void **state)
{
	static const struct {
		const char *text, *bytes;
	} rows[] = {
		{"# c\n- a: 1 # x\n  b: 2 # y\n# z\n",
		 "<- a: 1 # x\n  b: 2><a: 1 # x\n  b: 2><a: 1><b: 2>"},
		{"- \xC3\xA4: \xE2\x82\xAC # x\n- y",
		 "<- \xC3\xA4: \xE2\x82\xAC # x\n- y><\xC3\xA4: \xE2\x82\xAC><\xC3\xA4: "
		 "\xE2\x82\xAC><y>"},
		{"\xEF\xBB\xBF- a\n- 'b c'", "<- a\n- 'b c'><a><'b c'>"},
		{"- a\r\n- b\r\n", "<- a\r\n- b><a><b>"},
		{"- [a, {b: c}] # x\n", "<- [a, {b: c}]><[a, {b: c}]><a><{b: c}><b: c>"},
		{"- a: |\n    x\n\n# y\n- b\n",
		 "<- a: |\n    x\n\n# y\n- b><a: |\n    x\n\n><a: |\n    x\n\n><b>"},
		{"a:\nb: 1\n", "<a:\nb: 1><a:><b: 1>"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(yaml_release) struct yaml_node tree = {0};
		CLEANUP(buf_release) struct buf out = BUF_INIT(1000);
		struct err err = ERR_INIT;

		assert_int_equal(yaml_parse(rows[i].text, strlen(rows[i].text), &tree, &err), 0);
		show_bytes(rows[i].text, &tree, &out);
		assert_string_equal(buf_str(&out), rows[i].bytes);
	}
}

static void test_scalars(void **state)
{
	static const struct {
		const char *text, *yaml;
	} rows[] = {
		{"a.b::C::d", "a.b::C::d"},
		{"it is slow", "it is slow"},
		{"tests/a.py::test[1]", "\"tests/a.py::test[1]\""},
		{"", "\"\""},
		{"No", "\"No\""},
		{"12", "\"12\""},
		{"~", "\"~\""},
		{"-a", "\"-a\""},
		{"a: b", "\"a: b\""},
		{"a:", "\"a:\""},
		{"a ", "\"a \""},
		{"a #b", "\"a #b\""},
		{"say \"x\\y\"", "\"say \\\"x\\\\y\\\"\""},
		{"a\nb\x1b", "\"a\\x0Ab\\x1B\""},
		{"\xE2\x80\xAE", "\"\\u202E\""},
		{"\xC3\xA4", "\"\xC3\xA4\""},
		{"\xF3\xA0\x80\x81", "\"\\U000E0001\""},
		{"a*", "\"a*\""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(yaml_release) struct yaml_node tree = {0};
		CLEANUP(buf_release) struct buf out = BUF_INIT(1000);
		AUTO_FREE char *list = NULL;
		struct err err = ERR_INIT;

		yaml_scalar(&out, rows[i].text);
		assert_string_equal(buf_str(&out), rows[i].yaml);
		list = mem_fmt("- k: %s # c\n", buf_str(&out));
		assert_int_equal(yaml_parse(list, strlen(list), &tree, &err), 0);
		assert_string_equal(tree.children.items[0].children.items[0].text, rows[i].text);
	}
}

static void test_get(void **state)
{
	static const char text[] = "a: 1\nb: [x]\n";
	CLEANUP(yaml_release) struct yaml_node tree = {0};
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(yaml_parse(text, strlen(text), &tree, &err), 0);
	assert_string_equal(yaml_get(&tree, "a")->text, "1");
	assert_null(yaml_get(&tree, "c"));
	assert_null(yaml_get(yaml_get(&tree, "b"), "x"));
	assert_null(yaml_get(yaml_get(&tree, "a"), "1"));
	assert_null(yaml_get(NULL, "a"));
}

static void test_what_is_refused(void **state)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
		{"a: &x 1", "line 1 column 4: anchors are not allowed"},
		{"a: &x [1]", "line 1 column 4: anchors are not allowed"},
		{"a: &x {b: 1}", "line 1 column 4: anchors are not allowed"},
		{"&x a: 1", "line 1 column 1: anchors are not allowed"},
		{"a: 1\nb: *x", "line 2 column 4: aliases are not allowed"},
		{"*x : 1", "line 1 column 1: aliases are not allowed"},
		{"- *x", "line 1 column 3: aliases are not allowed"},
		{"a: !!int 1", "line 1 column 4: tags are not allowed"},
		{"a: ! 1", "line 1 column 4: tags are not allowed"},
		{"a: !x [1]", "line 1 column 4: tags are not allowed"},
		{"a: !x {b: 1}", "line 1 column 4: tags are not allowed"},
		{"!x a: 1", "line 1 column 1: tags are not allowed"},
		{"%TAG ! x:\n---\na: 1", "line 1 column 1: tags are not allowed"},
		{"a: 1\n---\nb: 2", "line 2 column 1: only one document is allowed"},
		{"a: 1\nb: 2\na: 3", "line 3 column 1: the key \"a\" is there twice"},
		{"a: 1\n\"a\": 3", "line 2 column 1: the key \"a\" is there twice"},
		{"\"\\e\": 1\n\"\\e\": 1", "line 2 column 1: the key \"\\x1b\" is there twice"},
		{"b:\n  - {x: 1, x: 2}", "line 2 column 12: the key \"x\" is there twice"},
		{"[a]: 1", "line 1 column 1: a key must be text"},
		{"{a: 1}: 1", "line 1 column 1: a key must be text"},
		{"'': 1", "line 1 column 1: a key is empty"},
		{"a: \"x\\0y\"", "line 1 column 4: a NUL character is not allowed"},
		{"a: [1", "line 2 column 1: did not find expected ',' or ']'"},
		{"a: b: c", "line 1 column 5: mapping values are not allowed in this context"},
		{"a: 1\n b: 2", "line 2 column 3: mapping values are not allowed in this context"},
		{"a:\n\tb: 1", "line 2 column 1: found character that cannot start any token"},
		{"a: 'x", "line 1 column 6: found unexpected end of stream"},
		{"a: 1\nb: \xFF", "line 2 column 4: invalid leading UTF-8 octet"},
		{"a: 1\nb: \x01", "line 2 column 4: control characters are not allowed"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct yaml_node tree = {0};
		struct err err = ERR_INIT;
		int result = yaml_parse(rows[i].text, strlen(rows[i].text), &tree, &err);

		if (result != -1 || err.code != ERR_INPUT ||
		    strcmp(err.msg, rows[i].message) != 0) {
			fail_msg("\"%s\": \"%s\"", rows[i].text, err.msg);
		}
		assert_null(tree.children.items);
		assert_null(tree.text);
	}
}

static int parse(const struct buf *text, struct err *err)
{
	CLEANUP(yaml_release) struct yaml_node tree = {0};

	return yaml_parse(buf_str(text), text->len, &tree, err);
}

static void add_times(struct buf *out, size_t count, const char *text)
{
	while (count-- > 0) {
		buf_str_add(out, text);
	}
}

static void test_depth_is_bounded(void **state)
{
	static const struct {
		size_t depth;
		int result;
	} rows[] = {{32, 0}, {33, -1}, {100000, -1}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(buf_release) struct buf text = BUF_INIT(1000000);
		struct err err = ERR_INIT;

		add_times(&text, rows[i].depth, "[");
		add_times(&text, rows[i].depth, "]");
		assert_int_equal(parse(&text, &err), rows[i].result);
		buf_clear(&text);
		add_times(&text, rows[i].depth, "{a: ");
		add_times(&text, rows[i].depth, "}");
		assert_int_equal(parse(&text, &err), rows[i].result);
		if (rows[i].result < 0) {
			assert_string_equal(err.msg, "line 1 column 129: nested too deeply");
		}
	}
}

static void test_size_is_bounded(void **state)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(2000000);
	struct err err = ERR_INIT;

	(void)state;
	add_times(&text, 9999, "- x\n");
	assert_int_equal(parse(&text, &err), 0);
	buf_str_add(&text, "- y\n");
	assert_int_equal(parse(&text, &err), -1);
	assert_string_equal(err.msg, "line 10000 column 3: too many values");
	buf_clear(&text);
	add_times(&text, (size_t)1 << 20, "#");
	assert_int_equal(parse(&text, &err), 0);
	buf_char(&text, '#');
	assert_int_equal(parse(&text, &err), -1);
	assert_string_equal(err.msg, "line 1 column 1: longer than 1048576 bytes");
}

static void test_reads_no_further_than_told(void **state)
{
	CLEANUP(yaml_release) struct yaml_node tree = {0};
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(yaml_parse("a: 123", 4, &tree, &err), 0);
	assert_string_equal(yaml_get(&tree, "a")->text, "1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trees),
		cmocka_unit_test(test_nodes_know_their_place),
		cmocka_unit_test(test_nodes_know_their_bytes),
		cmocka_unit_test(test_scalars),
		cmocka_unit_test(test_get),
		cmocka_unit_test(test_what_is_refused),
		cmocka_unit_test(test_depth_is_bounded),
		cmocka_unit_test(test_size_is_bounded),
		cmocka_unit_test(test_reads_no_further_than_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
