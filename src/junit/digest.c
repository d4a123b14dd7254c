/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/reader.h"

#include "base/hash.h"
#include "base/mem.h"
#include "os/file.h"

#include <errno.h>
#include <unistd.h>

#define CHUNK ((size_t)64 << 10)

static bool add_bytes(int fd, struct hash *hash)
{
	AUTO_FREE char *chunk = mem_array(CHUNK, 1);
	ssize_t got = 1;

	while (got > 0 || (got < 0 && errno == EINTR)) {
		got = read(fd, chunk, CHUNK);
		if (got > 0) {
			hash_add(hash, chunk, (size_t)got);
		}
	}
	return got == 0;
}

bool junit_read_digest(const char *path, char out[HASH_HEX_MAX + 1])
{
	AUTO_CLOSE int fd = -1;
	struct err ignored = ERR_INIT;
	struct hash *hash = NULL;
	bool whole;

	if (file_open(path, &fd, &ignored) < 0) {
		return false;
	}
	hash = hash_new();
	whole = add_bytes(fd, hash);
	hash_end(hash, out, HASH_HEX_MAX);
	return whole;
}
