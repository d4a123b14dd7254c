/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "rerun/preset.h"

#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Commands are written as text with single spaces; a helper splits them. */
static void split(const char *text, struct strv *out)
{
	while (*text) {
		size_t len = strcspn(text, " ");

		strv_give(out, mem_strn(text, len));
		text += len + (text[len] == ' ');
	}
}

static int go_to_folder(void **state)
{
	struct err err = ERR_INIT;
	char *folder = mem_str("/tmp/steady-cargo-XXXXXX");

	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(file_make_dirs("pkg", 0700, &err), 0);
	*state = folder;
	return 0;
}

static int leave_folder(void **state)
{
	assert_int_equal(chdir("/"), 0);
	file_remove_tree(*state);
	free(*state);
	return 0;
}

/* Files of ours have the report's path in them where they say so. */
static void test_placed_file(void **state)
{
	CLEANUP(strv_release) struct strv out = {0};
	CLEANUP(strv_release) struct strv env = {0};
	AUTO_FREE char *text = NULL;
	struct err err = ERR_INIT;
	struct command command = {0};

	(void)state;
	assert_int_equal(preset_redirect(preset_find("nextest"), &command,
					 &(struct redirection){"pkg", "/r"}, &out, &env, &err),
			 0);
	text = file_text("pkg/steady_nextest.toml", 4096, NULL);
	assert_string_equal(text, "[profile.default.junit]\npath = '/r'\n");
}

/* cargo takes one runner of test programs, and nextest one report: the user's stays. */
static void test_cargo_bar(void **state)
{
	static const struct {
		const char *command, *file, *text, *variable;
		const char *found; /* NULL: nothing speaks against ours */
	} rows[] = {
		{"cargo test", NULL, NULL, NULL, NULL},
		{"cargo test", ".cargo/config.toml", "[build]\njobs = 1\n", NULL, NULL},
		{"cargo test", ".cargo/config.toml", "[target.a]\nrunner = 'x'\n", NULL,
		 ".cargo/config.toml"},
		{"cargo test", "../.cargo/config", "target.a.runner = 'x'", NULL, ".cargo/config"},
		{"cargo test", "home/config.toml", "[target.a]\nrunner = 'x'\n", NULL,
		 "home/config.toml"},
		{"cargo test", NULL, NULL, "CARGO_TARGET_A_B_RUNNER", "CARGO_TARGET_A_B_RUNNER"},
		{"cargo test", NULL, NULL, "CARGO_TARGET_DIR", NULL},
		{"cargo test --config net.offline=true", NULL, NULL, NULL, NULL},
		{"cargo test --config target.a.runner='x'", NULL, NULL, NULL,
		 "target.a.runner='x'"},
		{"cargo --config=own.toml test", "own.toml", "target.a.runner = 'x'", NULL,
		 "own.toml"},
		{"cargo test -- --config target.a.runner='x'", NULL, NULL, NULL, NULL},
		{"cargo nextest run", ".config/nextest.toml", "[profile.ci]\nretries = 1\n", NULL,
		 NULL},
		{"cargo nextest run", "../.config/nextest.toml", "[profile.ci.junit]\n", NULL,
		 "nextest.toml"},
	};

	(void)state;
	setenv("CARGO_HOME", "home", 1);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(strv_release) struct strv argv = {0};
		AUTO_FREE char *folder = rows[i].file ? path_dir(rows[i].file) : NULL;
		AUTO_FREE char *bar = NULL;
		struct err err = ERR_INIT;
		struct command command;
		const struct preset *preset = NULL;

		assert_int_equal(file_make_dirs("pkg", 0700, &err), 0);
		assert_int_equal(chdir("pkg"), 0);
		if (folder) {
			assert_int_equal(file_make_dirs(folder, 0700, &err), 0);
			assert_int_equal(
				file_write(rows[i].file, rows[i].text, strlen(rows[i].text), &err),
				0);
		}
		if (rows[i].variable) {
			setenv(rows[i].variable, "x", 1);
		}
		split(rows[i].command, &argv);
		preset = preset_detect(argv.items, argv.len, &command);
		bar = preset_bar(preset, &command);
		if ((bar != NULL) != (rows[i].found != NULL) ||
		    (bar && !strstr(bar, rows[i].found))) {
			fail_msg("row %zu: %s", i, str_or(bar, "(none)"));
		}
		if (rows[i].variable) {
			unsetenv(rows[i].variable);
		}
		if (folder) {
			unlink(rows[i].file);
		}
		assert_int_equal(chdir(".."), 0);
	}
	unsetenv("CARGO_HOME");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_placed_file),
		cmocka_unit_test(test_cargo_bar),
	};

	return cmocka_run_group_tests(tests, go_to_folder, leave_folder);
}
