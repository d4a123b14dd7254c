/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "rerun/preset.h"

#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[] = "/tmp/steady-reporters-XXXXXX";

static int go_to_folder(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(file_make_dirs("sub", 0700, &err), 0);
	return 0;
}

static int leave_folder(void **state)
{
	(void)state;
	assert_int_equal(chdir("/"), 0);
	file_remove_tree(folder);
	return 0;
}

struct row {
	const char *command, *file, *text;
	bool barred;
};

/* In a configuration: nothing of the kind, and what is known to be harmless, else barred. */
static const struct row rows[] = {
	{"jest", "jest.config.js", "module.exports = {};", false},
	{"jest", "jest.config.js", "module.exports = { ...require(path.join(__dirname, 'ci')) };",
	 true},
	{"jest", "jest.config.js", "module.exports = { ...require(__dirname + '/ci.js') };", true},
	{"jest", "jest.config.js",
	 "const r = 'reporters'; module.exports = { [r]: ['./gate.js'] };", true},
	{"jest", "jest.config.js", "module.exports = { 'r\\x65porters': ['./gate.js'] };", true},
	{"jest", "jest.config.js", "const p = require('path'); const a = b[0]; const c = d[e];",
	 false},
	{"vitest", "vitest.config.ts", "import base from '#base'; export default base;", true},
	{"vitest", "vitest.config.ts",
	 "export default await import(new URL('base.mjs', import.meta.url));", true},
	{"vitest", "vitest.config.ts", "const k = `reporters`; c.test[k] = ['./gate.mjs']", true},
	{"busted", ".busted", "return { default = dofile('conf.lua') }", true},
	{"jest", "jest.config.js", "module.exports = { reporters: ['default', 'jest-junit'] };",
	 false},
	{"jest", "jest.config.js",
	 "module.exports = { reporters: ['default', ['jest-junit', {a: [1, (2)]}]] };", false},
	{"jest", "jest.config.js", "module.exports = { reporters: ['default', './gate.js'] };",
	 true},
	{"jest", "jest.config.js", "module.exports = { reporters: [['./gate.js', {}]] };", true},
	{"jest", "jest.config.js", "module.exports = { 'reporters': mine };", true},
	{"jest", "jest.config.js", "module.exports = { reporters: ['default'].concat(mine) };",
	 true},
	{"jest", "jest.config.js", "module.exports = { reporters: ['default', ...mine] };", true},
	{"jest", "jest.config.js", "const reporters = mine(); module.exports = { reporters };",
	 true},
	{"jest", "jest.config.js", "config.reporters = ['default']\nmodule.exports = config",
	 false},
	{"jest", "jest.config.js", "config.reporters = ['default']\n  .concat(mine)", true},
	{"jest", "jest.config.js", "config.reporters.push('./gate.js')", true},
	{"jest", "jest.config.js", "config['reporters'] = ['./gate.js']", true},
	{"jest", "jest.config.js", "// reporters: ['./gate.js'],\nmodule.exports = {};", false},
	{"jest", "jest.config.js",
	 "module.exports = { testMatch: ['**/*.js'], reporters: ['./gate'], x: '**/y' };", true},
	{"jest", "jest.config.js", "module.exports = { x: /['`]/, reporters: ['./gate'] };", true},
	{"jest", "jest.config.js", "module.exports = { coverageReporters: ['text'] };", false},
	{"jest", "jest.config.ts", "export default { reporters: ['default'] as const };", false},
	{"jest", "../jest.config.js", "module.exports = { reporters: ['./gate.js'] };", true},
	{"jest", "package.json", "{\"jest\": {\"reporters\": [\"default\", \"./gate.js\"]}}", true},
	{"jest", "package.json", "{\"jest\": {\"reporters\": [\"default\"]}}", false},
	{"jest", "package.json", "{\"nyc\": {\"reporters\": [\"./gate.js\"]}}", false},
	{"jest -c own.json", "own.json", "{\"reporters\": [\"./gate.js\"]}", true},
	{"jest --rootDir=deep", "deep/jest.config.js", "x = { reporters: mine }", true},
	{"jest --config={\"reporters\":[\"./gate.js\"]}", NULL, NULL, true},
	{"jest --config={\"reporters\":[\"default\"]}", NULL, NULL, false},
	{"jest --reporters=default", "jest.config.js", "x = { reporters: mine }", false},
	{"env -C deep jest", "deep/jest.config.js", "x = { reporters: mine }", true},
	{"vitest run", "vite.config.ts",
	 "export default { test: { reporters: process.env.CI ? ['dot', 'github-actions'] : 'dot' } "
	 "}",
	 false},
	{"vitest run", "vite.config.ts",
	 "export default { test: { reporters: process.env.CI ? ['dot'] : ['./gate.mjs'] } }", true},
	{"vitest run", "vitest.config.mjs", "x = { coverage: { reporter: ['text'] } }", false},
	{"mocha", ".mocharc.json", "{\"reporter\": \"./gate.js\"}", true},
	{"mocha", ".mocharc.json", "{\"reporter\": \"dot\"}", false},
	{"mocha", ".mocharc.yml", "reporter: ./gate.js\n", true},
	{"mocha", ".mocharc.yml", "# reporter: ./gate.js\nreporter: dot # short\nspec: test\n",
	 false},
	{"mocha", ".mocharc.yml", "reporter: \"dot\"\nui: bdd\n", false},
	{"mocha", "package.json", "{\"mocha\": {\"reporter\": \"./gate.js\"}}", true},
	{"playwright test", "playwright.config.ts",
	 "export default defineConfig({\n  /* Reporter to use. See .../test-reporters */\n"
	 "  reporter: 'html',\n});",
	 false},
	{"playwright test", "playwright.config.ts", "x = { reporter: [['./gate.js']] }", true},
	{"playwright test", "playwright.config.ts",
	 "x = { reporter: !!process.env.CI ? [['html', {open: 'never'}], ['line']] : 'list' }",
	 false},
	{"playwright test -c deep", "deep/playwright.config.ts", "x = { reporter: mine }", true},
	{"playwright test", "playwright.config.ts", "x = { reporter: `list` }", false},
	{"playwright test", "playwright.config.ts", "x = { reporter: `${gate}` }", true},
	{"playwright test", "playwright.config.ts", "x = { a: `, reporter: 'list' }", true},
	{"busted", ".busted", "return { default = { output = 'gate' } }", true},
	{"busted", ".busted", "return { default = { output = 'gtest' } }", false},
};

