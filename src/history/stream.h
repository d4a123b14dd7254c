/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_STREAM_H
#define STEADY_HISTORY_STREAM_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>

/*
 * Lines of text through a file descriptor, packed by zstd or not. A reader tells by the first bytes; frames
 * may stand behind one another.
 */
struct line_reader;

/* Borrows the descriptor; lines of more than `max` bytes are ERR_INPUT. */
struct line_reader *line_reader_new(int fd, size_t max);
void line_reader_free(struct line_reader *reader);

/* The next line without its newline, borrowed until the next call: 0, 1 at the end, -1. */
int line_reader_next(struct line_reader *reader, const char **line, size_t *len, struct err *err);

/* The number of the line that came last, from 1. */
size_t line_reader_number(const struct line_reader *reader);

struct byte_writer;

struct byte_writer *byte_writer_new(int fd, bool packed);
int byte_writer_put(struct byte_writer *writer, const char *bytes, size_t len, struct err *err);

/* Writes what is left. Frees, also when it fails; NULL is nothing. */
int byte_writer_end(struct byte_writer *writer, struct err *err);

#endif
