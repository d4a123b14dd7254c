/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_READY_SECRETS_H
#define STEADY_READY_SECRETS_H

#include "ready/probe.h"

/*
 * Replaces in a text what nobody may see of the target by "***": the values of its variables, but for
 * those that its service is named by, its login and its request headers. Servers and commands say it
 * again in their errors.
 */
void secrets_hide(const struct target *target, char *text);

/* The same for these values in what a service printed, where short ones, ports among them, are of use. */
void secrets_hide_values(const struct strv *values, char *text);

#endif
