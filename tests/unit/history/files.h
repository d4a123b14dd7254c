/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TESTS_UNIT_HISTORY_FILES_H
#define STEADY_TESTS_UNIT_HISTORY_FILES_H

#include "sample.h"

#include <dirent.h>

/* Histories as files: their bytes, and what lies beside them. */

/* The bytes of a file; the caller frees. */
static inline char *bytes_of(const char *path, size_t *len)
{
	struct err err = ERR_INIT;
	char *bytes = NULL;

	assert_ok(file_read(path, (size_t)1 << 24, &bytes, len, &err));
	return bytes;
}

static inline size_t entries_in(const char *dir)
{
	DIR *stream = opendir(dir);
	size_t count = 0;

	assert_non_null(stream);
	while (readdir(stream)) {
		count++;
	}
	closedir(stream);
	return count - 2;
}

static inline void write_bytes(const char *path, const void *bytes, size_t len)
{
	struct err err = ERR_INIT;

	assert_ok(file_write(path, bytes, len, &err));
}

static inline void record_one(const char *path)
{
	struct run run = sample_run("k", "j", 1000);

	sample_attempt(&run, 1);
	sample_file(&run, "a");
	sample_result(&run, "t", OUTCOME_PASSED);
	sample_record(path, &run);
}

/* A history of this build with some bytes of its first page changed. */
static inline void make_patched(const char *path, size_t at, const char *bytes, size_t len)
{
	AUTO_FREE char *whole = NULL;
	size_t size = 0;

	record_one(path);
	whole = bytes_of(path, &size);
	memcpy(whole + at, bytes, len);
	write_bytes(path, whole, size);
}

/* A copy of a history that is in use, with its log: as a killed process leaves it. */
static inline void make_interrupted(const char *path, const char *script)
{
	AUTO_FREE char *busy = mem_fmt("%s.busy", path);
	AUTO_FREE char *log = mem_fmt("%s-wal", path);
	AUTO_FREE char *busy_log = mem_fmt("%s-wal", busy);
	AUTO_FREE char *busy_index = mem_fmt("%s-shm", busy);
	struct run run = sample_run("k", "j", 1000);
	struct history *history = sample_open(busy, HISTORY_WRITE);
	struct err err = ERR_INIT;

	assert_ok(history_record(history, &run, &err));
	run_release(&run);
	if (script) {
		assert_ok(db_exec(&history->db, script, &err));
	}
	assert_ok(file_copy(busy, path, &err));
	assert_ok(file_copy(busy_log, log, &err));
	history_close(history);
	unlink(busy);
	unlink(busy_log);
	unlink(busy_index);
}

#define NTH_TESTS 20 /* that pass */

/* A run with passes and one failure, whose tests change a little from run to run. */
static inline struct run nth_run(size_t nth)
{
	char name[16];
	struct run run;

	snprintf(name, sizeof(name), "k%zu", nth);
	run = sample_run(name, "j", 1000);
	sample_attempt(&run, 1);
	sample_file(&run, name);
	for (int i = 0; i < NTH_TESTS; i++) {
		snprintf(name, sizeof(name), "t%d-%zu", i, nth % 3);
		sample_result(&run, name, OUTCOME_PASSED);
	}
	sample_failure(sample_result(&run, "f", OUTCOME_FAILED), "aa", "no");
	return run;
}

/* A history of that schema, as a fixture has it. */
static inline void make_old(const char *path, int version)
{
	AUTO_FREE char *fixture = mem_fmt("%s/history/v%d.sql", FIXTURES, version);
	AUTO_FREE char *script = file_text(fixture, (size_t)1 << 20, NULL);
	CLEANUP(db_close) struct db db = {0};
	struct err err = ERR_INIT;

	assert_non_null(script);
	unlink(path);
	write_bytes(path, "", 0);
	assert_ok(db_open(&db, path, path, false, &err));
	assert_ok(db_exec(&db, script, &err));
}

#endif
