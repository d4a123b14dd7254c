/* SPDX-License-Identifier: Apache-2.0 */
#include "history/scratch.h"

#include "base/str.h"
#include "history/internal.h"

#include <stdlib.h>

const char *scratch_parent(void)
{
	return str_or(getenv("TMPDIR"), "/tmp");
}

char *scratch_folder(struct err *err)
{
	char *folder = mem_fmt("%s/steady-XXXXXX", scratch_parent());

	if (!mkdtemp(folder)) {
		err_sys(err, ERR_IO, "%s", folder);
		cleanup_free(&folder);
	}
	return folder;
}

int scratch_open(char *folder, struct history **out, struct err *err)
{
	AUTO_FREE char *dir = folder ? folder : scratch_folder(err);
	AUTO_FREE char *file = dir ? mem_fmt("%s/history.db", dir) : NULL;

	if (!dir) {
		return -1;
	}
	if (history_open(file, folder ? HISTORY_CARE : HISTORY_WRITE, out, err) < 0) {
		file_remove_tree(dir);
		return -1;
	}
	(*out)->private_copy = TAKE(dir);
	return db_exec(&(*out)->db, "PRAGMA synchronous = OFF", err);
}
