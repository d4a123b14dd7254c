/* SPDX-License-Identifier: Apache-2.0 */
#include "history/stream.h"

#include "os/file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#define CHUNK      ((size_t)1 << 17)
#define LEVEL      8  /* a red run of 2,000 tests in 57 KB, not 67; 40 MB/s */
#define WINDOW_LOG 27 /* 128 MiB: what a frame may ask for */

static const unsigned char magic[] = {0x28, 0xb5, 0x2f, 0xfd};

struct line_reader {
	int fd;
	size_t max, number;
	bool looked, packed, open; /* open: in the middle of a frame */
	bool ended;
	ZSTD_DCtx *unpack;
	char *raw; /* as it came */
	size_t raw_at, raw_len;
	struct buf text; /* lines */
	size_t at;       /* those that were told */
};

struct line_reader *line_reader_new(int fd, size_t max)
{
	struct line_reader *reader = mem_alloc(sizeof(*reader));

	reader->fd = fd;
	reader->max = max;
	reader->raw = mem_array(CHUNK, 1);
	reader->text = (struct buf)BUF_INIT(max + 2 * CHUNK);
	return reader;
}

void line_reader_free(struct line_reader *reader)
{
	if (reader) {
		ZSTD_freeDCtx(reader->unpack);
		free(reader->raw);
		buf_release(&reader->text);
		free(reader);
	}
}

size_t line_reader_number(const struct line_reader *reader)
{
	return reader->number;
}

/* Fills up the raw bytes; 1 at the end of the file. */
static int fill(struct line_reader *reader, struct err *err)
{
	ssize_t got;

	memmove(reader->raw, reader->raw + reader->raw_at, reader->raw_len - reader->raw_at);
	reader->raw_len -= reader->raw_at;
	reader->raw_at = 0;
	do {
		got = read(reader->fd, reader->raw + reader->raw_len, CHUNK - reader->raw_len);
	} while (got < 0 && errno == EINTR);
	if (got < 0) {
		return err_sys(err, ERR_INPUT, "cannot be read");
	}
	reader->raw_len += (size_t)got;
	return got == 0;
}

/* Enough to tell what it is. */
static int look(struct line_reader *reader, struct err *err)
{
	int ended = 0;

	while (reader->raw_len < sizeof(magic) && ended == 0) {
		ended = fill(reader, err);
	}
	reader->looked = true;
	reader->packed =
		reader->raw_len >= sizeof(magic) && memcmp(reader->raw, magic, sizeof(magic)) == 0;
	if (reader->packed) {
		reader->unpack = mem_must(ZSTD_createDCtx());
		ZSTD_DCtx_setParameter(reader->unpack, ZSTD_d_windowLogMax, WINDOW_LOG);
	}
	return ended < 0 ? -1 : 0;
}

static int unpack(struct line_reader *reader, struct err *err)
{
	AUTO_FREE char *room = mem_array(CHUNK, 1);
	ZSTD_inBuffer in = {reader->raw, reader->raw_len, reader->raw_at};
	ZSTD_outBuffer out = {room, CHUNK, 0};
	size_t left = ZSTD_decompressStream(reader->unpack, &out, &in);

	if (ZSTD_isError(left)) {
		return err_set(err, ERR_INPUT, "is no whole zstd file (%s)",
			       ZSTD_getErrorName(left));
	}
	reader->open = left > 0;
	reader->raw_at = in.pos;
	buf_add(&reader->text, room, out.pos);
	/* a full room may have more behind it, without further bytes */
	return out.pos == CHUNK ? 2 : 0;
}

/* Some more text: 0, 1 at the end. */
static int more_text(struct line_reader *reader, struct err *err)
{
	int state = 0;

	if (!reader->looked && look(reader, err) < 0) {
		return -1;
	}
	if (reader->raw_at == reader->raw_len) {
		state = fill(reader, err);
		if (state < 0) {
			return -1;
		}
		if (state == 1) {
			return reader->open ? err_set(err, ERR_INPUT, "is no whole zstd file (cut)")
					    : 1;
		}
	}
	if (!reader->packed) {
		buf_add(&reader->text, reader->raw + reader->raw_at,
			reader->raw_len - reader->raw_at);
		reader->raw_at = reader->raw_len;
		return 0;
	}
	while ((state = unpack(reader, err)) == 2 && reader->text.len < reader->max) {
	}
	return state < 0 ? -1 : 0;
}

