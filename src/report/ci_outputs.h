/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_CI_OUTPUTS_H
#define STEADY_REPORT_CI_OUTPUTS_H

#include "base/buf.h"
#include "model/run.h"

/*
 * What later steps of a CI's job are told of a run, in the form of GitHub's $GITHUB_OUTPUT: values between two lines
 * that nothing inside can repeat. `summary` and `segment`: paths of what was written; NULL none.
 */
void ci_outputs(const struct run *run, const char *summary, const char *segment, struct buf *out);

#endif
