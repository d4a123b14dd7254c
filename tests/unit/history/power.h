/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TESTS_UNIT_HISTORY_POWER_H
#define STEADY_TESTS_UNIT_HISTORY_POWER_H

#include "check.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/vec.h"
#include "os/file.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * A file system that can lose its power. It stands between SQLite and the real one, which it lets do
 * all the work, and keeps beside it what is certain to be on the disk: a write is certain when the
 * file was synced behind it, and the end of a name when its folder was. Before each thing that
 * changes a file power_tick is called, which may ask what a power cut would leave there and then.
 *
 * It can also be full, from some write on.
 */

enum power_cut {
	CUT_LOSES_ALL,  /* that was not synced */
	CUT_LOSES_NONE, /* as a kill does */
	CUT_LOSES_SOME, /* of the writes, in any order */
	CUT_TEARS       /* writes in the middle */
};

#define POWER_CUTS (CUT_TEARS + 1)

struct power_change {
	sqlite3_int64 at;
	int len; /* -1: the file ends there */
	char *data;
};

struct power_disk {
	char *path;
	char *bytes; /* certain */
	size_t len;
	bool gone; /* its name was removed, but that is not certain */
	struct {
		VEC(struct power_change)
	} changes;
};

static struct {
	VEC(struct power_disk)
} power_disks;

static sqlite3_vfs *power_real;
static void (*power_tick)(void);
static uint64_t power_seed;
static bool power_looks;    /* what is written now belongs to whoever looks at what is left */
static int power_room = -1; /* so many more writes fit; -1 any number */

struct power_file {
	sqlite3_file base;
	size_t disk; /* index + 1; 0: not kept */
	sqlite3_file *real;
};

static inline sqlite3_file *power_below(sqlite3_file *file)
{
	return ((struct power_file *)file)->real;
}

static inline uint64_t power_draw(uint64_t below)
{
	power_seed = power_seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (power_seed >> 33) % below;
}

static inline void power_apply(struct power_disk *disk, const struct power_change *change, int len)
{
	size_t end = (size_t)change->at + (size_t)(len > 0 ? len : 0);

	if (end > disk->len || len < 0) {
		disk->bytes = realloc(disk->bytes, end + 1);
		if (end > disk->len) {
			memset(disk->bytes + disk->len, 0, end - disk->len);
		}
		disk->len = end;
	}
	if (len > 0) {
		memcpy(disk->bytes + change->at, change->data, (size_t)len);
	}
}

static inline void power_forget(struct power_disk *disk)
{
	VEC_EACH (struct power_change, change, &disk->changes) {
		free(change->data);
	}
	disk->changes.len = 0;
}

/* What is in the file is certain now. */
static inline void power_settle(struct power_disk *disk)
{
	VEC_EACH (const struct power_change, change, &disk->changes) {
		power_apply(disk, change, change->len);
	}
	power_forget(disk);
}

static inline struct power_disk *power_find(const char *path)
{
	VEC_EACH (struct power_disk, disk, &power_disks) {
		if (strcmp(disk->path, path) == 0) {
			return disk;
		}
	}
	return NULL;
}

static inline void power_empty(struct power_disk *disk)
{
	power_forget(disk);
	free(disk->bytes);
	disk->bytes = NULL;
	disk->len = 0;
	disk->gone = false;
}

/* From here on what a file holds is certain, however it came in. */
static inline void power_know(const char *path)
{
	struct power_disk *disk = power_find(path);

	if (!disk) {
		disk = VEC_PUSH(&power_disks);
		disk->path = mem_str(path);
	} else if (!disk->gone) {
		return;
	}
	power_empty(disk);
	disk->bytes = file_text(path, (size_t)1 << 26, &disk->len);
}

static inline void power_note(sqlite3_file *file, sqlite3_int64 at, const void *data, int len)
{
	const struct power_file *own = (struct power_file *)file;
	struct power_change *change;

	if (!own->disk) {
		return;
	}
	change = VEC_PUSH(&power_disks.items[own->disk - 1].changes);
	*change = (struct power_change){.at = at, .len = len};
	if (len > 0) {
		change->data = mem_alloc((size_t)len);
		memcpy(change->data, data, (size_t)len);
	}
}

static inline void power_tell(void)
{
	if (power_tick && !power_looks) {
		power_looks = true;
		power_tick();
		power_looks = false;
	}
}

static inline int power_write(sqlite3_file *file, const void *data, int len, sqlite3_int64 at)
{
	int code;

	power_tell();
	if (power_room == 0) {
		return SQLITE_FULL;
	}
	power_room -= power_room > 0;
	code = power_below(file)->pMethods->xWrite(power_below(file), data, len, at);
	power_note(file, at, data, len);
	return code;
}

static inline int power_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	power_tell();
	power_note(file, size, NULL, -1);
	return power_below(file)->pMethods->xTruncate(power_below(file), size);
}

/* The first one makes its name certain too, and then the folder is. */
static inline int power_sync(sqlite3_file *file, int flags)
{
	const struct power_file *own = (struct power_file *)file;

	power_tell();
	if (own->disk) {
		power_settle(&power_disks.items[own->disk - 1]);
	}
	/* nobody here waits for a disk */
	(void)flags;
	return SQLITE_OK;
}

static inline int power_delete(sqlite3_vfs *vfs, const char *path, int sync_folder)
{
	struct power_disk *disk = power_looks ? NULL : power_find(path);

	(void)vfs;
	power_tell();
	if (disk && sync_folder) {
		power_empty(disk);
	}
	if (disk) {
		disk->gone = true;
	}
	return power_real->xDelete(power_real, path, 0);
}

