/* SPDX-License-Identifier: Apache-2.0 */
#include "model/source.h"

#include <stdlib.h>

void source_release(struct source *source)
{
	free(source->commit);
	free(source->tree);
	strv_release(&source->parents);
	free(source->branch);
	free(source->pull_request);
	free(source->head);
	free(source->base);
	free(source->base_branch);
	free(source->provider);
	free(source->ci_run);
	free(source->ci_attempt);
	free(source->ci_job);
	*source = (struct source){0};
}
