/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_AUTOPSY_COLLECT_H
#define STEADY_AUTOPSY_COLLECT_H

#include "autopsy/sample.h"
#include "autopsy/tree.h"

/*
 * The parts of an autopsy that read /proc; each adds to the facts what it may see and goes without
 * a word over what it may not or what has vanished meanwhile.
 *
 * A process with a thread in state D may hold its own address space locked, and reading its command
 * line or memory would wait for the same disk: those are left alone (`stuck`).
 */

/* Program, command line, user, handlers and name space of every process. */
void collect_processes(struct facts *facts, struct budget *budget);

/* The open descriptors of every process, at most AUTOPSY_FDS_MAX. */
void collect_fds(struct facts *facts, struct budget *budget);

/* The socket tables of the name spaces in which the tree has sockets. */
void collect_sockets(struct facts *facts, struct budget *budget);

/* What the memory of blocked threads says about their calls: mutexes, polled descriptors, paths,
 * time limits. */
void collect_memory(struct facts *facts, struct budget *budget);

/* Who outside the tree is at the other end of what threads wait for; and file locks. */
void collect_others(const struct stat_list *all, struct facts *facts, struct budget *budget);

/* The other ends worth looking for: inodes of pipes and sockets, at most max. Pure. */
size_t collect_wanted(const struct facts *facts, uint64_t *out, size_t max);

#endif
