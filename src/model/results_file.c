/* SPDX-License-Identifier: Apache-2.0 */
#include "model/results_file.h"

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
