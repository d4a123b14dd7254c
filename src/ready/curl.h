/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_READY_CURL_H
#define STEADY_READY_CURL_H

/* Its checks of arguments are macros over the functions, and these are called through pointers. */
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#include <stdbool.h>

/*
 * libcurl, loaded by the first http target and not at the start of the program: it brings two dozen
 * other libraries along, and with them a third of what `steady run -- true` costs. In a static program it
 * is there from the start.
 */
#define CURL_FUNCTIONS(X) \
	X(easy_cleanup) \
	X(easy_getinfo) \
	X(easy_init) \
	X(easy_setopt) \
	X(easy_strerror) \
	X(global_init) \
	X(multi_add_handle) \
	X(multi_cleanup) \
	X(multi_info_read) \
	X(multi_init) \
	X(multi_perform) \
	X(multi_poll) \
	X(multi_remove_handle) \
	X(slist_append) \
	X(slist_free_all)

struct curl {
#define CURL_MEMBER(name) __typeof__ (&curl_##name)(name);
	CURL_FUNCTIONS(CURL_MEMBER)
#undef CURL_MEMBER
};

/* Filled by curl_load(), which any thread may call; false when it cannot be loaded. */
extern struct curl curl;
bool curl_load(void);
const char *curl_trouble(void); /* why not */

/* The file of the certificates that this machine trusts; NULL when libcurl knows by itself. */
const char *curl_certificates(void);

/* There are none for certain; libcurl would only say that it does not trust a server. */
bool curl_lacks_certificates(void);

#endif
