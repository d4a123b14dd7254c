/* SPDX-License-Identifier: Apache-2.0 */
#include "autopsy/runtimes.h"

#include "base/str.h"

#include <ctype.h>
#include <linux/elf.h>
#include <signal.h>
#include <string.h>

static const struct runtime jvm = {
	.name = "jvm",
	.signal = SIGQUIT,
	.writes = "stdout",
	.caution = "none with -Xrs",
};
static const struct runtime go = {
	.name = "go",
	.signal = SIGQUIT,
	.kills = true,
	.writes = "stderr",
};
static const struct runtime python = {
	.name = "python",
	.signal = SIGABRT,
	.kills = true,
	.writes = "stderr",
	.prepare = "PYTHONFAULTHANDLER=1",
};
static const struct runtime node = {
	.name = "node",
	.signal = SIGUSR2,
	.writes = "a file",
	.prepare = "NODE_OPTIONS=--report-on-signal",
	.caution = "a busy loop answers nothing; the report's folder must exist",
};

static const struct runtime *const all[] = {&jvm, &go, &python, &node};

/* A program's name up to a version: "python3.11", "nodejs". */
static const struct {
	const char *name;
	const struct runtime *runtime;
} programs[] = {
	{"java", &jvm}, {"python", &python}, {"pypy", &python}, {"node", &node}, {"nodejs", &node},
};

static const struct {
	const char *library;
	const struct runtime *runtime;
} libraries[] = {
	{"/libjvm.so", &jvm},
	{"/libpython", &python},
	{"/libnode.so", &node},
};

const struct runtime *runtime_by_program(const char *exe)
{
	const char *slash = exe ? strrchr(exe, '/') : NULL;
	const char *name = slash ? slash + 1 : str_or(exe, "");
	size_t len = strlen(name);

	/* "/usr/bin/python3.11 (deleted)" is still one */
	if (str_ends(name, " (deleted)")) {
		len -= strlen(" (deleted)");
	}
	while (len > 0 && (isdigit((unsigned char)name[len - 1]) || name[len - 1] == '.')) {
		len--;
	}
	for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
		if (strlen(programs[i].name) == len && memcmp(programs[i].name, name, len) == 0) {
			return programs[i].runtime;
		}
	}
	return NULL;
}

const struct runtime *runtime_by_maps(const char *maps)
{
	for (size_t i = 0; i < ARRAY_LEN(libraries); i++) {
		if (strstr(maps, libraries[i].library)) {
			return libraries[i].runtime;
		}
	}
	return NULL;
}

/* One note: sizes of name and content, a type, the name "Go" and the build id. */
static bool has_go_note(const unsigned char *data, size_t len, size_t at, size_t size)
{
	static const char name[4] = "Go\0";
	Elf64_Nhdr note;

	while (size >= sizeof(note) && at <= len && len - at >= sizeof(note) + sizeof(name)) {
		size_t step = 0;

		memcpy(&note, data + at, sizeof(note));
		if (note.n_namesz == sizeof(name) &&
		    memcmp(data + at + sizeof(note), name, sizeof(name)) == 0) {
			return true;
		}
		step = sizeof(note) + (((size_t)note.n_namesz + 3) & ~(size_t)3) +
		       (((size_t)note.n_descsz + 3) & ~(size_t)3);
		if (step > size) {
			return false;
		}
		at += step;
		size -= step;
	}
	return false;
}

const struct runtime *runtime_by_elf(const void *data, size_t len)
{
	const unsigned char *bytes = data;
	Elf64_Ehdr head;
	Elf64_Phdr part;

	if (len < sizeof(head)) {
		return NULL;
	}
	memcpy(&head, bytes, sizeof(head));
	if (memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 || head.e_ident[EI_CLASS] != ELFCLASS64 ||
	    head.e_phentsize != sizeof(part)) {
		return NULL;
	}
	for (size_t i = 0; i < head.e_phnum; i++) {
		if (head.e_phoff > len || len - head.e_phoff < (i + 1) * sizeof(part)) {
			return NULL;
		}
		memcpy(&part, bytes + head.e_phoff + i * sizeof(part), sizeof(part));
		if (part.p_type == PT_NOTE &&
		    has_go_note(bytes, len, part.p_offset, part.p_filesz)) {
			return &go;
		}
	}
	return NULL;
}

bool runtime_is_ready(const struct runtime *runtime, uint64_t caught)
{
	return (caught >> (runtime->signal - 1) & 1) != 0;
}

bool runtime_is_likely(uint64_t caught)
{
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		if (runtime_is_ready(all[i], caught)) {
			return true;
		}
	}
	return false;
}