static inline int power_close(sqlite3_file *file)
{
	int code = power_below(file)->pMethods->xClose(power_below(file));

	free(power_below(file));
	return code;
}

/* What is only handed on. */
#define POWER_PASS(name, arguments, ...) \
	static inline int power_##name arguments \
	{ \
		return power_below(file)->pMethods->x##name(power_below(file), ##__VA_ARGS__); \
	}

POWER_PASS(Read, (sqlite3_file * file, void *data, int len, sqlite3_int64 at), data, len, at)
POWER_PASS(FileSize, (sqlite3_file * file, sqlite3_int64 *size), size)
POWER_PASS(Lock, (sqlite3_file * file, int level), level)
POWER_PASS(Unlock, (sqlite3_file * file, int level), level)
POWER_PASS(CheckReservedLock, (sqlite3_file * file, int *out), out)
POWER_PASS(FileControl, (sqlite3_file * file, int op, void *argument), op, argument)
POWER_PASS(ShmMap, (sqlite3_file * file, int page, int len, int extend, void volatile **out), page,
	   len, extend, out)
POWER_PASS(ShmLock, (sqlite3_file * file, int offset, int n, int flags), offset, n, flags)
POWER_PASS(ShmUnmap, (sqlite3_file * file, int remove), remove)

static inline int power_sectors(sqlite3_file *file)
{
	return power_below(file)->pMethods->xSectorSize(power_below(file));
}

static inline int power_traits(sqlite3_file *file)
{
	return power_below(file)->pMethods->xDeviceCharacteristics(power_below(file));
}

static inline void power_barrier(sqlite3_file *file)
{
	power_below(file)->pMethods->xShmBarrier(power_below(file));
}

static inline int power_open(sqlite3_vfs *vfs, sqlite3_filename path, sqlite3_file *file, int flags,
			     int *got)
{
	static const sqlite3_io_methods methods = {
		.iVersion = 2,
		.xClose = power_close,
		.xRead = power_Read,
		.xWrite = power_write,
		.xTruncate = power_truncate,
		.xSync = power_sync,
		.xFileSize = power_FileSize,
		.xLock = power_Lock,
		.xUnlock = power_Unlock,
		.xCheckReservedLock = power_CheckReservedLock,
		.xFileControl = power_FileControl,
		.xSectorSize = power_sectors,
		.xDeviceCharacteristics = power_traits,
		.xShmMap = power_ShmMap,
		.xShmLock = power_ShmLock,
		.xShmBarrier = power_barrier,
		.xShmUnmap = power_ShmUnmap,
	};
	struct power_file *own = (struct power_file *)file;
	int code;

	(void)vfs;
	*own = (struct power_file){.real = mem_alloc((size_t)power_real->szOsFile)};
	if (!power_looks &&
	    (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL))) {
		power_know(path);
		own->disk = (size_t)(power_find(path) - power_disks.items) + 1;
	}
	code = power_real->xOpen(power_real, path, own->real, flags, got);
	if (code != SQLITE_OK) {
		free(own->real);
		return code;
	}
	own->base.pMethods = &methods;
	return SQLITE_OK;
}

static inline sqlite3_vfs *power_vfs(void)
{
	static sqlite3_vfs vfs;

	if (!power_real) {
		power_real = sqlite3_vfs_find(NULL);
		vfs = *power_real;
		vfs.pNext = NULL;
		vfs.zName = "power";
		vfs.szOsFile = sizeof(struct power_file);
		vfs.xOpen = power_open;
		vfs.xDelete = power_delete;
	}
	return &vfs;
}

static inline void power_on(void)
{
	power_looks = false;
	assert_int_equal(sqlite3_vfs_register(power_vfs(), 1), SQLITE_OK);
}

/* The real one again, and nothing is remembered. */
static inline void power_end(void)
{
	assert_int_equal(sqlite3_vfs_register(power_real, 1), SQLITE_OK);
	VEC_EACH (struct power_disk, disk, &power_disks) {
		power_empty(disk);
		VEC_FREE(&disk->changes);
		free(disk->path);
	}
	VEC_FREE(&power_disks);
	power_tick = NULL;
	power_room = -1;
}

/* How much of a change that was not synced is on the disk. */
static inline int power_keeps(enum power_cut cut, const struct power_change *change)
{
	int half = change->len / 1024 * 512;

	switch (cut) {
	case CUT_LOSES_NONE:
		return change->len;
	case CUT_LOSES_SOME:
		return power_draw(2) ? change->len : 0;
	case CUT_TEARS:
		return power_draw(3) ? (power_draw(2) ? change->len : half) : 0;
	case CUT_LOSES_ALL:
	default:
		return 0;
	}
}

/* Writes what would be there of one file after a power cut at this moment. */
static inline void power_leave(const char *from, const char *to, enum power_cut cut)
{
	const struct power_disk *disk = power_find(from);
	struct power_disk left = {0};
	struct err err = ERR_INIT;
	bool is_there = disk && (!disk->gone || (cut != CUT_LOSES_NONE && disk->len > 0 &&
						 (cut == CUT_LOSES_ALL || power_draw(2))));

	unlink(to);
	if (!is_there) {
		return;
	}
	left.bytes = mem_alloc(disk->len + 1);
	left.len = disk->len;
	if (disk->len > 0) {
		memcpy(left.bytes, disk->bytes, disk->len);
	}
	VEC_EACH (const struct power_change, change, &disk->changes) {
		int len = power_keeps(cut, change);

		if (len != 0) {
			power_apply(&left, change, len);
		}
	}
	if (file_write(to, left.bytes, left.len, &err) < 0) {
		fail_msg("%s", err.msg);
	}
	free(left.bytes);
}

#endif
