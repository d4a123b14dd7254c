/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/import_pipe.h"

#include "os/file.h"
#include "os/signals.h"

#include <stdlib.h>

/* Read ahead for each reader. */
#define AHEAD_BYTES ((uint64_t)4 << 20)
#define AHEAD_FILES 32

void import_entry_free(struct import_entry *entry)
{
	for (size_t i = 0; entry && i < entry->job.files.len; i++) {
		results_file_release(&entry->tasks[i].file);
	}
	if (entry) {
		free(entry->tasks);
		results_file_list_release(&entry->known);
		import_job_release(&entry->job);
		free(entry);
	}
}

void import_pipe_start(struct import_pipe *pipe)
{
	pipe->last = &pipe->first;
}

static bool digest_all(const struct strv *files, struct strv *out)
{
	VEC_EACH (char *, file, files) {
		char digest[HASH_HEX_MAX + 1];

		if (!junit_read_digest(*file, digest)) {
			return false;
		}
		strv_add(out, digest);
	}
	return true;
}

static bool holds_all(const struct results_file_list *known, const struct strv *digests)
{
	VEC_EACH (char *, digest, digests) {
		if (!results_file_list_find(known, *digest)) {
			return false;
		}
	}
	return true;
}

/* Without an id a run is called by its files, should all of them be usable: either all are known, or none
 * is. A history that cannot be asked will tell why when something is to be stored. */
static void look_up(const struct import_pipe *pipe, struct import_entry *entry)
{
	CLEANUP(strv_release) struct strv digests = {0};
	struct run *run = &entry->job.run;
	bool named = run->key[0] != '\0';
	struct err ignored = ERR_INIT;

	if (!*pipe->history || (!named && !digest_all(&entry->job.files, &digests))) {
		return;
	}
	if (!named) {
		import_key(&digests, run);
	}
	if (history_known_files(*pipe->history, run, &entry->known, &ignored) < 0 ||
	    !holds_all(&entry->known, &digests)) {
		results_file_list_release(&entry->known);
	}
	if (!named) {
		run->key[0] = '\0';
	}
}

static void begin_reading(struct import_pipe *pipe, struct import_entry *entry)
{
	const struct strv *files = &entry->job.files;

	entry->tasks = mem_array(files->len, sizeof(*entry->tasks));
	for (size_t i = 0; i < files->len; i++) {
		struct file_stamp stamp;

		entry->bytes += file_stamp(files->items[i], &stamp) == 0 ? (uint64_t)stamp.size : 0;
		entry->tasks[i].path = files->items[i];
		entry->tasks[i].known = &entry->known;
		crew_add(pipe->crew, &entry->tasks[i]);
	}
	pipe->files += files->len;
	pipe->bytes += entry->bytes;
	pipe->fed += entry->bytes;
}

static int feed_one(struct import_pipe *pipe, struct err *err)
{
	struct import_entry *entry = mem_alloc(sizeof(*entry));
	int more = import_feed_next(pipe->feed, &entry->job, err);

	pipe->ended = more != 0;
	if (more != 0) {
		import_entry_free(entry);
		return more < 0 ? -1 : 0;
	}
	if (entry->job.files.len > 0) {
		look_up(pipe, entry);
		begin_reading(pipe, entry);
	}
	*pipe->last = entry;
	pipe->last = &entry->next;
	return 0;
}

static bool wants_more(const struct import_pipe *pipe)
{
	return !pipe->ended && (!pipe->first || (pipe->bytes < pipe->readers * AHEAD_BYTES &&
						 pipe->files < pipe->readers * AHEAD_FILES));
}

static bool wait_for(const struct import_pipe *pipe, struct import_entry *entry)
{
	for (size_t i = 0; i < entry->job.files.len; i++) {
		if (!crew_wait(pipe->crew, &entry->tasks[i])) {
			return false;
		}
	}
	return signals_look() == 0;
}

int import_pipe_next(struct import_pipe *pipe, struct import_entry **out, struct err *err)
{
	struct import_entry *entry;

	while (wants_more(pipe)) {
		if (feed_one(pipe, err) < 0) {
			return -1;
		}
	}
	entry = pipe->first;
	if (!entry || !wait_for(pipe, entry)) {
		return 1;
	}
	pipe->first = entry->next;
	pipe->last = pipe->first ? pipe->last : &pipe->first;
	pipe->files -= entry->job.files.len;
	pipe->bytes -= entry->bytes;
	*out = entry;
	return 0;
}

void import_pipe_drop(struct import_pipe *pipe)
{
	if (pipe->first) {
		crew_drop(pipe->crew);
	}
	while (pipe->first) {
		struct import_entry *entry = pipe->first;

		pipe->first = entry->next;
		import_entry_free(entry);
	}
	import_pipe_start(pipe);
	pipe->files = 0;
	pipe->bytes = 0;
}

void import_pipe_rewind(struct import_pipe *pipe, size_t at, size_t line)
{
	import_pipe_drop(pipe);
	import_feed_rewind(pipe->feed, at, line);
	pipe->ended = false;
}
