/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/mem.h"
#include "base/str.h"
#include "failure/parts.h"

#include <string.h>

/* A failure, and its lines: c the cause, t the type, h the head, b the body; "!" a diff. */
struct row {
	const char *comment;
	struct {
		const char *type, *message, *text;
	} said;
	const char *lines;
};

static const struct row rows[] = {
	{"type, head, body", {"T", "a\nb", NULL}, "t:T h:a b:b"},
	{"a message has the head", {NULL, "a", "b"}, "h:a b:b"},
	{"without a message the text has it", {"T", NULL, "a\nb"}, "t:T h:a b:b"},
	{"a message of blanks is none", {NULL, " \n", "a"}, "h:a"},
	{"a colon announces the next line", {NULL, "a:\nb\nc", NULL}, "h:a: h:b b:c"},
	{"nothing", {NULL, NULL, NULL}, ""},
	{"colours are no text", {NULL, "\x1b[31ma\x1b[0m", NULL}, "h:a"},

	/* causes */
	{"the last one counts", {NULL, NULL, "a\nCaused by: b\nCaused by: c"}, "h:a b:b c:c"},
	{".NET", {NULL, NULL, "a\n ---> b\n   --- End of inner"}, "h:a c:b b:--- End of inner"},
	{"xUnit.net", {NULL, "a\n---- b", NULL}, "h:a c:b"},
	{"Node", {NULL, NULL, "a\n  [cause]: b {\n    code: 'X'"}, "h:a c:b { b:code: 'X'"},
	{"anyhow", {NULL, NULL, "a\n\nCaused by:\n    0: b\n    1: c\nd"}, "h:a b:b c:c b:d"},
	{"Python: the first of a chain",
	 {NULL, NULL,
	  "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\n    g()\nA: b\n\n"
	  "The above exception was the direct cause of the following exception:\n\n"
	  "Traceback (most recent call last):\n  File \"a.py\", line 2, in f\n    h()\nC: d"},
	 "c:A: b h:C: d"},
	{"Python: what was handled meanwhile is no cause",
	 {NULL, NULL,
	  "A: b\n\nDuring handling of the above exception, another exception occurred:\n\n"
	  "Traceback (most recent call last):\n  File \"a.py\", line 2, in f\n    h()\nC: d"},
	 "b:A: b h:C: d"},

	/* left out */
	{"frames of Java", {NULL, NULL, "a\n\tat x.Y(Y.java:1)\n\t... 9 more"}, "h:a"},
	{"frames of Ruby", {NULL, NULL, "a\n\tfrom x.rb:1:in `y'"}, "h:a"},
	{"frames of PHP", {NULL, NULL, "a\n#0 /x.php(1): y('z')\n#x"}, "h:a b:#x"},
	{"frames of Elixir", {NULL, NULL, "a\n  (x 1.0) lib/x.ex:1: X.y/1"}, "h:a"},
	{"Python's code below a frame",
	 {NULL, NULL, "  File \"a.py\", line 1, in f\n    raise X('code')\n    ^^^^^^^\nX: a\nb"},
	 "h:X: a b:b"},
	{"quoted code", {NULL, NULL, "a\n  11 | x\n> 12 | y\n     |   ^\n 13 │ z"}, "h:a"},
	{"code above a pointer", {NULL, NULL, "x.js:3\n  throw x;\n  ^\n\nError: a"}, "h:Error: a"},
	{"RSpec's code", {NULL, NULL, "Failure/Error: expect(a)\n  .to b\n\n  c\n"}, "h:c"},
	{"bats' code", {NULL, NULL, "`[ \"$x\" = y ]' failed\na"}, "h:a"},
	{"compilers",
	 {NULL, NULL,
	  "a.c:1:2: error: 'X' undeclared\nb.ts(1,4): error TS2339: X\nerror[E1]: X\na"},
	 "h:a"},
	{"no compiler", {NULL, NULL, "ld: error: a"}, "h:ld: error: a"},
	{"names of tests",
	 {NULL, NULL,
	  "--- FAIL: TestX (0.0s)\nFAIL  a > x\nnot ok 1 x\n 3) x\n● a › x\nT#test_x:\n"
	  "FAIL: test_x (a.T)\nERROR: test_x (a.T)\na.py::test_x\ntest x ... FAILED\ny"},
	 "h:y"},
	{"no names",
	 {NULL, NULL, "ERROR:  a\nErrno::X:\ntest timed out"},
	 "h:ERROR:  a b:Errno::X: b:test timed out"},
	{"diffs", {NULL, NULL, "a\n- b\n+ c"}, "h:a !"},
	{"diffs of strings", {NULL, NULL, "-\"b\"\n+\"c\""}, "!"},
	{"bullets are no diff", {NULL, NULL, "a\n- b\n- c"}, "h:a"},
	{"nor is a sum", {NULL, NULL, "a\n+ b"}, "h:a"},
	{"locations alone", {NULL, NULL, "a_test.go:12:\na"}, "h:a"},

	/* pytest */
	{"only its lines of errors",
	 {NULL, NULL, "def test():\n>   f('b')\nE   X: a\nE     c\n\na.py:3: X"},
	 "h:X: a b:c"},
	{"the last block of them", {NULL, NULL, "E   A: a\n\n    code\nE   B: b"}, "b:A: a h:B: b"},
	{"an empty one of them", {NULL, NULL, "E   A: a\nE   \nE   B: b"}, "h:A: a b:B: b"},
	{"a chain of them",
	 {NULL, NULL,
	  "E   A: a\n\nThe above exception was the direct cause of the following exception:\n\n"
	  "    code\nE   B: b"},
	 "c:A: a h:B: b"},

	/* margins */
	{"Go's location", {NULL, NULL, "    a_test.go:3: a: b"}, "h:a: b"},
	{"the last of Go's", {NULL, NULL, "    a_test.go:3: a\n    a_test.go:4: b"}, "b:a h:b"},
	{"Rust's thread",
	 {NULL, "thread 'refused' panicked at 'a', src/b.rs:3", NULL},
	 "h:'a', src/b.rs:3"},
	{"Rust's thread of today", {NULL, "thread 'x' panicked at src/b.rs:3:5:\na", NULL}, "h:a"},
	{"Cypress", {NULL, "a:\n\n  > Error: b", NULL}, "h:a: h:Error: b"},

	/* output */
	{"captured", {NULL, NULL, "E   a\n----- Captured stdout call -----\nE   b"}, "h:a"},
	{"unittest's", {NULL, NULL, "X: a\n\nStdout:\nb\nc"}, "h:X: a"},
	{"logged in passing",
	 {NULL, NULL, "2026-11-24 08:00:00 ERROR b\n[INFO] c\nDEBUG d\n08:00:00.123 e\nX: a"},
	 "h:X: a"},
	{"a log alone",
	 {NULL, NULL, "2026/11/24 08:00:00 [error] a\n2026/11/24 08:00:01 b"},
	 "b:2026/11/24 08:00:00 [error] a"},
	{"the kernel's", {NULL, NULL, "[12802.008925] a"}, "h:[12802.008925] a"},
};

