/* SPDX-License-Identifier: Apache-2.0 */
#include "history/compact.h"

#include "history/internal.h"
#include "history/scratch.h"
#include "os/file.h"
#include "text/size.h"

#include <stdlib.h>
#include <string.h>

/* A copy that nobody else knows, so that it need not survive anything. */
struct rehearsal {
	struct history *copy;
	const struct history_watch *watch;
	bool stopped;
};

static void rehearsal_end(struct rehearsal *rehearsal)
{
	history_close(rehearsal->copy);
}

static int check_room(struct db *db, const char *folder, struct err *err)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	int64_t used = 0, room = file_room(folder);

	if (compact_used(db, &used, err) < 0) {
		return -1;
	}
	if (room < 0 || room / 2 >= used) {
		return 0;
	}
	size_show(&text, used);
	buf_str_add(&text, " have to be copied, and may be written twice; free are ");
	size_show(&text, room);
	return err_set(err, ERR_HISTORY, "%s: has no room to try it out ($TMPDIR): %s", folder,
		       buf_str(&text));
}

static bool goes_on(void *payload)
{
	struct rehearsal *rehearsal = payload;
	const struct history_watch *watch = rehearsal->watch;

	rehearsal->stopped = rehearsal->stopped || (watch && !watch->tell(watch->payload, 0, 1));
	return !rehearsal->stopped;
}

static int copy_to(struct db *db, const char *file, struct rehearsal *rehearsal, struct err *err)
{
	static const char sql[] = "VACUUM INTO :copy";
	CLEANUP(stmt_release) struct stmt vacuum = {0};
	int done;

	/* that is about the copy too */
	if (db_exec(db, "PRAGMA query_only = OFF", err) < 0) {
		return -1;
	}
	stmt_make(&vacuum, db, "copy", sql, strlen(sql));
	stmt_bind_text(&vacuum, ":copy", file);
	db_watch(db, goes_on, rehearsal);
	done = stmt_run(&vacuum, err);
	db_watch(db, NULL, NULL);
	if (rehearsal->stopped) {
		return err_set(err, ERR_CANCELLED, "stopped");
	}
	return done < 0 ? -1 : db_forbid_writes(db, err);
}

static int make_copy(struct db *db, struct rehearsal *rehearsal, struct err *err)
{
	AUTO_FREE char *file = NULL;
	char *folder = NULL;

	if (check_room(db, scratch_parent(), err) < 0) {
		return -1;
	}
	folder = scratch_folder(err);
	if (!folder) {
		err->code = ERR_HISTORY;
		return -1;
	}
	file = mem_fmt("%s/history.db", folder);
	if (copy_to(db, file, rehearsal, err) < 0) {
		file_remove_tree(folder);
		free(folder);
		return -1;
	}
	return scratch_open(folder, &rehearsal->copy, err);
}

int history_rehearse_compact(struct history *history, const struct keeping *keeping,
			     const struct history_watch *watch, struct compacted *out,
			     struct err *err)
{
	CLEANUP(rehearsal_end) struct rehearsal rehearsal = {.watch = watch};
	int64_t before = compact_size_on_disk(history->db.path);
	int done;

	*out = (struct compacted){.bytes_before = before};
	if (make_copy(&history->db, &rehearsal, err) < 0) {
		return -1;
	}
	done = history_compact(rehearsal.copy, keeping, watch, out, err);
	out->bytes_before = before;
	return done;
}
