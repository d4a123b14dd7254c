/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/reader.h"

#include "base/hash.h"
#include "base/mem.h"
#include "junit/guard.h"
#include "junit/tree.h"
#include "junit/xml.h"
#include "os/file.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define CHUNK ((size_t)64 << 10)

/* One file on its way: bytes → guard → XML parser → tree → results. */
struct reading {
	struct results_file *out;
	struct hash *hash;
	struct junit_guard guard;
	struct junit_xml *xml;
	struct junit_tree tree;
	struct err refusal; /* of the guard or of the system */
	size_t total;
};

static void start(struct reading *reading, struct results_file *out)
{
	*reading = (struct reading){.out = out};
	reading->hash = hash_new();
	reading->tree.collect.file = out;
	reading->xml = junit_xml_new(&junit_tree_events, &reading->tree);
}

/* The digest covers every byte, also those behind a fault. */
static void feed(struct reading *reading, const char *data, size_t len)
{
	hash_add(reading->hash, data, len);
	reading->total += len;
	if (reading->refusal.code == ERR_NONE && junit_xml_state(reading->xml) == XML_GOING &&
	    junit_guard_check(&reading->guard, data, len, &reading->refusal) == 0) {
		junit_xml_feed(reading->xml, data, len);
	}
}

/* Why nothing of it can be used; NULL when something can. */
static const char *refusal(const struct reading *reading)
{
	enum junit_xml_state state = junit_xml_state(reading->xml);

	if (reading->refusal.code != ERR_NONE) {
		return reading->refusal.msg;
	}
	if (reading->total == 0) {
		return "the file is empty";
	}
	if (state == XML_REFUSED || (state == XML_BROKEN && !reading->tree.is_junit)) {
		return junit_xml_error(reading->xml);
	}
	return NULL;
}

static void refuse(struct results_file *out, const char *why)
{
	out->state = FILE_REFUSED;
	out->error = mem_str(why);
	out->time_us = -1;
}

/* Decides the state once all bytes were seen. */
static void judge(struct reading *reading)
{
	struct results_file *out = reading->out;

	junit_xml_end(reading->xml);
	if (refusal(reading)) {
		struct results_file refused = {.path = TAKE(out->path)};

		refuse(&refused, refusal(reading));
		results_file_release(out);
		*out = refused;
		return;
	}
	if (junit_xml_state(reading->xml) == XML_BROKEN) {
		junit_tree_break(&reading->tree);
		out->state = FILE_INCOMPLETE;
		out->error = mem_str(junit_xml_error(reading->xml));
	}
	out->producer = mem_str(junit_producer_name(reading->tree.producer));
	junit_collect_finish(&reading->tree.collect);
}

static void finish(struct reading *reading)
{
	judge(reading);
	hash_end(reading->hash, reading->out->digest, HASH_HEX_MAX);
	junit_xml_free(reading->xml);
	junit_tree_release(&reading->tree);
}

static int read_all(int fd, struct reading *reading)
{
	AUTO_FREE char *chunk = mem_array(CHUNK, 1);
	ssize_t got = 0;

	do {
		got = read(fd, chunk, CHUNK);
		if (got > 0) {
			feed(reading, chunk, (size_t)got);
		}
	} while (got > 0 || (got < 0 && errno == EINTR));
	return got < 0 ? err_sys(&reading->refusal, ERR_IO, "cannot read") : 0;
}

void junit_read(const char *path, struct results_file *out)
{
	AUTO_CLOSE int fd = -1;
	struct err err = ERR_INIT;
	struct reading reading;
	int done = 0;

	*out = (struct results_file){.path = mem_str(path)};
	if (file_open(path, &fd, &err) < 0) {
		refuse(out, err.msg);
		return;
	}
	start(&reading, out);
	done = read_all(fd, &reading);
	finish(&reading);
	if (done < 0) {
		out->digest[0] = '\0';
	}
}

void junit_read_memory(const char *data, size_t len, struct results_file *out)
{
	struct reading reading;

	*out = (struct results_file){0};
	start(&reading, out);
	while (len > 0) {
		size_t part = len < CHUNK ? len : CHUNK;

		feed(&reading, data, part);
		data += part;
		len -= part;
	}
	finish(&reading);
}