static char *show(const struct parts *parts)
{
	CLEANUP(buf_release) struct buf out = BUF_INIT(4096);

	VEC_EACH (const struct part, part, parts) {
		buf_str_add(&out, out.len > 0 ? " " : "");
		buf_fmt(&out, "%c:", "cthb"[part->place]);
		buf_add(&out, part->at, part->len);
	}
	buf_str_add(&out, !parts->compares ? "" : out.len > 0 ? " !" : "!");
	return buf_take(&out);
}

static void test_places(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_FREE char *type = mem_str(rows[i].said.type);
		AUTO_FREE char *message = mem_str(rows[i].said.message);
		AUTO_FREE char *text = mem_str(rows[i].said.text);
		struct failure failure = {.type = type, .message = message, .text = text};
		CLEANUP(parts_release) struct parts parts = {0};
		AUTO_FREE char *shown = NULL;

		parts_split(&failure, &parts);
		shown = show(&parts);
		if (!str_eq(shown, rows[i].lines)) {
			fail_msg("%s: \"%s\"", rows[i].comment, shown);
		}
	}
}

/* What the test printed is not looked at. */
static void test_output_is_no_part(void **state)
{
	char output[] = "a";
	struct failure failure = {.output = output};
	CLEANUP(parts_release) struct parts parts = {0};

	(void)state;
	parts_split(&failure, &parts);
	assert_int_equal(parts.len, 0);
}

static void test_bounds(void **state)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT((size_t)1 << 20);
	struct failure failure = {0};
	CLEANUP(parts_release) struct parts parts = {0};

	(void)state;
	while (!text.cut) {
		buf_str_add(&text, text.len % 10000 < 9990 ? "x" : "\n");
	}
	failure.text = text.data;
	parts_split(&failure, &parts);
	assert_in_range(parts.len, 20, 30);
	VEC_EACH (const struct part, part, &parts) {
		assert_true(part->len > 0 && part->len <= 2048);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_output_is_no_part),
		cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
