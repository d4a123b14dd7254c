/* SPDX-License-Identifier: Apache-2.0 */
#include "os/kept.h"

#include "base/mem.h"
#include "base/str.h"
#include "os/folder.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

void kept_file_release(struct kept_file *file)
{
	free(file->path);
	free(file->copy);
	free(file->folder);
	free(file->name);
	free(file->link);
	free(file->link_folder);
	free(file->link_name);
}

static bool same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/* Dates without a fraction say too little: then the content is written again. */
static bool is_untouched(int folder, const struct kept_file *file)
{
	struct stat now;

	return fstatat(folder, file->name, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
	       now.st_dev == file->st.st_dev && now.st_ino == file->st.st_ino &&
	       now.st_size == file->st.st_size && now.st_ctim.tv_nsec != 0 &&
	       same_time(&now.st_mtim, &file->st.st_mtim) &&
	       same_time(&now.st_ctim, &file->st.st_ctim);
}

static int restore_link(const struct kept_file *file, struct err *err)
{
	AUTO_CLOSE int folder = -1;
	AUTO_FREE char *now = NULL;

	if (folder_open(file->link_folder, &folder, err) < 0) {
		return -1;
	}
	now = folder_read_link(folder, file->link_name);
	return str_eq(now, file->link) ? 0
				       : folder_put_link(folder, file->link_name, file->link, err);
}

int kept_file_restore(const struct kept_file *file, struct err *err)
{
	AUTO_CLOSE int folder = -1;

	if (file->link && restore_link(file, err) < 0) {
		return -1;
	}
	if (folder_open(file->folder, &folder, err) < 0) {
		return -1;
	}
	return is_untouched(folder, file)
		       ? 0
		       : folder_put_file(folder, file->name, file->copy, &file->st, err);
}

static void pack_text(struct buf *out, const char *text)
{
	buf_str_add(out, str_or(text, ""));
	buf_char(out, '\0');
}

void kept_file_pack(const struct kept_file *file, struct buf *out)
{
	buf_add(out, &file->st, sizeof(file->st));
	pack_text(out, file->copy);
	pack_text(out, file->folder);
	pack_text(out, file->name);
	pack_text(out, file->link);
	pack_text(out, file->link_folder);
	pack_text(out, file->link_name);
}

void kept_restore_packed(const char *data, size_t len)
{
	const char *end = data + len;

	while (data < end) {
		struct kept_file file = {0};
		char **texts[] = {&file.copy, &file.folder,      &file.name,
				  &file.link, &file.link_folder, &file.link_name};
		struct err ignored = ERR_INIT;

		memcpy(&file.st, data, sizeof(file.st));
		data += sizeof(file.st);
		for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
			*texts[i] = *data ? mem_str(data) : NULL;
			data += strlen(data) + 1;
		}
		(void)kept_file_restore(&file, &ignored);
		kept_file_release(&file);
	}
}
