/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_STRIP_WORDS_H
#define STEADY_REPORT_STRIP_WORDS_H

#include "analyze/strip.h"

/* A strip in block characters, the newest `most` runs, oldest first: "▁▁█▁▄▁". Inside the room. */
void words_strip(struct buf *out, const struct strip *strip, size_t most);

/* What the characters mean, one line. */
#define STRIP_LEGEND \
	"▁ passed, ▄ failed and then passed on a retry, █ failed, ▒ failed with a service or " \
	"many others, · did not run"

#endif
