/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void reserve(struct buf *buf, size_t len)
{
	size_t cap = buf->cap ? buf->cap : 64;

	if (len + 1 <= buf->cap) {
		return;
	}
	while (cap < len + 1) {
		cap *= 2;
	}
	buf->data = mem_resize(buf->data, cap, 1);
	buf->cap = cap;
}

void buf_add(struct buf *buf, const void *data, size_t len)
{
	if (len > buf->max - buf->len) {
		len = buf->max - buf->len;
		buf->cut = true;
	}
	reserve(buf, buf->len + len);
	if (len) {
		memcpy(buf->data + buf->len, data, len);
	}
	buf->len += len;
	buf->data[buf->len] = '\0';
}

void buf_str_add(struct buf *buf, const char *text)
{
	buf_add(buf, text, strlen(text));
}

void buf_char(struct buf *buf, char c)
{
	/* the everyday case: many are added one by one */
	if (buf->len + 1 < buf->cap && buf->len < buf->max) {
		buf->data[buf->len++] = c;
		buf->data[buf->len] = '\0';
		return;
	}
	buf_add(buf, &c, 1);
}

void buf_vfmt(struct buf *buf, const char *fmt, va_list ap)
{
	AUTO_FREE char *text = NULL;
	int n = vasprintf(&text, fmt, ap);

	if (n < 0) {
		text = NULL;
		abort();
	}
	buf_add(buf, text, (size_t)n);
}

void buf_fmt(struct buf *buf, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vfmt(buf, fmt, ap);
	va_end(ap);
}

const char *buf_str(const struct buf *buf)
{
	return buf->data ? buf->data : "";
}

char *buf_take(struct buf *buf)
{
	char *data = buf->data ? buf->data : mem_str("");

	*buf = (struct buf)BUF_INIT(buf->max);
	return data;
}

void buf_clear(struct buf *buf)
{
	buf->len = 0;
	buf->cut = false;
	if (buf->data) {
		buf->data[0] = '\0';
	}
}

void buf_release(struct buf *buf)
{
	free(buf->data);
	*buf = (struct buf)BUF_INIT(buf->max);
}
