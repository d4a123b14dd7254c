/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_STREAM_H
#define STEADY_JUNIT_STREAM_H

#include "base/hash.h"
#include "junit/producer.h"
#include "steady/junit.h"

/* What the house needs of a reader beyond the public interface. */

/* Adds every byte that is fed to the hash (borrowed), also those behind a fault. */
void junit_stream_hash(struct steady_junit_reader *reader, struct hash *hash);

/* Looks at the window after that many new bytes; for tests of window sizes. */
void junit_stream_least(struct steady_junit_reader *reader, size_t bytes);

/* The producer with its habits; NULL unknown. Known when the first case comes. */
const struct junit_producer *junit_stream_producer(const struct steady_junit_reader *reader);

/* Feeds a regular file up to the size it had when it was opened. -1 when the system did not let all
 * of it be read: the reader knows, and refuses it or takes it as broken off. */
int junit_stream_file(struct steady_junit_reader *reader, const char *path);

#endif
