/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_READY_HTTP_ANSWER_H
#define STEADY_READY_HTTP_ANSWER_H

#include "base/buf.h"
#include "ready/probe.h"

/* What a server said, as far as it was asked for. */
struct http_answer {
	long status;
	struct buf body;
	bool has_header;
	struct buf header; /* the value of the one that is asked for */
};

/* Is the answer the one that the words ask for? False, with the result filled in, when not. */
bool http_judge(const struct http_words *words, const struct http_answer *answer,
		struct attempt_result *out);

#endif
