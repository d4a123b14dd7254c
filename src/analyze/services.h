/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_SERVICES_H
#define STEADY_ANALYZE_SERVICES_H

#include "analyze/flakes.h"

/* Fills report->services: one row for each service and probe that was waited for. */
void services_summarise(const struct evidence *evidence, struct flake_report *report);

#endif
