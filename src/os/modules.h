/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_OS_MODULES_H
#define STEADY_OS_MODULES_H

/*
 * Called once, before any thread is there. A program that is linked statically brings its own C library,
 * and must load no module that was made for the machine's (mdns, systemd, sss, …), as
 * /etc/nsswitch.conf may ask it to: hosts are then looked up in files and by DNS, users in files.
 * Does nothing in a program that shares the machine's library.
 */
void modules_forbid(void);

#endif
