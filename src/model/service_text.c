/* SPDX-License-Identifier: Apache-2.0 */
#include "model/service_text.h"

#include <stdlib.h>

void service_text_list_release(struct service_text_list *list)
{
	VEC_EACH (struct service_text, service, list) {
		free(service->name);
		strv_release(&service->start);
		strv_release(&service->waits);
	}
	VEC_FREE(list);
	cleanup_free(&list->file);
}
