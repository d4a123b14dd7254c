/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_FAILURE_HEAD_H
#define STEADY_FAILURE_HEAD_H

#include "model/result.h"

/*
 * Appends the one line that tells most about a failure, as clean UTF-8 without terminal sequences,
 * blanks trimmed. Of a message that says something: its first line that does. Else of the text: the
 * first line of pytest's last "E   " block, the last "Caused by:", the last line that is no stack
 * frame or frame of the test tool. Nothing where nothing is known.
 */
void failure_head(const struct failure *failure, struct buf *out);

#endif
