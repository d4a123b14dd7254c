/* SPDX-License-Identifier: Apache-2.0 */
#include "model/wait.h"

#include <stdlib.h>

void wait_release(struct wait *wait)
{
	free(wait->target);
	free(wait->service);
	free(wait->probe);
	free(wait->stage);
	free(wait->error);
	*wait = (struct wait){0};
}

void wait_list_release(struct wait_list *list)
{
	for (size_t i = 0; i < list->len; i++) {
		wait_release(&list->items[i]);
	}
	VEC_FREE(list);
}
