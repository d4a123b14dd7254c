/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_SHOW_H
#define STEADY_REPORT_SHOW_H

#include "report/report.h"

/* All that is known about one test, for a terminal: the only one of the evidence. */
void show_text(const struct report_input *input, struct buf *out);

#endif
