/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "autopsy/runtimes.h"
#include "base/mem.h"

#include <linux/elf.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static void check_runtime(const struct runtime *runtime, const char *name)
{
	if (name) {
		assert_non_null(runtime);
		assert_string_equal(runtime->name, name);
	} else {
		assert_null(runtime);
	}
}

static void test_by_program(void **state)
{
	static const struct {
		const char *exe, *name;
	} rows[] = {
		{"/usr/lib/jvm/java-17/bin/java", "jvm"},
		{"/usr/bin/python3.11", "python"},
		{"/usr/bin/python3.11 (deleted)", "python"},
		{"python", "python"},
		{"/usr/bin/pypy3", "python"},
		{"/usr/bin/node", "node"},
		{"/usr/bin/nodejs", "node"},
		{"/usr/bin/pythonic", NULL},
		{"/java/sh", NULL},
		{"", NULL},
		{NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check_runtime(runtime_by_program(rows[i].exe), rows[i].name);
	}
}

static void test_by_maps(void **state)
{
	(void)state;
	check_runtime(runtime_by_maps("7f 7f r-xp 0 0 1 /usr/lib/libpython3.11.so.1.0\n"),
		      "python");
	check_runtime(runtime_by_maps("7f 7f r-xp 0 0 1 /opt/j/lib/server/libjvm.so\n"), "jvm");
	check_runtime(runtime_by_maps("7f 7f r-xp 0 0 1 /usr/lib/libc.so.6\n"), NULL);
}

/* A program with one note of that name. */
struct program {
	Elf64_Ehdr head;
	Elf64_Phdr part;
	Elf64_Nhdr other;
	char other_name[4], other_text[4];
	Elf64_Nhdr note;
	char name[4], text[4];
};

static struct program program_with(const char *name)
{
	struct program made = {
		.head = {.e_phoff = offsetof(struct program, part),
			 .e_phentsize = sizeof(Elf64_Phdr),
			 .e_phnum = 1},
		.part = {.p_type = PT_NOTE,
			 .p_offset = offsetof(struct program, other),
			 .p_filesz = sizeof(struct program) - offsetof(struct program, other)},
		.other = {.n_namesz = 4, .n_descsz = 3},
		.note = {.n_namesz = 4, .n_descsz = 4},
	};

	memcpy(made.head.e_ident, ELFMAG, SELFMAG);
	made.head.e_ident[EI_CLASS] = ELFCLASS64;
	memcpy(made.other_name, "GNU", 4);
	snprintf(made.name, sizeof(made.name), "%s", name);
	return made;
}

static void test_by_elf(void **state)
{
	struct program go = program_with("Go"), c = program_with("GNU");

	(void)state;
	check_runtime(runtime_by_elf(&go, sizeof(go)), "go");
	check_runtime(runtime_by_elf(&c, sizeof(c)), NULL);
	/* no length and no field may lead outside */
	for (size_t len = 0; len < sizeof(go); len++) {
		AUTO_FREE char *cut = mem_array(len, 1);

		memcpy(cut, &go, len);
		(void)runtime_by_elf(cut, len);
	}
	for (size_t at = sizeof(go.head.e_ident); at < sizeof(go); at++) {
		struct program broken = go;

		((unsigned char *)&broken)[at] = 0xff;
		(void)runtime_by_elf(&broken, sizeof(broken));
	}
}

static void test_ready_only_with_a_handler(void **state)
{
	const struct runtime *jvm = runtime_by_program("java");
	const struct runtime *python = runtime_by_program("python3");

	(void)state;
	assert_true(runtime_is_ready(jvm, 1U << (SIGQUIT - 1)));
	assert_false(runtime_is_ready(jvm, ~(uint64_t)(1U << (SIGQUIT - 1))));
	assert_true(runtime_is_ready(python, 1U << (SIGABRT - 1)));
	assert_false(jvm->kills);
	assert_true(python->kills);
	assert_false(runtime_is_likely(1U << (SIGINT - 1)));
	assert_true(runtime_is_likely(1U << (SIGUSR2 - 1)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_program),
		cmocka_unit_test(test_by_maps),
		cmocka_unit_test(test_by_elf),
		cmocka_unit_test(test_ready_only_with_a_handler),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
