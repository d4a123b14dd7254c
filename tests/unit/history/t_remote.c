/* SPDX-License-Identifier: Apache-2.0 */
#include "files.h"

#include "base/log.h"
#include "history/remote.h"

#include <linux/magic.h>

static void network_file_systems_have_names(void **state)
{
	static const struct {
		long type;
		const char *name;
	} rows[] = {
		{NFS_SUPER_MAGIC, "NFS"},
		{SMB_SUPER_MAGIC, "SMB"},
		{CIFS_SUPER_MAGIC, "CIFS"},
		{SMB2_SUPER_MAGIC, "SMB"},
		{(long)(int32_t)CIFS_SUPER_MAGIC, "CIFS"}, /* with its sign extended */
		{V9FS_MAGIC, "9p"},
		{AFS_SUPER_MAGIC, "AFS"},
		{AFS_FS_MAGIC, "AFS"},
		{CODA_SUPER_MAGIC, "Coda"},
		{CEPH_SUPER_MAGIC, "Ceph"},
		{FUSE_SUPER_MAGIC, "FUSE"},
		{EXT4_SUPER_MAGIC, NULL},
		{XFS_SUPER_MAGIC, NULL},
		{BTRFS_SUPER_MAGIC, NULL},
		{TMPFS_MAGIC, NULL},
		{OVERLAYFS_SUPER_MAGIC, NULL},
		{0, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		print_message("%lx\n", (unsigned long)rows[i].type);
		assert_true(str_eq(remote_name(rows[i].type), rows[i].name));
	}
	assert_null(remote_at("/nowhere/at/all"));
	assert_null(remote_at("/proc"));
}

static int is_nfs(const char *path, struct statfs *out)
{
	(void)path;
	out->f_type = NFS_SUPER_MAGIC;
	return 0;
}

static char said[1024];
static int times;

static void listen(enum log_level level, const char *line, void *payload)
{
	(void)payload;
	assert_int_equal(level, LOG_WARNING);
	snprintf(said, sizeof(said), "%s", line);
	times++;
}

/* Without a log in memory that machines do not share; the file may have had one before. */
static void a_shared_history_has_no_log(void **state)
{
	const struct place *place = *state;
	AUTO_FREE char *log = mem_fmt("%s-wal", place->path);
	struct history *history;

	record_one(place->path);
	log_set_sink(listen, NULL);
	remote_statfs = is_nfs;
	for (int i = 0; i < 2; i++) {
		history = sample_open(place->path, HISTORY_WRITE);
		assert_ask_text(history, "PRAGMA journal_mode", "delete");
		assert_int_equal(sample_ask(history, "PRAGMA synchronous"), 3);
		assert_false(file_exists(log));
		history_close(history);
	}
	history_close(sample_open(place->path, HISTORY_READ));
	remote_statfs = statfs;
	log_set_sink(NULL, NULL);
	/* Once a process, however often it writes. */
	assert_int_equal(times, 1);
	assert_has(said, place->path);
	assert_has(said, "(NFS)");
	history = sample_open(place->path, HISTORY_WRITE);
	assert_ask_text(history, "PRAGMA journal_mode", "wal");
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM run"), 1);
	history_close(history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(network_file_systems_have_names),
		PLACED(a_shared_history_has_no_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
