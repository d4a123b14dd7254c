/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/curl.h"

#include "base/mem.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* The name of its interface, the same since 2006. */
#define LIBRARY "libcurl.so.4"

/* Lives as long as the process. */
struct curl curl;
static bool loaded;
static char trouble[160];

static void load(void)
{
	static const struct {
		const char *name;
		size_t at;
	} rows[] = {
#define CURL_ROW(name) {"curl_" #name, offsetof(struct curl, name)},
		CURL_FUNCTIONS(CURL_ROW)
#undef CURL_ROW
	};
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	bool whole = library != NULL;

	for (size_t i = 0; whole && i < ARRAY_LEN(rows); i++) {
		void *function = dlsym(library, rows[i].name);

		memcpy((char *)&curl + rows[i].at, &function, sizeof(function));
		whole = function != NULL;
	}
	if (!whole) {
		snprintf(trouble, sizeof(trouble), "%s", dlerror());
	}
	loaded = whole && curl.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

bool curl_load(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, load);
	return loaded;
}

const char *curl_trouble(void)
{
	return trouble;
}
