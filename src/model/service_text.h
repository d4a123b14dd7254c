/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_MODEL_SERVICE_TEXT_H
#define STEADY_MODEL_SERVICE_TEXT_H

#include "base/strv.h"

/* A service as a project wrote it down (docs/waits.md). Owns all. */
struct service_text {
	char *name;
	struct strv
		start; /* one word: a command line; several: its words. Empty: others start it */
	struct strv waits; /* targets */
	unsigned line;
};

struct service_text_list {
	VEC(struct service_text)
	char *file; /* where they stand; NULL without services */
};

void service_text_list_release(struct service_text_list *list);

#endif
