/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_STREAM_H
#define STEADY_JUNIT_STREAM_H

#include "base/hash.h"
#include "junit/echo.h"
#include "junit/producer.h"
#include "steady/junit.h"

/* What the house needs of a reader beyond the public interface. */

/* Adds every byte that is fed to the hash (borrowed), also those behind a fault. */
void junit_stream_hash(struct steady_junit_reader *reader, struct hash *hash);

/* Looks at the window after that many new bytes; for tests of window sizes. */
void junit_stream_least(struct steady_junit_reader *reader, size_t bytes);

/* Like steady_junit_new(). A reader that goes the fast way may give up in the middle: nothing that it
 * told counts before junit_stream_is_taken() says so. */
struct steady_junit_reader *junit_stream_new(bool fast, const struct steady_junit_events *events,
					     void *payload,
					     const struct steady_junit_options *options,
					     char error[1024]);

/* Of a reader that goes the fast way: what the file before said is not read again, and told to that
 * function, with the payload of the events. */
void junit_stream_echo(struct steady_junit_reader *reader, struct junit_echo *echo,
		       junit_echo_fn *told);

/* No more bytes come. Whether the fast way took them all; else another reader has to, from the first
 * one on. True for a reader that does not go that way. */
bool junit_stream_is_taken(struct steady_junit_reader *reader);

/* The producer with its habits; NULL unknown. Known when the first case comes. */
const struct junit_producer *junit_stream_producer(const struct steady_junit_reader *reader);

/* Opens a regular file and says how large it is. -1 when the system did not let it: the reader knows,
 * and refuses it. */
int junit_stream_open(struct steady_junit_reader *reader, const char *path, int *fd,
		      uint64_t *size);

/* Feeds it from its first byte up to that size. -1 when the system did not let all of it be read: the
 * reader knows, and takes it as broken off. */
int junit_stream_read(struct steady_junit_reader *reader, int fd, uint64_t size);

#endif
