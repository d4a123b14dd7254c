/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_AUTOPSY_DIAG_H
#define STEADY_AUTOPSY_DIAG_H

#include "os/sockets.h"

/*
 * Asks the kernel (sock_diag) what the tables in /proc/net leave out: how long a listener's queue
 * may get, and the other end of UNIX sockets. Fills in sockets already in the list. It answers any
 * user, but only about our own network namespace. False when it gave no answer.
 */
bool diag_complete(struct socket_list *sockets);

#endif
