/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_READY_CURL_H
#define STEADY_READY_CURL_H

/* Its checks of arguments are macros over the functions, and these are called through pointers. */
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

/*
 * libcurl, loaded by the first http target and not at the start of the program: it brings two dozen
 * other libraries along, and with them a third of what `steady run -- true` costs.
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
	X(multi_remove_handle)

struct curl {
#define CURL_MEMBER(name) __typeof__ (&curl_##name)(name);
	CURL_FUNCTIONS(CURL_MEMBER)
#undef CURL_MEMBER
};

/* NULL when it cannot be loaded. */
const struct curl *curl_load(void);

#endif
