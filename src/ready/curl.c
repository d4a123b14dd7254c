/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/curl.h"

#include "base/mem.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The name of its interface, the same since 2006. */
#define LIBRARY "libcurl.so.4"

/* Lives as long as the process. */
struct curl curl;
static bool loaded;
static char trouble[160];

#ifdef STEADY_STATIC

static bool find_functions(void)
{
#define CURL_ROW(name) .name = curl_##name,
	curl = (struct curl){CURL_FUNCTIONS(CURL_ROW)};
#undef CURL_ROW
	return true;
}

/* Where distributions keep them: a library that one of them made knows only its own. */
static const char *const files[] = {
	"/etc/ssl/certs/ca-certificates.crt",                /* Debian, Ubuntu, Alpine, Arch */
	"/etc/pki/tls/certs/ca-bundle.crt",                  /* Fedora, Red Hat */
	"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", /* what that one leads to */
	"/etc/ssl/ca-bundle.pem",                            /* SUSE */
	"/etc/ssl/cert.pem", /* Alpine without its package for them */
};

static bool is_readable(const char *path)
{
	return path && access(path, R_OK) == 0;
}

static bool is_told(void)
{
	return getenv("SSL_CERT_FILE") || getenv("SSL_CERT_DIR");
}

/* What OpenSSL itself is told by the environment goes first. */
const char *curl_certificates(void)
{
	for (size_t i = 0; !is_told() && i < ARRAY_LEN(files); i++) {
		if (is_readable(files[i])) {
			return files[i];
		}
	}
	return NULL;
}

bool curl_lacks_certificates(void)
{
	if (is_told()) {
		return !is_readable(getenv("SSL_CERT_FILE")) &&
		       !is_readable(getenv("SSL_CERT_DIR"));
	}
	return !curl_certificates();
}

#else

static bool find_functions(void)
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
	return whole;
}

const char *curl_certificates(void)
{
	return NULL;
}

bool curl_lacks_certificates(void)
{
	return false;
}

#endif

static void load(void)
{
	loaded = find_functions() && curl.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
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
