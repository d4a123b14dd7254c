/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_OS_OUTLET_H
#define STEADY_OS_OUTLET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A stream of ours (stdout, stderr) that is written without ever waiting: whoever reads it may
 * stall while time limits and signals have to be watched. O_NONBLOCK on the description we were
 * given would reach everybody who shares it, the user's shell included, so a pipe or a terminal is
 * opened anew. Where that cannot be done, at most PIPE_BUF bytes are written when there is room for
 * them, which only another writer of the same pipe could take away in between.
 */
struct outlet {
	int fd; /* poll this one for POLLOUT */
	enum { OUTLET_OWN, OUTLET_SOCKET, OUTLET_FILE, OUTLET_SHARED } kind;
	bool gone; /* nobody reads any more: what is written is dropped */
	int error; /* errno of another reason for dropping it; 0 there is none */
};

void outlet_open(struct outlet *outlet, int fd);
void outlet_close(struct outlet *outlet);

/* Writes what there is room for now and returns how many bytes that were; all when `gone`. */
size_t outlet_write(struct outlet *outlet, const void *data, size_t len);

/*
 * For a message of steady's own on stdout or stderr: writes all of it, but gives up after
 * OUTLET_PATIENCE_US (less once the run is stopped), and at once where it gave up before and still
 * nothing is taken.
 */
void outlet_say(int fd, const void *data, size_t len);

#define OUTLET_PATIENCE_US         INT64_C(10000000)
#define OUTLET_PATIENCE_STOPPED_US INT64_C(1000000)

#endif
