/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_BASE_ERR_H
#define STEADY_BASE_ERR_H

/*
 * The one error idiom. A function that can fail takes a `struct err *` as its last parameter and
 * returns int: 0 done, -1 failed and the error is filled in. (Iterators add 1 for "no more".)
 * Success leaves the error alone. The message is one line without a final newline, set where the
 * fault is seen; callers may put the place in front with err_wrap(), so that it reads from the
 * outside in: "import: report.xml: line 41: DOCTYPE is not allowed".
 *
 *	struct err err = ERR_INIT;
 *	if (file_read(path, max, &out, &err) < 0)
 *		return err_wrap(&err, "config");
 *
 * Only the cli room turns an error into text on stderr and an exit code.
 */
enum err_code {
	ERR_NONE,
	ERR_USAGE,     /* the command line is wrong */
	ERR_IO,        /* the system refused: open, read, write, spawn */
	ERR_INPUT,     /* data that was handed in cannot be used */
	ERR_NOT_FOUND, /* the named thing does not exist */
	ERR_HISTORY,   /* the history cannot be used: foreign, newer, corrupt, read-only, busy */
	ERR_CANCELLED, /* the user or the CI asked to stop */
	ERR_NOEXEC,    /* the command exists but cannot be executed */
	ERR_INTERNAL   /* a fault of steady itself */
};

struct err {
	enum err_code code;
	char msg[1024];
};

#define ERR_INIT \
	{ \
		.code = ERR_NONE, .msg = "" \
	}

/* Sets code and message; returns -1 so that callers can `return err_set(…)`. */
int err_set(struct err *err, enum err_code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Like err_set(), with ": " and the text of errno appended. Reads errno before anything else. */
int err_sys(struct err *err, enum err_code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts "fmt: " in front of the message already there; keeps the code; returns -1. */
int err_wrap(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

void err_clear(struct err *err);

#endif
