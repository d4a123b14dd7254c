/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_WAIT_WORDS_H
#define STEADY_REPORT_WAIT_WORDS_H

#include "base/buf.h"
#include "model/run.h"

/* How a wait that failed is told. Plain text that still has to be escaped. */

/* "127.0.0.1:5432 not ready after 30.0 s: connection refused (57 attempts)" */
void wait_headline(struct buf *out, const struct wait *wait);

/* "listen after 0.9 s, protocol after 1.1 s, never past application · last seen after 29.8 s ·
 * postgres (pid 412) listens there"; nothing when nothing is known. */
void wait_details(struct buf *out, const struct wait *wait);

/* The wait for which the command was not started, of several the one that got least far, or NULL; *others:
 * how many more there are. */
const struct wait *wait_to_blame(const struct run *run, size_t *others);

/* "127.0.0.1:5432", "127.0.0.1:5432: connection refused" */
void wait_cause(struct buf *out, const struct wait *wait);

#endif
