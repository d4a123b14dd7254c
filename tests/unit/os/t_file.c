/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"
#include "os/glob.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* A folder of its own for each test, and a path below it. */
struct place {
	char dir[32];
	char path[256];
};

static int setup(void **state)
{
	struct place *place = mem_alloc(sizeof(*place));

	snprintf(place->dir, sizeof(place->dir), "/tmp/steady-file-XXXXXX");
	*state = place;
	return mkdtemp(place->dir) ? 0 : -1;
}

static int teardown(void **state)
{
	struct place *place = *state;

	file_remove_tree(place->dir);
	free(place);
	return 0;
}

/* Borrowed until the next call. */
static const char *in(struct place *place, const char *name)
{
	snprintf(place->path, sizeof(place->path), "%s/%s", place->dir, name);
	return place->path;
}

static void put(struct place *place, const char *name, const char *text)
{
	struct err err = ERR_INIT;

	if (file_write(in(place, name), text, strlen(text), &err) < 0) {
		fail_msg("%s", err.msg);
	}
}

static void check_content(struct place *place, const char *name, const char *expected)
{
	AUTO_FREE char *text = NULL;
	struct err err = ERR_INIT;

	if (file_read(in(place, name), 1000, &text, NULL, &err) < 0) {
		fail_msg("%s", err.msg);
	}
	assert_string_equal(text, expected);
}

static void test_read_gives_what_was_written(void **state)
{
	static const char bytes[] = "a\0b\n";
	struct place *place = *state;
	AUTO_FREE char *text = NULL;
	struct err err = ERR_INIT;
	size_t len = 0;

	assert_int_equal(file_write(in(place, "f"), bytes, 4, &err), 0);
	assert_int_equal(file_read(in(place, "f"), 4, &text, &len, &err), 0);
	assert_int_equal(len, 4);
	assert_memory_equal(text, bytes, 5);
	put(place, "empty", "");
	check_content(place, "empty", "");
}

static void test_read_of_a_file_without_size(void **state)
{
	AUTO_FREE char *text = NULL;
	struct err err = ERR_INIT;
	size_t len = 0;

	/* files in /proc say 0 bytes and have some; /proc/self/maps is longer than one read */
	(void)state;
	assert_int_equal(file_read("/proc/self/maps", 1 << 24, &text, &len, &err), 0);
	assert_true(len > 0);
	assert_int_equal(strlen(text), len);
	assert_int_equal(file_read("/proc/self/maps", 10, &text, &len, &err), -1);
	assert_non_null(strstr(err.msg, "larger than 10 bytes"));
}

enum kind { KIND_ABSENT, KIND_BELOW_FILE, KIND_DIR, KIND_FIFO, KIND_SOCKET, KIND_BIG };

static void make(struct place *place, enum kind kind)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	AUTO_CLOSE int fd = -1;

	switch (kind) {
	case KIND_ABSENT:
		break;
	case KIND_BELOW_FILE:
		put(place, "file", "x");
		break;
	case KIND_DIR:
		assert_int_equal(mkdir(in(place, "x"), 0700), 0);
		break;
	case KIND_FIFO:
		assert_int_equal(mkfifo(in(place, "x"), 0600), 0);
		break;
	case KIND_SOCKET:
		fd = socket(AF_UNIX, SOCK_STREAM, 0);
		snprintf(address.sun_path, sizeof(address.sun_path), "%s/x", place->dir);
		assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
		break;
	case KIND_BIG:
		put(place, "x", "12345678901");
		break;
	default:
		fail();
	}
}

static void test_what_cannot_be_read(void **state)
{
	static const struct {
		const char *name, *text;
		enum kind kind;
		enum err_code code;
	} rows[] = {
		{"x", "x: No such file or directory", KIND_ABSENT, ERR_NOT_FOUND},
		{"file/y", "file/y: Not a directory", KIND_BELOW_FILE, ERR_NOT_FOUND},
		{"x", "x: is a folder", KIND_DIR, ERR_INPUT},
		{"x", "x: not a regular file", KIND_FIFO, ERR_INPUT},
		{"x", "x: No such device or address", KIND_SOCKET, ERR_IO},
		{"x", "x: larger than 10 bytes", KIND_BIG, ERR_INPUT},
	};
	struct place *place = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_FREE char *text = NULL;
		struct err err = ERR_INIT;

		make(place, rows[i].kind);
		assert_int_equal(file_read(in(place, rows[i].name), 10, &text, NULL, &err), -1);
		assert_int_equal(err.code, rows[i].code);
		assert_true(str_starts(err.msg, place->dir));
		assert_true(str_ends(err.msg, rows[i].text));
		assert_null(text);
		file_remove_tree(in(place, "x"));
	}
}

static void test_open_refuses_devices(void **state)
{
	struct err err = ERR_INIT;
	int fd = -1;

	(void)state;
	assert_int_equal(file_open("/dev/null", &fd, &err), -1);
	assert_string_equal(err.msg, "/dev/null: not a regular file");
	assert_int_equal(fd, -1);
}

