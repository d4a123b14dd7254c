/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_AUTOPSY_FINDINGS_H
#define STEADY_AUTOPSY_FINDINGS_H

#include "autopsy/autopsy.h"
#include "autopsy/circles.h"

/* From facts to sentences: deadlocks, then what each process waits for, the most telling first; what
 * threads of one program do alike is one finding. Pure. */
void findings_make(const struct facts *facts, struct finding_list *out);

/* What was not seen and why. Pure. */
void caveats_make(const struct facts *facts, struct strv *out);

#endif
