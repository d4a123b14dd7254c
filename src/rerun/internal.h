/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RERUN_INTERNAL_H
#define STEADY_RERUN_INTERNAL_H

#include "rerun/preset.h"

/* Inside the room. */

bool is_listed(const char *const *list, const char *text);

/* Is it one of the words, alone or followed by "=…"? */
bool names_option(const char *const *names, const char *arg);

/* What preset_select() does by the row's naming alone; for a row's own select(). */
int naming_select(const struct preset *preset, const struct first_run *first,
		  const struct selection *selection, struct strv *out);

#endif
