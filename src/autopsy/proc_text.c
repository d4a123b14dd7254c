/* SPDX-License-Identifier: Apache-2.0 */
#include "autopsy/proc_text.h"

#include "base/mem.h"
#include "base/str.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Positions after the name, counted from the state as 0; see proc(5). */
enum {
	PPID = 1,
	GROUP,
	SESSION,
	TERMINAL,
	FOREGROUND,
	UTIME = 11,
	STIME,
	THREADS = 17,
	START = 19
};

#define FIELDS (START + 1)

static void copy_name(char *out, size_t size, const char *from, size_t len)
{
	size_t kept = len < size - 1 ? len : size - 1;

	memcpy(out, from, kept);
	out[kept] = '\0';
}

/* The numbers behind the state; returns how many there were, at most FIELDS. */
static size_t numbers(const char *text, int64_t *out)
{
	size_t n = 1;

	for (; n < FIELDS; n++) {
		char *end = NULL;

		out[n] = (int64_t)strtoll(text, &end, 10);
		if (end == text || (*end != ' ' && *end != '\n' && *end)) {
			break;
		}
		text = end;
	}
	return n;
}

bool proc_text_stat(const char *text, struct stat_fact *out)
{
	/* The name may hold anything, so it ends at the last parenthesis. */
	const char *open = strchr(text, '(');
	const char *close = strrchr(text, ')');
	int64_t field[FIELDS] = {0};
	char *end = NULL;
	long pid = strtol(text, &end, 10);

	*out = (struct stat_fact){0};
	if (pid <= 0 || !open || !close || close < open || *end != ' ' || end + 1 != open ||
	    close[1] != ' ' || !close[2] || numbers(close + 3, field) < FIELDS) {
		return false;
	}
	out->pid = (pid_t)pid;
	copy_name(out->comm, sizeof(out->comm), open + 1, (size_t)(close - open - 1));
	out->state = close[2];
	out->ppid = (pid_t)field[PPID];
	out->group = (pid_t)field[GROUP];
	out->terminal = (int)field[TERMINAL];
	out->foreground = (pid_t)field[FOREGROUND];
	out->ticks = (uint64_t)field[UTIME] + (uint64_t)field[STIME];
	out->threads = (long)field[THREADS];
	out->start = (uint64_t)field[START];
	return true;
}

bool proc_text_schedstat(const char *text, uint64_t *cpu_ns, uint64_t *delay_ns)
{
	char *end = NULL;

	*cpu_ns = strtoull(text, &end, 10);
	if (end == text || *end != ' ') {
		return false;
	}
	text = end;
	*delay_ns = strtoull(text, &end, 10);
	return end != text;
}

bool proc_text_call(const char *text, struct call *out)
{
	uint64_t *values[] = {&out->args[0], &out->args[1], &out->args[2], &out->args[3],
			      &out->args[4], &out->args[5], &out->sp,      &out->pc};
	char *end = NULL;

	*out = (struct call){0};
	if (str_starts(text, "running")) {
		out->state = CALL_RUNNING;
		return true;
	}
	out->number = strtol(text, &end, 10);
	if (end == text) {
		return false;
	}
	if (out->number < 0) {
		out->state = CALL_NO_CALL;
		return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		text = end;
		*values[i] = strtoull(text, &end, 16);
		if (end == text) {
			return false;
		}
	}
	out->state = CALL_BLOCKED;
	return true;
}

/* "socket:[12]" → 12; false unless text is prefix, a number and "]". */
static bool bracketed(const char *text, const char *prefix, uint64_t *out)
{
	char *end = NULL;

	if (!str_starts(text, prefix)) {
		return false;
	}
	text += strlen(prefix);
	*out = strtoull(text, &end, 10);
	return end != text && strcmp(end, "]") == 0;
}

void proc_text_link(const char *text, struct fd_link *out)
{
	static const char anon[] = "anon_inode:";

	*out = (struct fd_link){.kind = FD_FILE};
	if (bracketed(text, "socket:[", &out->inode)) {
		out->kind = FD_SOCKET;
	} else if (bracketed(text, "pipe:[", &out->inode)) {
		out->kind = FD_PIPE;
	} else if (str_starts(text, anon)) {
		out->kind = FD_ANON;
		out->path = mem_str(text + sizeof(anon) - 1);
	} else {
		out->path = mem_str(text);
	}
}

void fd_link_release(struct fd_link *link)
{
	cleanup_free(&link->path);
}

/* The value of "Key:\t" at the start of a line, or NULL. */
static const char *line_value(const char *text, const char *key)
{
	size_t len = strlen(key);

	while (text) {
		if (strncmp(text, key, len) == 0 && text[len] == ':') {
			return text + len + 1;
		}
		text = strchr(text, '\n');
		text = text ? text + 1 : NULL;
	}
	return NULL;
}

bool proc_text_status(const char *text, struct status_fact *out)
{
	const char *uid = line_value(text, "Uid");
	const char *tracer = line_value(text, "TracerPid");
	const char *caught = line_value(text, "SigCgt");
	char *end = NULL;

	*out = (struct status_fact){0};
	if (!uid || !caught) {
		return false;
	}
	/* real, effective, saved, file system */
	strtoul(uid, &end, 10);
	out->uid = (uid_t)strtoul(end, NULL, 10);
	out->tracer = tracer ? (pid_t)strtol(tracer, NULL, 10) : 0;
	out->caught = strtoull(caught, NULL, 16);
	return true;
}

size_t proc_text_fdinfo(const char *text, const char *key, int *out, size_t max)
{
	size_t n = 0;

	for (const char *value = line_value(text, key); value && n < max;
	     value = line_value(value, key)) {
		out[n++] = (int)strtol(value, NULL, 10);
	}
	return n;
}

void proc_text_command(const char *text, size_t len, struct buf *out)
{
	while (len > 0 && text[len - 1] == '\0') {
		len--;
	}
	for (size_t i = 0; i < len; i++) {
		buf_char(out, text[i] ? text[i] : ' ');
	}
}
