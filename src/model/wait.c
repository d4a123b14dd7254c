/* SPDX-License-Identifier: Apache-2.0 */
#include "model/wait.h"

#include <stdlib.h>

const char *wait_stage_name(enum wait_stage stage)
{
	static const char *const names[] = {
		[STAGE_RESOLVE] = "resolve",   [STAGE_LISTEN] = "listen",
		[STAGE_CONNECT] = "connect",   [STAGE_SETTLE] = "settle",
		[STAGE_PROTOCOL] = "protocol", [STAGE_APPLICATION] = "application",
	};

	return names[stage];
}

void wait_init(struct wait *wait)
{
	*wait = (struct wait){.attempt = 1, .last_seen_us = STAGE_NEVER};
	for (size_t i = 0; i < STAGE_COUNT; i++) {
		wait->passed_us[i] = STAGE_NEVER;
	}
}

void wait_release(struct wait *wait)
{
	free(wait->target);
	free(wait->service);
	free(wait->probe);
	free(wait->stage);
	free(wait->owner);
	free(wait->address);
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
