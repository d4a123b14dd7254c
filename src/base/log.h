/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_BASE_LOG_H
#define STEADY_BASE_LOG_H

/*
 * Warnings and notes from rooms that may not print. Without a sink they go nowhere; the cli puts
 * in one that writes to stderr, tests one that collects.
 */
enum log_level { LOG_NOTE, LOG_WARNING };

typedef void log_sink_fn(enum log_level level, const char *line, void *payload);

void log_set_sink(log_sink_fn *sink, void *payload);
void log_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
