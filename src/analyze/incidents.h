/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_INCIDENTS_H
#define STEADY_ANALYZE_INCIDENTS_H

#include "analyze/flakes.h"

/* Fills report->incidents: one for each service that went down in a run and took tests with it. */
void incidents_collect(const struct evidence *evidence, struct flake_report *report);

#endif
