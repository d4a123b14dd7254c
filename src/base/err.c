/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Messages are one line whatever the data in them: a newline in a path must not forge a second. */
static void keep_one_line(char *msg)
{
	for (; *msg; msg++) {
		if (*msg == '\n' || *msg == '\r') {
			*msg = ' ';
		}
	}
}

/*
 * The one place that writes a message, in up to three parts. They are put together before the error
 * is touched, so that they may quote its old message.
 */
static int put(struct err *err, const char *text, const char *colon, const char *tail)
{
	const char *const parts[] = {text, colon, tail};
	char msg[sizeof(err->msg)] = "";
	size_t used = 0;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		size_t len = strnlen(parts[i], sizeof(msg) - 1 - used);

		memcpy(msg + used, parts[i], len);
		used += len;
	}
	keep_one_line(msg);
	memcpy(err->msg, msg, strlen(msg) + 1);
	return -1;
}

int err_set(struct err *err, enum err_code code, const char *fmt, ...)
{
	char text[sizeof(err->msg)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	err->code = code;
	return put(err, text, "", "");
}

int err_sys(struct err *err, enum err_code code, const char *fmt, ...)
{
	int saved = errno;
	char text[sizeof(err->msg)];
	char reason[128];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	err->code = code;
	return put(err, text, ": ", strerror_r(saved, reason, sizeof(reason)));
}

int err_wrap(struct err *err, const char *fmt, ...)
{
	char text[sizeof(err->msg)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return put(err, text, ": ", err->msg);
}

void err_clear(struct err *err)
{
	err->code = ERR_NONE;
	err->msg[0] = '\0';
}
