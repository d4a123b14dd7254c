/* SPDX-License-Identifier: Apache-2.0 */
#include "history/compact.h"

#include "base/str.h"
#include "history/internal.h"
#include "os/file.h"
#include "text/size.h"

#include <stdlib.h>
#include <unistd.h>

#define WORTH   32   /* a file of which less than such a part is unused stays as it is */
#define BUSY_MS 2000 /* so long others are waited for */

static const char *temp_folder(void)
{
	const char *own = getenv("SQLITE_TMPDIR");
	const char *common = getenv("TMPDIR");

	return !str_empty(own) ? own : !str_empty(common) ? common : "/var/tmp";
}

/* SQLite writes what is in use to a temporary file, and from there to the log. NULL: there is room. */
static char *lacks_room(struct db *db, int64_t used)
{
	AUTO_FREE char *folder = path_dir(db->path);
	const char *folders[] = {folder, temp_folder()};

	for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
		CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
		int64_t room = file_room(folders[i]);

		if (room >= 0 && room < used + used / 16) {
			buf_fmt(&text, "%s has no room for a copy: ", folders[i]);
			size_show(&text, room);
			buf_str_add(&text, " of ");
			size_show(&text, used);
			return buf_take(&text);
		}
	}
	return NULL;
}

/* What is not done now may be done the next time, but for a file that is damaged. */
static int put_off(struct db *db, const struct err *fault, char **why, struct err *err)
{
	if (db_is_damaged(db)) {
		*err = *fault;
		return -1;
	}
	if (!*why) {
		*why = mem_str(fault->msg);
	}
	return 0;
}

/* From the log into the file, which then is as long as it has to be. */
static int move_log(struct db *db, char **why, struct err *err)
{
	struct err fault = ERR_INIT;
	int64_t busy = 0;

	if (db_ask_int(db, "PRAGMA wal_checkpoint(TRUNCATE)", &busy, &fault) < 0) {
		return put_off(db, &fault, why, err);
	}
	if (busy && !*why) {
		*why = mem_str("others have it open; the space comes back when they are done");
	}
	return 0;
}

static bool goes_on(void *payload)
{
	struct compact *compact = payload;
	struct err ignored = ERR_INIT;

	return compact_step(compact, 0, &ignored) == 0;
}

/* All or nothing: what stops it leaves the file as it was. */
static int vacuum(struct compact *compact, char **why, struct err *err)
{
	struct err fault = ERR_INIT;
	int done;

	db_watch(compact->db, goes_on, compact);
	done = db_exec(compact->db, "VACUUM", &fault);
	db_watch(compact->db, NULL, NULL);
	if (done == 0) {
		return 0;
	}
	if (compact->stopped) {
		return err_set(err, ERR_CANCELLED, "stopped");
	}
	return put_off(compact->db, &fault, why, err);
}

static int shrink(struct compact *compact, char **why, struct err *err)
{
	int64_t unused = 0, pages = 0, used = 0;

	if (db_ask_int(compact->db, "PRAGMA freelist_count", &unused, err) < 0 ||
	    db_ask_int(compact->db, "PRAGMA page_count", &pages, err) < 0 ||
	    compact_used(compact->db, &used, err) < 0) {
		return -1;
	}
	if (unused == 0 || unused < pages / WORTH) {
		return 0;
	}
	*why = lacks_room(compact->db, used);
	return *why ? 0 : vacuum(compact, why, err);
}

int compact_shrink(struct compact *compact, char **why, struct err *err)
{
	int done;

	db_set_busy_ms(compact->db, BUSY_MS);
	done = shrink(compact, why, err);
	if (done == 0) {
		done = move_log(compact->db, why, err);
	}
	db_set_busy_ms(compact->db, DB_BUSY_MS);
	return done;
}
