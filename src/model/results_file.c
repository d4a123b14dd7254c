/* SPDX-License-Identifier: Apache-2.0 */
#include "model/results_file.h"

#include "base/mem.h"

#include <stdlib.h>

const char *file_state_name(enum file_state state)
{
	static const char *const names[] = {
		[FILE_OK] = "ok",
		[FILE_REPAIRED] = "repaired",
		[FILE_INCOMPLETE] = "incomplete",
		[FILE_REFUSED] = "refused",
	};

	return names[state];
}

void results_file_copy_facts(struct results_file *out, const struct results_file *from)
{
	*out = *from;
	out->path = NULL;
	out->producer = mem_str(from->producer);
	out->error = mem_str(from->error);
	out->first_suite_error = mem_str(from->first_suite_error);
	out->warnings = (struct strv){0};
	out->names = (struct arena){0};
	out->results = (struct result_list){0};
}

void results_file_release(struct results_file *file)
{
	free(file->path);
	free(file->producer);
	free(file->error);
	free(file->first_suite_error);
	strv_release(&file->warnings);
	result_list_release(&file->results);
	arena_release(&file->names);
	*file = (struct results_file){0};
}
