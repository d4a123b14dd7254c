/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_LINEAGE_H
#define STEADY_CLI_LINEAGE_H

#include "cli/place.h"
#include "model/evidence.h"

/* Asks the repository around us where the commits of the runs come from. What it does not know stays as the
 * runs told it. */
void lineage_ask(struct place *place, struct evidence *evidence);

#endif
