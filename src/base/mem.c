/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Noreturn void out_of_memory(void)
{
	static const char text[] = "steady: out of memory\n";
	ssize_t ignored = write(STDERR_FILENO, text, sizeof(text) - 1);

	(void)ignored;
	abort();
}

void *mem_alloc(size_t size)
{
	return mem_array(1, size);
}

void *mem_array(size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size ? size : 1);

	if (!p) {
		out_of_memory();
	}
	return p;
}

void *mem_resize(void *old, size_t count, size_t size)
{
	void *p = NULL;

	if (size == 0 || count <= SIZE_MAX / size) {
		size_t bytes = count * size;

		p = realloc(old, bytes > 0 ? bytes : 1);
	}
	if (!p) {
		out_of_memory();
	}
	return p;
}

void *mem_must(void *p)
{
	if (!p) {
		out_of_memory();
	}
	return p;
}

char *mem_str(const char *text)
{
	return text ? mem_must(strdup(text)) : NULL;
}

char *mem_strn(const char *text, size_t len)
{
	size_t kept = len > 0 ? strnlen(text, len) : 0;
	char *copy = mem_must(malloc(kept + 1));

	if (kept > 0) {
		memcpy(copy, text, kept);
	}
	copy[kept] = '\0';
	return copy;
}

char *mem_fmt(const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0) {
		out_of_memory();
	}
	return text;
}

void mem_replace(char **slot, const char *text)
{
	char *copy = mem_str(text);

	free(*slot);
	*slot = copy;
}

void cleanup_free(void *slot)
{
	void *p = NULL, *none = NULL;

	/* The slot may be of any pointer type: to read it as `void *` breaks the aliasing rule. */
	memcpy(&p, slot, sizeof(p));
	free(p);
	memcpy(slot, &none, sizeof(none));
}

void cleanup_close(int *fd)
{
	if (*fd >= 0) {
		close(*fd);
		*fd = -1;
	}
}