/* Every file of the folder, hidden ones too: a draft left behind would show up here. */
static void check_files(struct place *place, size_t expected)
{
	CLEANUP(strv_release) struct strv files = {0};

	glob_tree(place->dir, "", &files, NULL);
	assert_int_equal(files.len, expected);
}

static void test_write_replaces_and_keeps_permissions(void **state)
{
	struct place *place = *state;
	struct stat before, after;

	put(place, "f", "old");
	assert_int_equal(chmod(in(place, "f"), 0640), 0);
	assert_int_equal(stat(in(place, "f"), &before), 0);
	put(place, "f", "new");
	assert_int_equal(stat(in(place, "f"), &after), 0);
	check_content(place, "f", "new");
	assert_int_not_equal(before.st_ino, after.st_ino);
	assert_int_equal(after.st_mode & 0777, 0640);
	check_files(place, 1);
}

static void test_write_through_a_link(void **state)
{
	struct place *place = *state;
	struct stat st;

	put(place, "f", "old");
	assert_int_equal(symlink("f", in(place, "link")), 0);
	put(place, "link", "new");
	check_content(place, "f", "new");
	assert_int_equal(lstat(in(place, "link"), &st), 0);
	assert_true(S_ISLNK(st.st_mode));
}

static void test_write_refuses(void **state)
{
	struct place *place = *state;
	struct err err = ERR_INIT;
	struct stat st;

	assert_int_equal(mkfifo(in(place, "fifo"), 0600), 0);
	assert_int_equal(file_write(in(place, "fifo"), "x", 1, &err), -1);
	assert_int_equal(err.code, ERR_INPUT);
	assert_int_equal(stat(in(place, "fifo"), &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	assert_int_equal(file_write(place->dir, "x", 1, &err), -1);
	assert_true(str_ends(err.msg, ": is a folder"));
	assert_int_equal(file_write(in(place, "no/f"), "x", 1, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_true(str_ends(err.msg, "/no/f: No such file or directory"));
	check_files(place, 0);
}

static void test_append(void **state)
{
	struct place *place = *state;
	struct err err = ERR_INIT;

	assert_int_equal(file_append(in(place, "f"), "one\n", 4, &err), 0);
	assert_int_equal(file_append(in(place, "f"), "", 0, &err), 0);
	assert_int_equal(file_append(in(place, "f"), "two\n", 4, &err), 0);
	check_content(place, "f", "one\ntwo\n");
	assert_int_equal(file_append(place->dir, "x", 1, &err), -1);
	assert_non_null(strstr(err.msg, ": cannot be written"));
}

static void test_copy(void **state)
{
	struct place *place = *state;
	AUTO_FREE char *from = mem_str(in(place, "a"));
	AUTO_FREE char *big = mem_array(200001, 1);
	AUTO_FREE char *back = NULL;
	struct err err = ERR_INIT;
	size_t len = 0;

	memset(big, 'x', 200000);
	put(place, "a", big);
	put(place, "b", "old");
	assert_int_equal(file_copy(from, in(place, "b"), &err), 0);
	assert_int_equal(file_read(in(place, "b"), 1 << 20, &back, &len, &err), 0);
	assert_int_equal(len, 200000);
	assert_string_equal(back, big);
	assert_int_equal(file_copy(place->dir, in(place, "b"), &err), -1);
	assert_int_equal(file_copy(in(place, "gone"), place->dir, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	check_files(place, 2);
}

static void test_make_dirs(void **state)
{
	struct place *place = *state;
	struct err err = ERR_INIT;

	assert_int_equal(file_make_dirs(in(place, "a//b/c/"), 0755, &err), 0);
	assert_true(file_is_dir(in(place, "a/b/c")));
	assert_int_equal(file_make_dirs(in(place, "a/b"), 0755, &err), 0);
	assert_int_equal(file_make_dirs("/", 0755, &err), 0);
	put(place, "a/file", "x");
	assert_int_equal(file_make_dirs(in(place, "a/file/d"), 0755, &err), -1);
	assert_true(str_ends(err.msg, "/a/file: is not a folder"));
	assert_int_equal(file_make_dirs(in(place, "a/file"), 0755, &err), -1);
}

static void test_remove_tree_does_not_follow_links(void **state)
{
	struct place *place = *state;
	struct err err = ERR_INIT;

	put(place, "kept", "x");
	assert_int_equal(file_make_dirs(in(place, "keep"), 0755, &err), 0);
	put(place, "keep/kept", "x");
	assert_int_equal(file_make_dirs(in(place, "gone/deep/er"), 0755, &err), 0);
	put(place, "gone/deep/f", "x");
	put(place, "gone/.hidden", "x");
	assert_int_equal(symlink("../keep", in(place, "gone/link")), 0);
	assert_int_equal(symlink("nowhere", in(place, "gone/dangling")), 0);
	assert_int_equal(chmod(in(place, "gone/deep"), 0), 0);
	file_remove_tree(in(place, "gone"));
	assert_false(file_exists(in(place, "gone")));
	check_content(place, "keep/kept", "x");
	/* a file, a link to a folder and nothing at all are trees too */
	file_remove_tree(in(place, "kept"));
	assert_false(file_exists(in(place, "kept")));
	assert_int_equal(symlink("keep", in(place, "link")), 0);
	file_remove_tree(in(place, "link"));
	check_content(place, "keep/kept", "x");
	file_remove_tree(in(place, "nothing"));
}

static void test_remove_tree_stays_bounded_on_depth(void **state)
{
	CLEANUP(buf_release) struct buf path = BUF_INIT(4000);
	struct place *place = *state;
	struct err err = ERR_INIT;
	size_t top = 0;

	buf_str_add(&path, in(place, "deep"));
	top = path.len;
	for (int i = 0; i < 500; i++) {
		buf_str_add(&path, "/d");
	}
	assert_int_equal(file_make_dirs(buf_str(&path), 0755, &err), 0);
	file_remove_tree(in(place, "deep"));
	assert_true(file_exists(in(place, "deep")));
	/* too deep for one go; from further down it works */
	for (size_t level = 450; level > 0; level -= 150) {
		path.data[top + 2 * level] = '\0';
		file_remove_tree(path.data);
		assert_false(file_exists(path.data));
	}
	file_remove_tree(in(place, "deep"));
	assert_false(file_exists(in(place, "deep")));
}

static void test_paths(void **state)
{
	static const struct {
		const char *dir, *name, *joined;
	} joins[] = {
		{"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"/", "b", "/b"}, {"", "b", "b"},
		{"a", "/b", "/b"}, {"a", "", "a/"},    {NULL, "b", "b"},
	};
	static const struct {
		const char *path, *dir, *base;
	} parts[] = {
		{"a/b/c", "a/b", "c"}, {"c", ".", "c"},    {"/c", "/", "c"},
		{"//c", "/", "c"},     {"a//c", "a", "c"}, {"a/", "a", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(joins); i++) {
		AUTO_FREE char *joined = path_join(joins[i].dir, joins[i].name);

		assert_string_equal(joined, joins[i].joined);
	}
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		AUTO_FREE char *dir = path_dir(parts[i].path);

		assert_string_equal(dir, parts[i].dir);
		assert_string_equal(path_base(parts[i].path), parts[i].base);
	}
}

static void test_cwd(void **state)
{
	AUTO_FREE char *cwd = path_cwd();

	(void)state;
	assert_true(cwd[0] == '/');
	assert_true(file_is_dir(cwd));
}

static void test_stamp_tells_versions_apart(void **state)
{
	struct place *place = *state;
	struct file_stamp first, same, other;

	put(place, "f", "one");
	assert_int_equal(file_stamp(in(place, "f"), &first), 0);
	assert_int_equal(file_stamp(in(place, "f"), &same), 0);
	assert_true(file_stamp_eq(&first, &same));
	assert_int_equal(first.size, 3);
	/* the same bytes written again are another version */
	put(place, "f", "one");
	assert_int_equal(file_stamp(in(place, "f"), &other), 0);
	assert_false(file_stamp_eq(&first, &other));
	assert_int_equal(file_stamp(place->dir, &other), -1);
	assert_int_equal(file_stamp(in(place, "gone"), &other), -1);
}

/* A log that grows without end takes no more of the disk than asked for. */
static void test_keep_end(void **state)
{
	enum { MEGABYTE = 1024 * 1024 };
	struct place *place = *state;
	AUTO_CLOSE int fd = open(in(place, "log"), O_RDWR | O_CREAT | O_APPEND, 0600);
	AUTO_FREE char *chunk = mem_array(MEGABYTE, 1);
	char end[4];
	struct stat st;

	memset(chunk, 'x', MEGABYTE);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(write(fd, chunk, MEGABYTE), MEGABYTE);
		file_keep_end(fd, 5 * (int64_t)MEGABYTE, MEGABYTE);
	}
	assert_int_equal(fstat(fd, &st), 0);
	assert_true(st.st_blocks * 512 >= 4 * MEGABYTE);
	assert_int_equal(write(fd, "end", 3), 3);
	file_keep_end(fd, 3 * (int64_t)MEGABYTE, MEGABYTE);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, 4 * MEGABYTE + 3);
	assert_true(st.st_blocks * 512 < 2 * MEGABYTE);
	assert_int_equal(pread(fd, end, 4, st.st_size - 4), 4);
	assert_memory_equal(end, "xend", 4);
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_read_gives_what_was_written),
		T(test_read_of_a_file_without_size),
		T(test_what_cannot_be_read),
		T(test_open_refuses_devices),
		T(test_write_replaces_and_keeps_permissions),
		T(test_write_through_a_link),
		T(test_write_refuses),
		T(test_append),
		T(test_copy),
		T(test_make_dirs),
		T(test_remove_tree_does_not_follow_links),
		T(test_remove_tree_stays_bounded_on_depth),
		T(test_paths),
		T(test_cwd),
		T(test_stamp_tells_versions_apart),
		T(test_keep_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
