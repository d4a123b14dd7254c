/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/services.h"

#include "base/clock.h"
#include "base/mem.h"
#include "os/file.h"
#include "os/signals.h"
#include "ready/words.h"

#include <string.h>

#define HURRY_US (1 * US_PER_S)

void service_plan_list_release(struct service_plan_list *list)
{
	VEC_EACH (struct service_plan, plan, list) {
		strv_release(&plan->command);
		strv_release(&plan->shown);
		strv_release(&plan->secrets);
	}
	VEC_FREE(list);
}

/* A command line is split like a target; a list of words is taken as it is. */
static int read_command(const struct service_text *text, struct service_plan *plan, struct err *err)
{
	CLEANUP(word_list_release) struct word_list words = {0};

	if (text->start.len != 1) {
		VEC_EACH (char *const, word, &text->start) {
			strv_add(&plan->command, *word);
			strv_give(&plan->shown, target_mask(*word));
		}
		return 0;
	}
	if (words_split(text->start.items[0], &words, err) < 0) {
		return -1;
	}
	VEC_EACH (const struct word, word, &words) {
		strv_add(&plan->command, word->value);
		strv_give(&plan->shown,
			  target_mask(strstr(word->given, "${") ? word->given : word->value));
	}
	strv_add_all(&plan->secrets, &words.variables);
	return 0;
}

static int read_service(const struct service_text *text, struct service_plan *plan,
			struct target_list *targets, struct err *err)
{
	plan->name = text->name;
	plan->first = targets->len;
	if (read_command(text, plan, err) < 0) {
		return -1;
	}
	VEC_EACH (char *const, wait, &text->waits) {
		struct target *target = NULL;

		if (target_parse(*wait, &target, err) < 0) {
			return -1;
		}
		*VEC_PUSH(targets) = target;
		plan->count++;
	}
	return 0;
}

int services_read(const struct service_text_list *texts, struct service_plan_list *out,
		  struct target_list *targets, struct err *err)
{
	VEC_EACH (const struct service_text, text, texts) {
		struct service_plan *plan = VEC_PUSH(out);

		plan->file = texts->file;
		if (read_service(text, plan, targets, err) < 0) {
			return err_wrap(err, "%s: line %u: services.%s", texts->file, text->line,
					text->name);
		}
	}
	return 0;
}

int services_start(const struct service_plan_list *plans, const struct target_list *targets,
		   struct service_list *out, struct err *err)
{
	VEC_EACH (const struct service_plan, plan, plans) {
		AUTO_FREE char *folder = path_dir(plan->file);
		struct service *service = NULL;

		if (plan->command.len == 0) {
			continue;
		}
		for (size_t i = 0; i < plan->count; i++) {
			target_before_start(targets->items[plan->first + i]);
		}
		if (service_start(&(struct service_spec){.name = plan->name,
							 .command = &plan->command,
							 .shown = &plan->shown,
							 .secrets = &plan->secrets,
							 .folder = folder},
				  &service, err) < 0) {
			return -1;
		}
		*VEC_PUSH(out) = service;
		for (size_t i = 0; i < plan->count; i++) {
			target_serve(targets->items[plan->first + i], service);
		}
	}
	return 0;
}

void services_stop(struct service_list *list, int64_t grace_us, struct run *run)
{
	/* who cancels has waited for the command already */
	bool hurry = signals_stopped_by() && grace_us > HURRY_US;
	int64_t until_us = clock_mono_us() + (hurry ? HURRY_US : grace_us);

	VEC_EACH (struct service *, service, list) {
		service_stop(*service);
	}
	VEC_EACH (struct service *, service, list) {
		service_end(*service, until_us, VEC_PUSH(&run->services));
	}
	VEC_FREE(list);
}
