/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/curl.h"

#include "base/log.h"
#include "base/mem.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* The name of its interface, the same since 2006. */
#define LIBRARY "libcurl.so.4"

/* Lives as long as the process. */
static struct curl curl;

static bool load(void)
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
		log_warning("http targets cannot be asked: %s", dlerror());
		return false;
	}
	return curl.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

const struct curl *curl_load(void)
{
	static enum { UNKNOWN, LOADED, MISSING } state;

	if (state == UNKNOWN) {
		state = load() ? LOADED : MISSING;
	}
	return state == LOADED ? &curl : NULL;
}
