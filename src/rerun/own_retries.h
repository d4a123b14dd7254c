/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RERUN_OWN_RETRIES_H
#define STEADY_RERUN_OWN_RETRIES_H

#include "rerun/preset.h"

/* Which commands try failed tests again by themselves, and tell it by cases of one name. */

bool gotestsum_tries_again(const struct command *command); /* --rerun-fails */
bool gradle_tries_again(const struct command *command); /* the plugin test-retry in a build file */

#endif
