/* SPDX-License-Identifier: Apache-2.0 */
#include "owners/files.h"

#include "base/buf.h"
#include "base/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_LEN ((size_t)4096)

/* A package of Go with more files is looked at no further, and neither are more files of one name: nobody waits for a
 * hostile repository. */
#define GO_FILES_MOST 500
#define NAMED_MOST    10000

/* Languages whose reports name classes or modules and not always files. `loose`: folders need not be called as
 * packages are. */
static const struct {
	const char *suffix;
	bool loose;
} languages[] = {
	{".py", false},     {".java", false}, {".kt", true},  {".scala", true},
	{".groovy", false}, {".rb", false},   {".php", true}, {".cs", true},
};

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void put(struct test_files *files, struct map *names, const char *name, size_t path)
{
	size_t before = 0;
	bool known = map_get(names, name, &before);

	*VEC_PUSH(&files->entries) = (struct file_entry){path, known ? before + 1 : 0};
	map_put(names, name, files->entries.len - 1);
}

/* The folder's entry is its first file; it may lie at the root, where it has no name. */
static void put_go_test(struct test_files *files, const char *path, size_t index)
{
	const char *base = base_of(path);
	AUTO_FREE char *folder = base > path ? mem_strn(path, (size_t)(base - path - 1)) : NULL;
	AUTO_FREE char *name = folder ? mem_fmt("%s/", base_of(folder)) : NULL;

	if (!folder) {
		return;
	}
	if (!map_get(&files->folders, folder, NULL)) {
		put(files, &files->names, name, index);
	}
	put(files, &files->folders, folder, index);
}

void test_files_index(const struct strv *paths, struct test_files *out)
{
	*out = (struct test_files){.paths = paths};
	for (size_t i = 0; i < paths->len; i++) {
		const char *path = paths->items[i];

		put(out, &out->names, base_of(path), i);
		if (str_ends(path, "_test.go")) {
			put_go_test(out, path, i);
		}
	}
}

void test_files_release(struct test_files *files)
{
	map_release(&files->names);
	map_release(&files->folders);
	VEC_FREE(&files->entries);
	*files = (struct test_files){0};
}

static const char *path_of(const struct test_files *files, const struct file_entry *entry)
{
	return files->paths->items[entry->path];
}

static const struct file_entry *next_entry(const struct test_files *files,
					   const struct file_entry *entry)
{
	return entry->next > 0 ? &files->entries.items[entry->next - 1] : NULL;
}

static const struct file_entry *first_entry(const struct test_files *files, const struct map *names,
					    const char *name)
{
	size_t at = 0;

	return map_get(names, name, &at) ? &files->entries.items[at] : NULL;
}

/* What fits so far. */
struct fit {
	const char *path;
	size_t count;
};

static void take(struct fit *fit, const char *path)
{
	fit->path = path;
	fit->count++;
}

/* The text ends with that path, or the path with the text. */
static bool is_end_of(const char *text, size_t len, const char *end, size_t end_len)
{
	return len >= end_len && memcmp(text + len - end_len, end, end_len) == 0 &&
	       (len == end_len || text[len - end_len - 1] == '/');
}

