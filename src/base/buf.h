/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_BASE_BUF_H
#define STEADY_BASE_BUF_H

#include "base/mem.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * A growing byte string with a maximum given at birth. Invariants: after the first use data[len]
 * is NUL; len never exceeds max. What does not fit is dropped and `cut` says so: a buffer fed
 * from outside can waste at most max bytes.
 *
 *	CLEANUP(buf_release) struct buf line = BUF_INIT(4096);
 *	buf_fmt(&line, "%d tests", n);
 *	puts(buf_str(&line));
 */
struct buf {
	char *data;
	size_t len, cap, max;
	bool cut;
};

#define BUF_INIT(maximum) \
	{ \
		.max = (maximum) \
	}

/* For text that the program itself composes: no outside data decides its size alone. */
#define BUF_OWN_MAX ((size_t)1 << 30)

void buf_add(struct buf *buf, const void *data, size_t len);
void buf_str_add(struct buf *buf, const char *text);
void buf_char(struct buf *buf, char c);
void buf_fmt(struct buf *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vfmt(struct buf *buf, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

/* Borrowed until the next change; never NULL. */
const char *buf_str(const struct buf *buf);

/* Hands the text to the caller, who frees it; the buffer is empty afterwards. Never NULL. */
char *buf_take(struct buf *buf);

void buf_clear(struct buf *buf); /* empty, keeps the memory */
void buf_release(struct buf *buf);

#endif
