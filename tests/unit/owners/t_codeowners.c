/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/mem.h"
#include "owners/codeowners.h"

#include <string.h>

static void check(struct codeowners *file, const char *path, const char *want)
{
	CLEANUP(buf_release) struct buf owners = BUF_INIT(BUF_OWN_MAX);

	codeowners_find(file, path, &owners);
	if (strcmp(buf_str(&owners), want) != 0) {
		fail_msg("%s: \"%s\", not \"%s\"", path, buf_str(&owners), want);
	}
}

static struct codeowners *parse(struct buf *text)
{
	size_t len = text->len;

	return codeowners_parse(buf_take(text), len);
}

/* A NUL is a bad character like others, and does not hide what follows. */
static void nuls_are_no_ends(void **state)
{
	static const char text[] = "* @all\na.py @ana\0eve\nb.py @bob\n";
	struct buf copy = BUF_INIT(BUF_OWN_MAX);
	struct codeowners *file = NULL;

	(void)state;
	buf_add(&copy, text, sizeof(text) - 1);
	file = parse(&copy);
	check(file, "a.py", "@all");
	check(file, "b.py", "@bob");
	codeowners_free(file);
}

static void the_last_line_wins(void **state)
{
	static const char text[] = "\xEF\xBB\xBF# all\r\n"
				   "*       @all   # who else\r\n"
				   "\r\n"
				   "  /web/   @shop/web-team\tana@example.org\r\n"
				   "/web/legal/\r\n"
				   "*.go @gophers\n"
				   "my\\ notes/ @ana\n"
				   "\\#drafts @ana\n"
				   "a#b @ana#x @eve\n" /* no comment, and no owner */
				   "/last @all";
	struct codeowners *file = codeowners_parse(mem_str(text), strlen(text));

	(void)state;
	check(file, "a.py", "@all");
	check(file, "web/cart.js", "@shop/web-team ana@example.org");
	check(file, "web/legal/cart.js", "");
	check(file, "web/legal/cart.go", "@gophers");
	check(file, "my notes/a.txt", "@ana");
	check(file, "x/#drafts", "@ana");
	check(file, "a#b", "@all");
	check(file, "last", "@all");
	codeowners_free(file);
}

static void what_is_no_rule_is_passed_over(void **state)
{
	static const char *const lines[] = {
		"a.py ana",         "a.py @ana eve",     "a.py @",          "a.py @@",
		"a.py @ana, @eve",  "!a.py @ana",        "[a].py @ana",     "a***.py @ana",
		"a.py @-/ /@x",     "a.py @x\001y",      "a.py @x\033[31m", "a.py \xff",
		"a.py ana@",        "a.py @ana@example", "a.py ana@host",   "[] @ana",
		"[Open @ana",       "[One][x] @ana",     "[One]two @ana",   "^a.py @ana",
		"[One] ana\na.py2", "a.py <b>@ana</b>",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		char *text = mem_fmt("* @all\n%s\n", lines[i]);
		struct codeowners *file = codeowners_parse(text, strlen(text));

		check(file, "a.py", "@all");
		codeowners_free(file);
	}
}

static void sections_answer_each(void **state)
{
	static const char text[] = "* @all\n"
				   "[Docs] @writers\n"
				   "*.md\n"
				   "docs/ @ana\n"
				   "^[Safety][2] @guards @all\n"
				   "/docs/auth/\n"
				   "[docs]\n"
				   "/README.md @Writers @eve\n"
				   "[Empty]\n"
				   "/README.md\n";
	struct codeowners *file = codeowners_parse(mem_str(text), strlen(text));

	(void)state;
	check(file, "a.py", "@all");
	check(file, "a.md", "@all @writers");
	check(file, "docs/a.py", "@all @ana");
	check(file, "docs/auth/a.py", "@all @ana @guards");
	check(file, "README.md", "@all @Writers @eve");
	codeowners_free(file);
}

/* Many rules, sections, owners and stars: all are read once, and who asks for too much gets no answer. */
static void hostile_files_end(void **state)
{
	static const char *const lines[] = {"* @all\n", "[a] @b\n", "*a*a*a*b @all\n",
					    "a ",       "*",        "[a"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		struct buf text = BUF_INIT(CODEOWNERS_MOST);
		CLEANUP(buf_release) struct buf owners = BUF_INIT(BUF_OWN_MAX);
		struct codeowners *file = NULL;

		while (!text.cut) {
			buf_str_add(&text, lines[i]);
		}
		file = parse(&text);
		codeowners_find(file, "aaaaaaaaaaaaaaaaaaaa/aaaaaaaaaaaaaaaaac", &owners);
		codeowners_free(file);
	}
}

static void exhausted_files_have_no_owners(void **state)
{
	struct buf text = BUF_INIT(CODEOWNERS_MOST);
	struct codeowners *file = NULL;

	(void)state;
	buf_str_add(&text, "* @all\n");
	while (text.len < 1000000) {
		buf_str_add(&text, "*a*a*a*b @all\n");
	}
	file = parse(&text);
	check(file, "a", "@all");
	assert_false(codeowners_is_exhausted(file));
	for (int i = 0; i < 10000 && !codeowners_is_exhausted(file); i++) {
		CLEANUP(buf_release) struct buf owners = BUF_INIT(BUF_OWN_MAX);

		codeowners_find(file, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", &owners);
	}
	assert_true(codeowners_is_exhausted(file));
	check(file, "a", "");
	codeowners_free(file);
}

static void so_many_owners_are_told(void **state)
{
	struct buf text = BUF_INIT(CODEOWNERS_MOST);
	CLEANUP(buf_release) struct buf owners = BUF_INIT(BUF_OWN_MAX);
	struct codeowners *file = NULL;

	(void)state;
	buf_str_add(&text, "*");
	for (int i = 0; i < 1000; i++) {
		buf_fmt(&text, " @u%d @U%d", i, i);
	}
	file = parse(&text);
	codeowners_find(file, "a", &owners);
	assert_non_null(strstr(buf_str(&owners), "@u31"));
	assert_null(strstr(buf_str(&owners), "@u32"));
	assert_null(strstr(buf_str(&owners), "@U"));
	codeowners_free(file);
}

static void owners_by_name(void **state)
{
	static const struct {
		const char *owners, *name;
		bool want;
	} rows[] = {
		{"@web @ana", "@web", true},
		{"@web @ana", "ana", true},
		{"@web @ana", "WEB", true},
		{"@web @ana", "we", false},
		{"@web @ana", "none", false},
		{"@web @ana", "", false},
		{"@shop/web", "shop/web", true},
		{"@shop/web", "web", false},
		{"ana@x.org", "ana@x.org", true},
		{NULL, "none", true},
		{"", "none", true},
		{NULL, "@web", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(codeowners_names(rows[i].owners, rows[i].name), rows[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_line_wins),
		cmocka_unit_test(nuls_are_no_ends),
		cmocka_unit_test(what_is_no_rule_is_passed_over),
		cmocka_unit_test(sections_answer_each),
		cmocka_unit_test(hostile_files_end),
		cmocka_unit_test(exhausted_files_have_no_owners),
		cmocka_unit_test(so_many_owners_are_told),
		cmocka_unit_test(owners_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