static int compare_paths(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* By a path from the root, or from somewhere else, absolute or not. */
static struct fit fit_tracked(const struct test_files *files, const char *from)
{
	size_t len = strlen(from), looked = 0;
	char *const *exact = files->paths->len == 0
				     ? NULL
				     : bsearch(&from, files->paths->items, files->paths->len,
					       sizeof(from), compare_paths);
	struct fit fit = {0};

	if (exact) {
		return (struct fit){*exact, 1};
	}
	for (const struct file_entry *entry = first_entry(files, &files->names, base_of(from));
	     entry; entry = next_entry(files, entry)) {
		const char *tracked = path_of(files, entry);
		size_t tracked_len = strlen(tracked);

		if (is_end_of(from, len, tracked, tracked_len) ||
		    is_end_of(tracked, tracked_len, from, len)) {
			take(&fit, tracked);
		}
		if (++looked > NAMED_MOST) {
			return (struct fit){NULL, 2};
		}
	}
	return fit;
}

/* As somebody wrote it, perhaps with the slashes of Windows. */
static struct fit fit_path(const struct test_files *files, const char *text)
{
	AUTO_FREE char *path = mem_str(text);
	const char *from = path;

	for (char *c = path; *c; c++) {
		*c = *c == '\\' ? '/' : *c;
	}
	while (str_starts(from, "./") || str_starts(from, "../")) {
		from = strchr(from, '/') + 1;
	}
	return *base_of(from) ? fit_tracked(files, from) : (struct fit){0};
}

/* What the report calls a file. */
static struct fit fit_file(const struct test_files *files, const char *text)
{
	return str_empty(text) ? (struct fit){0} : fit_path(files, text);
}

/* A suite "server" is no program of that name. */
static struct fit fit_dotted(const struct test_files *files, const char *text)
{
	return strchr(base_of(text), '.') ? fit_path(files, text) : (struct fit){0};
}

/* What may be a file: "a.test.js", "tests/a.py::TestX", "a.test.js > adds", "spec/a_spec.rb:12" */
static struct fit fit_place(const struct test_files *files, const char *text)
{
	static const char *const ends[] = {"::", " > ", " › ", ":"};
	struct fit fit = {0};

	if (str_empty(text)) {
		return fit;
	}
	fit = fit_dotted(files, text);
	for (size_t i = 0; fit.count == 0 && i < ARRAY_LEN(ends); i++) {
		const char *end = strstr(text, ends[i]);
		AUTO_FREE char *path = end ? mem_strn(text, (size_t)(end - text)) : NULL;

		if (path) {
			fit = fit_dotted(files, path);
		}
	}
	return fit;
}

/* "org.example.FooTest$Inner" as "org/example/FooTest"; nothing of a title with blanks. */
static void add_module(struct buf *out, const char *class_name)
{
	if (strchr(class_name, ' ')) {
		return;
	}
	for (const char *c = class_name; *c && *c != '$'; c++) {
		if (str_starts(c, "::")) {
			buf_char(out, '/');
			c++;
		} else {
			buf_char(out, strchr(".\\/", *c) ? '/' : *c);
		}
	}
}

/* The file of a class or module: its folders are called as the packages are. */
static struct fit fit_module(const struct test_files *files, const char *module)
{
	struct fit fit = {0};
	size_t looked = 0;

	for (size_t i = 0; i < ARRAY_LEN(languages); i++) {
		const char *suffix = languages[i].suffix;
		const char *from = languages[i].loose ? base_of(module) : module;
		AUTO_FREE char *end = mem_fmt("%s%s", from, suffix);

		for (const struct file_entry *entry =
			     first_entry(files, &files->names, base_of(end));
		     entry; entry = next_entry(files, entry)) {
			const char *tracked = path_of(files, entry);

			if (is_end_of(tracked, strlen(tracked), end, strlen(end))) {
				take(&fit, tracked);
			}
			if (++looked > NAMED_MOST) {
				return (struct fit){NULL, 2};
			}
		}
	}
	return fit;
}

/* Classes in a module, or in a class, are left out one by one: "tests.test_cart.TestSum" stands in
 * tests/test_cart.py. */
static struct fit fit_class(const struct test_files *files, const char *class_name)
{
	CLEANUP(buf_release) struct buf module = BUF_INIT(NAME_MAX_LEN);
	struct fit fit = {0};

	if (str_empty(class_name)) {
		return fit;
	}
	add_module(&module, class_name);
	if (module.len == 0 || module.cut) {
		return fit;
	}
	fit = fit_module(files, module.data);
	for (char *slash = strrchr(module.data, '/');
	     fit.count == 0 && slash && isupper((unsigned char)slash[1]);
	     slash = strrchr(module.data, '/')) {
		*slash = '\0';
		fit = fit_module(files, module.data);
	}
	return fit;
}

/* How many names at their ends are the same. */
static size_t common_parts(const char *a, size_t a_len, const char *b)
{
	size_t b_len = strlen(b), parts = 0;

	while (a_len > 0 && b_len > 0 && a[a_len - 1] == b[b_len - 1]) {
		a_len--;
		b_len--;
		parts += a[a_len] == '/';
	}
	return parts + ((a_len == 0 || a[a_len - 1] == '/') && (b_len == 0 || b[b_len - 1] == '/'));
}

/* The folder of the repository that has most in common with the path of a package; its entries, or NULL when two
 * have as much. */
static const struct file_entry *fit_package(const struct test_files *files, const char *package)
{
	AUTO_FREE char *name = mem_fmt("%s/", base_of(package));
	const char *best = NULL;
	size_t most = 0, looked = 0;
	AUTO_FREE char *folder = NULL;

	for (const struct file_entry *entry = first_entry(files, &files->names, name); entry;
	     entry = ++looked > NAMED_MOST ? NULL : next_entry(files, entry)) {
		const char *path = path_of(files, entry);
		size_t parts = common_parts(path, (size_t)(base_of(path) - path - 1), package);

		if (parts > most) {
			most = parts;
			best = path;
		} else if (parts == most) {
			best = NULL;
		}
	}
	folder = best ? mem_strn(best, (size_t)(base_of(best) - best - 1)) : NULL;
	return folder ? first_entry(files, &files->folders, folder) : NULL;
}

/* Go reports call the class or the suite after the package: "example.com/shop/pkg/sub". */
static void find_package(const struct test_files *files, const struct test_name *test,
			 struct path_list_found *out)
{
	const char *names[] = {test->class_name, test->suite};
	const struct file_entry *entry = NULL;

	for (size_t i = 0; i < ARRAY_LEN(names) && !entry; i++) {
		if (!str_empty(names[i]) && strchr(names[i], '/')) {
			entry = fit_package(files, names[i]);
		}
	}
	for (; entry; entry = next_entry(files, entry)) {
		if (out->len == GO_FILES_MOST) {
			VEC_FREE(out);
			return;
		}
		*VEC_PUSH(out) = path_of(files, entry);
	}
}

void test_files_find(const struct test_files *files, const struct test_name *test,
		     struct path_list_found *out)
{
	const struct {
		struct fit (*find)(const struct test_files *files, const char *text);
		const char *text;
	} ways[] = {
		{fit_file, test->file},
		{fit_place, test->class_name},
		{fit_place, test->suite},
		{fit_class, test->class_name},
	};

	*out = (struct path_list_found){0};
	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		struct fit fit = ways[i].find(files, ways[i].text);

		if (fit.count == 1) {
			*VEC_PUSH(out) = fit.path;
		}
		if (fit.count > 0) {
			return;
		}
	}
	find_package(files, test, out);
}
