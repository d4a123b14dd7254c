/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

static log_sink_fn *active_sink;
static void *active_payload;

void log_set_sink(log_sink_fn *sink, void *payload)
{
	active_sink = sink;
	active_payload = payload;
}

static void emit(enum log_level level, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));

static void emit(enum log_level level, const char *fmt, va_list ap)
{
	char line[2048];

	if (!active_sink) {
		return;
	}
	vsnprintf(line, sizeof(line), fmt, ap);
	active_sink(level, line, active_payload);
}

void log_note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	emit(LOG_NOTE, fmt, ap);
	va_end(ap);
}

void log_warning(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	emit(LOG_WARNING, fmt, ap);
	va_end(ap);
}
