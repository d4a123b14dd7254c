/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_SERVICES_H
#define STEADY_ANALYZE_SERVICES_H

#include "analyze/flakes.h"

/* Fewer successful waits suggest no limit. */
#define SERVICES_SUGGEST_LEAST 20

/* Fills report->services: one row for each service and probe that was waited for in the window. */
void services_summarise(const struct evidence *evidence, struct flake_report *report);

/* What the 95th percentile leaves of the limit, as a share of it; false where one is not there. */
bool service_margin(const struct service_summary *service, double *out);

#endif
