/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_FAILURE_SIGNATURE_H
#define STEADY_FAILURE_SIGNATURE_H

#include "model/result.h"

/*
 * The fingerprint of a failure: its type and its head line after masking what changes from run to
 * run (addresses, ids, times, temp paths, ports, plain numbers), while what tells causes apart
 * stays (errno and signal names, HTTP status, exit codes). The head line is the message's first
 * line, or the last telling line of the text where there is no message.
 */
void failure_sign(struct failure *failure);

/* The masked head line alone, for people. */
void failure_mask(const struct failure *failure, struct buf *out);

/* Type and first line of the message on one line, unmasked, cut to fit: what a list shows. */
void failure_headline(const struct failure *failure, struct buf *out);

#endif
