/* SPDX-License-Identifier: Apache-2.0 */
#include "autopsy/read.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define PATH_SIZE 128
#define CHUNK     65536
#define PAGE      4096

ssize_t proc_read(char *out, size_t size, const char *fmt, ...)
{
	AUTO_CLOSE int fd = -1;
	char path[PATH_SIZE];
	size_t used = 0;
	ssize_t n = 1;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(path, sizeof(path), fmt, ap);
	va_end(ap);
	out[0] = '\0';
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return -errno;
	}
	while (n > 0 && used < size - 1) {
		n = read(fd, out + used, size - 1 - used);
		if (n < 0) {
			out[0] = '\0';
			return -errno;
		}
		used += (size_t)n;
	}
	out[used] = '\0';
	return (ssize_t)used;
}

ssize_t proc_link(char *out, size_t size, const char *fmt, ...)
{
	char path[PATH_SIZE];
	ssize_t n = 0;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(path, sizeof(path), fmt, ap);
	va_end(ap);
	n = readlink(path, out, size - 1);
	out[n > 0 ? n : 0] = '\0';
	return n < 0 ? -errno : n;
}

bool proc_read_all(const char *path, size_t max, char **out, bool *cut)
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	AUTO_FREE char *data = NULL;
	size_t used = 0, cap = CHUNK;
	ssize_t n = 1;

	if (fd < 0) {
		return false;
	}
	data = mem_resize(NULL, cap + 1, 1);
	while (n > 0 && used < max) {
		if (cap - used < CHUNK / 2) {
			cap = 2 * cap;
			data = mem_resize(data, cap + 1, 1);
		}
		n = read(fd, data + used, cap - used < max - used ? cap - used : max - used);
		used += n > 0 ? (size_t)n : 0;
	}
	data[used] = '\0';
	*cut = n > 0;
	*out = TAKE(data);
	return true;
}

int memory_read(pid_t pid, uint64_t address, void *out, size_t size)
{
	struct iovec local = {.iov_base = out, .iov_len = size};
	struct iovec remote = {.iov_base = (void *)(uintptr_t)address, .iov_len = size};
	ssize_t n = process_vm_readv(pid, &local, 1, &remote, 1, 0);

	if (n < 0) {
		return -errno;
	}
	return (size_t)n == size ? 0 : -EFAULT;
}

int memory_text(pid_t pid, uint64_t address, char *out, size_t size)
{
	/* not over the end of the page: the next one may not be there */
	size_t here = PAGE - address % PAGE;
	size_t first = here < size - 1 ? here : size - 1;
	int rc = 0;

	memset(out, 0, size);
	rc = memory_read(pid, address, out, first);
	if (rc == 0 && first < size - 1 && !memchr(out, '\0', first)) {
		(void)memory_read(pid, address + first, out + first, size - 1 - first);
	}
	return rc;
}
