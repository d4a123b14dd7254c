/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/numbers.h"

#include "base/map.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

/* The number of that name: the next free one when it is new. */
static size_t number_of(struct map *map, const char *name)
{
	size_t number = map->len;

	if (!map_get(map, name, &number)) {
		map_put(map, name, number);
	}
	return number;
}

void run_numbers_make(const struct evidence *evidence, const struct timeline *timeline,
		      struct run_numbers *out)
{
	CLEANUP(map_release) struct map lanes = {0}, sources = {0}, pulls = {0}, lines = {0};
	size_t count = evidence->runs.len;

	*out = (struct run_numbers){
		.lane = mem_array(count + 1, sizeof(size_t)),
		.source = mem_array(count + 1, sizeof(size_t)),
		.pull_request = mem_array(count + 1, sizeof(size_t)),
		.line = mem_array(count + 1, sizeof(size_t)),
		.on_branch = mem_array(count + 1, sizeof(bool)),
		.timeline = timeline,
	};
	for (size_t i = 0; i < count; i++) {
		const struct run_facts *run = &evidence->runs.items[i];
		const char *job = str_or(run->job, "");

		/* The length keeps "a" + "bc" apart from "ab" + "c". */
		AUTO_FREE char *lane =
			mem_fmt("%zu:%s%s", strlen(job), job, str_or(run->variant, ""));
		AUTO_FREE char *line = mem_fmt(
			"%s%s", str_empty(run->pull_request) ? "b" : "p",
			str_empty(run->pull_request) ? str_or(run->branch, "") : run->pull_request);

		out->lane[i] = number_of(&lanes, lane);
		out->line[i] = number_of(&lines, line);
		out->on_branch[i] = str_empty(run->pull_request);
		out->source[i] =
			run->dirty || !run->source ? NO_INDEX : number_of(&sources, run->source);
		out->pull_request[i] = str_empty(run->pull_request)
					       ? NO_INDEX
					       : number_of(&pulls, run->pull_request);
	}
	out->lanes = lanes.len;
	out->sources = sources.len;
	out->pull_requests = pulls.len;
}

void run_numbers_release(struct run_numbers *numbers)
{
	free(numbers->lane);
	free(numbers->source);
	free(numbers->pull_request);
	free(numbers->line);
	free(numbers->on_branch);
	*numbers = (struct run_numbers){0};
}
