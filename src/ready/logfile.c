/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/logfile.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "ready/kinds.h"
#include "text/regex.h"
#include "text/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_MAX_BYTES 65536 /* the rest of a longer line is not looked at */
#define CHUNK          65536

struct log_reader {
	struct regex *regex;
	struct buf line; /* the last one, as long as its end is missing */
	dev_t device;
	ino_t inode;
	off_t offset;
	int matches;
	unsigned long long lines;
};

struct log_reader *log_new(const char *pattern, struct err *err)
{
	struct log_reader *log = mem_alloc(sizeof(*log));

	log->line = (struct buf)BUF_INIT(LINE_MAX_BYTES);
	if (regex_compile(pattern, &log->regex, err) < 0) {
		log_free(log);
		return NULL;
	}
	return log;
}

void log_skip(struct log_reader *log, const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && S_ISREG(st.st_mode)) {
		log->device = st.st_dev;
		log->inode = st.st_ino;
		log->offset = st.st_size;
	}
}

void log_free(struct log_reader *log)
{
	if (log) {
		regex_free(log->regex);
		buf_release(&log->line);
		free(log);
	}
}

/* Bad bytes and NULs must not hide the rest of a line. */
static bool line_matches(const struct log_reader *log)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(4 * (size_t)LINE_MAX_BYTES);

	utf8_clean(&text, buf_str(&log->line), log->line.len);
	for (size_t i = 0; i < text.len; i++) {
		text.data[i] = text.data[i] ? text.data[i] : ' ';
	}
	return regex_match(log->regex, buf_str(&text));
}

static void end_line(struct log_reader *log)
{
	if (log->line.len > 0 && log->line.data[log->line.len - 1] == '\r') {
		log->line.data[--log->line.len] = '\0';
	}
	log->lines++;
	log->matches += line_matches(log);
	buf_clear(&log->line);
}

static void take(struct log_reader *log, const char *data, size_t len)
{
	while (len > 0) {
		const char *end = memchr(data, '\n', len);
		size_t part = end ? (size_t)(end - data) : len;

		buf_add(&log->line, data, part);
		if (!end) {
			return;
		}
		end_line(log);
		data += part + 1;
		len -= part + 1;
	}
}

/* From its start when it is another file than before, or shorter. */
static void find_place(struct log_reader *log, const struct stat *now)
{
	if (now->st_dev != log->device || now->st_ino != log->inode || now->st_size < log->offset) {
		buf_clear(&log->line);
		log->offset = 0;
		log->device = now->st_dev;
		log->inode = now->st_ino;
	}
}

/* To the end of the file, or as far as the time goes. errno value or 0. */
static int read_on(struct log_reader *log, int fd, int wanted, const struct limits *limits)
{
	char data[CHUNK];
	struct stat now;

	if (fstat(fd, &now) < 0) {
		return errno;
	}
	find_place(log, &now);
	while (log->matches < wanted && clock_mono_us() < limits->until_us) {
		ssize_t n = pread(fd, data, sizeof(data), log->offset);

		if (n <= 0) {
			return n < 0 && errno != EAGAIN ? errno : 0;
		}
		log->offset += n;
		take(log, data, (size_t)n);
	}
	return 0;
}

static bool found(const struct log_reader *log, int wanted, struct attempt_result *out)
{
	/* a prompt has no end of line */
	bool open_line = log->line.len > 0;
	int matches = log->matches + (open_line && line_matches(log));
	unsigned long long lines = log->lines + open_line;

	if (matches >= wanted) {
		return true;
	}
	if (wanted > 1) {
		return attempt_failed(out, STAGE_APPLICATION, "%d of %d matches", matches, wanted);
	}
	return attempt_failed(out, STAGE_APPLICATION, "no match in %llu line%s", lines,
			      lines == 1 ? "" : "s");
}

void probe_log(const struct target *target, const struct limits *limits, struct attempt_result *out)
{
	AUTO_CLOSE int fd = open(target->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int wanted = target->count > 0 ? target->count : 1;
	int code = fd < 0 ? errno : read_on(target->log, fd, wanted, limits);

	out->stage = STAGE_APPLICATION;
	/* it may come again under its name: what was found before counts */
	if (code && target->log->matches < wanted) {
		attempt_failed(out, STAGE_APPLICATION, "%s",
			       code == ENOENT ? "no such file" : strerror(code));
		return;
	}
	out->ready = found(target->log, wanted, out);
}