/* Makes room at the front once most of it was told. */
static void forget_told(struct line_reader *reader)
{
	size_t rest = reader->text.len - reader->at;

	if (reader->at > 0) {
		memmove(reader->text.data, reader->text.data + reader->at, rest);
		reader->text.len = rest;
		reader->at = 0;
	}
}

static int tell(struct line_reader *reader, size_t width, size_t skip, const char **line,
		size_t *len)
{
	*line = reader->text.data + reader->at;
	*len = width;
	reader->at += width + skip;
	reader->number++;
	return 0;
}

int line_reader_next(struct line_reader *reader, const char **line, size_t *len, struct err *err)
{
	size_t seen = 0; /* without a newline */
	int state = 0;

	for (;;) {
		size_t left = reader->text.len - reader->at;
		const char *start = reader->text.data + reader->at;
		const char *end = left > seen ? memchr(start + seen, '\n', left - seen) : NULL;

		if (end) {
			return tell(reader, (size_t)(end - start), 1, line, len);
		}
		seen = left;
		if (left > reader->max) {
			reader->number++;
			return err_set(err, ERR_INPUT, "line %zu has more than %zu MiB",
				       reader->number, reader->max >> 20);
		}
		if (state == 1) {
			return left > 0 ? tell(reader, left, 0, line, len) : 1;
		}
		forget_told(reader);
		state = more_text(reader, err);
		if (state < 0) {
			return -1;
		}
	}
}

struct byte_writer {
	int fd;
	ZSTD_CCtx *pack; /* NULL: as it is */
	struct buf held;
};

struct byte_writer *byte_writer_new(int fd, bool packed)
{
	struct byte_writer *writer = mem_alloc(sizeof(*writer));

	writer->fd = fd;
	writer->held = (struct buf)BUF_INIT(BUF_OWN_MAX);
	if (packed) {
		writer->pack = mem_must(ZSTD_createCCtx());
		ZSTD_CCtx_setParameter(writer->pack, ZSTD_c_compressionLevel, LEVEL);
		ZSTD_CCtx_setParameter(writer->pack, ZSTD_c_checksumFlag, 1);
	}
	return writer;
}

static int write_bytes(int fd, const char *bytes, size_t len, struct err *err)
{
	return file_write_bytes(fd, bytes, len) < 0 ? err_sys(err, ERR_IO, "cannot be written") : 0;
}

static int pack(struct byte_writer *writer, ZSTD_EndDirective how, struct err *err)
{
	AUTO_FREE char *room = mem_array(CHUNK, 1);
	ZSTD_inBuffer in = {buf_str(&writer->held), writer->held.len, 0};
	size_t left;

	do {
		ZSTD_outBuffer out = {room, CHUNK, 0};

		left = ZSTD_compressStream2(writer->pack, &out, &in, how);
		mem_must(ZSTD_isError(left) ? NULL : room);
		if (write_bytes(writer->fd, room, out.pos, err) < 0) {
			return -1;
		}
	} while (left > 0 || in.pos < in.size);
	return 0;
}

static int flush(struct byte_writer *writer, bool last, struct err *err)
{
	int done = writer->pack
			   ? pack(writer, last ? ZSTD_e_end : ZSTD_e_continue, err)
			   : write_bytes(writer->fd, buf_str(&writer->held), writer->held.len, err);

	buf_clear(&writer->held);
	return done;
}

int byte_writer_put(struct byte_writer *writer, const char *bytes, size_t len, struct err *err)
{
	buf_add(&writer->held, bytes, len);
	return writer->held.len < CHUNK ? 0 : flush(writer, false, err);
}

int byte_writer_end(struct byte_writer *writer, struct err *err)
{
	int done;

	if (!writer) {
		return 0;
	}
	done = flush(writer, true, err);
	ZSTD_freeCCtx(writer->pack);
	buf_release(&writer->held);
	free(writer);
	return done;
}