static char *bar_of(const struct row *row)
{
	CLEANUP(strv_release) struct strv argv = {0};
	AUTO_FREE char *text = mem_str(row->command);
	struct command command;
	const struct preset *preset = NULL;

	for (char *rest = text, *word; (word = strsep(&rest, " ")) != NULL;) {
		strv_add(&argv, word);
	}
	preset = preset_detect(argv.items, argv.len, &command);
	assert_non_null(preset);
	return preset_bar(preset, &command);
}

static void put(const char *path, const char *text)
{
	AUTO_FREE char *place = path_dir(path);
	struct err err = ERR_INIT;

	assert_int_equal(file_make_dirs(place, 0700, &err), 0);
	assert_int_equal(file_write(path, text, strlen(text), &err), 0);
}

static void test_reporters(void **state)
{
	(void)state;
	assert_int_equal(chdir("sub"), 0);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_FREE char *bar = NULL;

		if (rows[i].file) {
			put(rows[i].file, rows[i].text);
		}
		bar = bar_of(&rows[i]);
		if ((bar != NULL) != rows[i].barred) {
			fail_msg("%s, %s: %s", rows[i].command, str_or(rows[i].text, ""),
				 str_or(bar, "(no bar)"));
		}
		if (rows[i].file) {
			unlink(rows[i].file);
		}
	}
	assert_int_equal(chdir(".."), 0);
}

/* What a configuration takes in from the project is read as well. */
static void test_taken_in(void **state)
{
	const struct row jest = {"jest", NULL, NULL, true};
	AUTO_FREE char *bar = NULL;

	(void)state;
	put("jest.config.js", "module.exports = { ...require('./etc/base'), bail: 1 };");
	put("etc/base.js", "module.exports = require(\"../gate\");");
	put("gate.ts", "export default { reporters: ['./gate.js'] };");
	bar = bar_of(&jest);
	assert_non_null(bar);
	assert_non_null(strstr(bar, "gate.ts sets reporters that would give way"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reporters),
		cmocka_unit_test(test_taken_in),
	};

	return cmocka_run_group_tests(tests, go_to_folder, leave_folder);
}
