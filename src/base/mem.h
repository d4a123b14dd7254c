/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_BASE_MEM_H
#define STEADY_BASE_MEM_H

#include <stddef.h>

/*
 * Memory and the one cleanup idiom. Allocation never returns NULL: when memory runs out the program
 * ends at one place, so no caller has a branch for it.
 *
 * Locals that own something are released when their scope ends:
 *
 *	AUTO_FREE char *text = NULL;
 *	if (file_read(path, max, &text, err) < 0)
 *		return -1;
 *	out->text = TAKE(text);		(hands the ownership on)
 *
 * Every release function takes NULL or an empty value.
 */
void *mem_alloc(size_t size);               /* zeroed */
void *mem_array(size_t count, size_t size); /* zeroed; aborts when count * size overflows */
void *mem_resize(void *old, size_t count, size_t size);
void *mem_must(void *p);                      /* p; ends the program for NULL: of a library's own */
char *mem_str(const char *text);              /* a copy; NULL gives NULL */
char *mem_strn(const char *text, size_t len); /* a copy of at most len bytes, NUL-terminated */
char *mem_fmt(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Frees *slot and stores a copy of text (which may be NULL). */
void mem_replace(char **slot, const char *text);

void cleanup_free(void *slot); /* the address of a pointer: frees and empties it */
void cleanup_close(int *fd);   /* closes unless negative */

#define CLEANUP(fn) __attribute__((cleanup(fn)))
#define AUTO_FREE   CLEANUP(cleanup_free)
#define AUTO_CLOSE  CLEANUP(cleanup_close)

#define TAKE(pointer) \
	(__extension__({ \
		__typeof__(pointer) taken_ = (pointer); \
		(pointer) = NULL; \
		taken_; \
	}))

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

#endif
