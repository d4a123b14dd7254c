/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/gunzip.h"

#include "base/mem.h"
#include "junit/limits.h"

#include <stdlib.h>
#include <zlib.h>

#define CHUNK       (64 * JUNIT_KILOBYTE)
#define GZIP_WINDOW (16 + MAX_WBITS)

struct junit_gunzip {
	z_stream stream;
	struct junit_decoder *decoder;
	struct junit_faults *faults;
	uint64_t in, out;
	bool between; /* a member has ended, and no other has begun */
	bool padded;  /* with zeros */
	bool over;    /* what comes now is no member */
	bool trailer; /* but something else, which may have been one */
	bool damaged;
	unsigned char chunk[CHUNK];
};

bool junit_gunzip_is(const unsigned char start[2])
{
	return start[0] == 0x1f && start[1] == 0x8b;
}

struct junit_gunzip *junit_gunzip_new(struct junit_decoder *decoder, struct junit_faults *faults)
{
	struct junit_gunzip *gunzip = mem_alloc(sizeof(*gunzip));

	gunzip->decoder = decoder;
	gunzip->faults = faults;
	if (inflateInit2(&gunzip->stream, GZIP_WINDOW) != Z_OK) {
		abort();
	}
	return gunzip;
}

static void check_size(struct junit_gunzip *gunzip)
{
	if (gunzip->out > JUNIT_UNPACKED_MAX) {
		junit_faults_fail(gunzip->faults, COURSE_REFUSED, NULL,
				  "more than %llu bytes when unpacked",
				  (unsigned long long)JUNIT_UNPACKED_MAX);
	} else if (gunzip->out > JUNIT_UNPACKED_FREE &&
		   gunzip->out / JUNIT_RATIO_MAX > gunzip->in) {
		junit_faults_fail(gunzip->faults, COURSE_REFUSED, NULL,
				  "more than %u times its size when unpacked", JUNIT_RATIO_MAX);
	}
}

/* Behind a member: another one, zeros, as blocks are padded with, or bytes of which nobody knows what
 * they hold. */
static void next_member(struct junit_gunzip *gunzip)
{
	while (gunzip->stream.avail_in > 0 && *gunzip->stream.next_in == 0) {
		gunzip->stream.next_in++;
		gunzip->stream.avail_in--;
		gunzip->padded = true;
	}
	if (gunzip->stream.avail_in == 0) {
		return;
	}
	if (*gunzip->stream.next_in == 0x1f) {
		inflateReset(&gunzip->stream);
		gunzip->between = false;
		return;
	}
	gunzip->over = gunzip->trailer = true;
}

static void inflate_some(struct junit_gunzip *gunzip)
{
	int code = 0;
	size_t got = 0;

	gunzip->stream.next_out = gunzip->chunk;
	gunzip->stream.avail_out = CHUNK;
	code = inflate(&gunzip->stream, Z_NO_FLUSH);
	got = CHUNK - gunzip->stream.avail_out;
	gunzip->out += got;
	check_size(gunzip);
	if (junit_faults_going(gunzip->faults)) {
		junit_decoder_feed(gunzip->decoder, gunzip->chunk, got);
	}
	if (code == Z_STREAM_END) {
		gunzip->between = true;
	} else if (code != Z_OK && code != Z_BUF_ERROR) {
		gunzip->damaged = gunzip->over = true;
	}
}

void junit_gunzip_feed(struct junit_gunzip *gunzip, const void *data, size_t len)
{
	gunzip->stream.next_in = (z_const Bytef *)(uintptr_t)data;
	gunzip->stream.avail_in = (uInt)len;
	gunzip->in += len;
	while (junit_faults_going(gunzip->faults) && !gunzip->over) {
		if (gunzip->between && gunzip->stream.avail_in > 0) {
			next_member(gunzip);
			continue;
		}
		if (gunzip->stream.avail_in == 0 && gunzip->stream.avail_out > 0) {
			break;
		}
		inflate_some(gunzip);
		if (gunzip->between && gunzip->stream.avail_in == 0) {
			break;
		}
	}
}

void junit_gunzip_end(struct junit_gunzip *gunzip)
{
	if (gunzip->padded) {
		junit_lexer_repair(gunzip->decoder->lexer, REPAIR_PADDING);
	}
	if (gunzip->trailer) {
		junit_faults_fail(gunzip->faults, COURSE_BROKEN, NULL,
				  "other bytes stand behind the compressed data");
	} else if (gunzip->damaged) {
		junit_faults_fail(gunzip->faults, COURSE_BROKEN, NULL,
				  "the compressed data is damaged");
	} else if (!gunzip->between && !gunzip->over) {
		junit_faults_fail(gunzip->faults, COURSE_BROKEN, NULL,
				  "the compressed data breaks off");
	}
}

void junit_gunzip_free(struct junit_gunzip *gunzip)
{
	if (gunzip) {
		inflateEnd(&gunzip->stream);
		free(gunzip);
	}
}
