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

static int compare_keys(const size_t (*keys)[2], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (keys[i][0] != keys[i][1]) {
			return keys[i][0] < keys[i][1] ? -1 : 1;
		}
	}
	return 0;
}

static int compare_order(const void *a, const void *b, void *payload)
{
	const struct run_numbers *numbers = payload;
	size_t left = *(const size_t *)a, right = *(const size_t *)b;
	const size_t *position = numbers->timeline->position;
	const size_t keys[][2] = {
		{numbers->lane[left], numbers->lane[right]},
		{position[left], position[right]},
		{left, right},
	};

	return compare_keys(keys, ARRAY_LEN(keys));
}

static int compare_by_line(const void *a, const void *b, void *payload)
{
	const struct run_numbers *numbers = payload;
	size_t left = *(const size_t *)a, right = *(const size_t *)b;
	const size_t keys[][2] = {
		{numbers->lane[left], numbers->lane[right]},
		{numbers->line[left], numbers->line[right]},
	};
	int order = compare_keys(keys, ARRAY_LEN(keys));

	return order ? order : compare_order(a, b, payload);
}

static void keep_evidence(const struct evidence *evidence, struct run_numbers *numbers)
{
	for (size_t i = 0; i < evidence->runs.len; i++) {
		size_t run = numbers->order[i];

		if (run_is_evidence(evidence->runs.items[run].outcome)) {
			numbers->order[numbers->order_len++] = run;
		}
	}
}

static size_t *sort_runs(struct run_numbers *numbers, size_t count,
			 int (*compare)(const void *, const void *, void *))
{
	size_t *order = mem_array(count + 1, sizeof(*order));

	for (size_t i = 0; i < count; i++) {
		order[i] = i;
	}
	qsort_r(order, count, sizeof(*order), compare, numbers);
	return order;
}

/* Of the runs in `by_line` from `first` to in front of `end`, which are of one lane and line. */
static void count_others(const struct evidence *evidence, const struct run_numbers *numbers,
			 size_t first, size_t end)
{
	const size_t *position = numbers->timeline->position;
	size_t before = 0, all = 0;

	for (size_t i = first, next = first; i < end; i = next) {
		size_t here = 0;

		for (; next < end &&
		       position[numbers->by_line[next]] == position[numbers->by_line[i]];
		     next++) {
			const struct run_facts *run = &evidence->runs.items[numbers->by_line[next]];

			here += run->tests > 0 && run_is_evidence(run->outcome);
		}
		all += here;
		for (size_t k = i; k < next; k++) {
			numbers->ahead[numbers->by_line[k]] = before;
			numbers->behind[numbers->by_line[k]] = all; /* so far */
		}
		before = all;
	}
	for (size_t i = first; i < end; i++) {
		size_t run = numbers->by_line[i];

		numbers->behind[run] = all - numbers->behind[run];
	}
}

static void count_all_others(const struct evidence *evidence, struct run_numbers *numbers)
{
	size_t count = evidence->runs.len, first = 0;

	for (size_t i = 1; i <= count; i++) {
		size_t run = i < count ? numbers->by_line[i] : 0;
		size_t other = numbers->by_line[first];

		if (i == count || numbers->lane[run] != numbers->lane[other] ||
		    numbers->line[run] != numbers->line[other]) {
			count_others(evidence, numbers, first, i);
			first = i;
		}
	}
}

void run_numbers_make(const struct evidence *evidence, const struct timeline *timeline,
		      struct run_numbers *out)
{
	CLEANUP(map_release)
	struct map lanes = {0}, sources = {0}, pulls = {0}, lines = {0}, branches = {0};
	size_t count = evidence->runs.len;

	*out = (struct run_numbers){
		.lane = mem_array(count + 1, sizeof(size_t)),
		.source = mem_array(count + 1, sizeof(size_t)),
		.pull_request = mem_array(count + 1, sizeof(size_t)),
		.line = mem_array(count + 1, sizeof(size_t)),
		.on_branch = mem_array(count + 1, sizeof(bool)),
		.dirty = mem_array(count + 1, sizeof(bool)),
		.branch = mem_array(count + 1, sizeof(size_t)),
		.ahead = mem_array(count + 1, sizeof(size_t)),
		.behind = mem_array(count + 1, sizeof(size_t)),
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
		out->dirty[i] = run->dirty;
		out->on_branch[i] = str_empty(run->pull_request);
		out->branch[i] = run->branch ? number_of(&branches, run->branch) : NO_INDEX;
		out->source[i] =
			run->dirty || !run->source ? NO_INDEX : number_of(&sources, run->source);
		out->pull_request[i] = str_empty(run->pull_request)
					       ? NO_INDEX
					       : number_of(&pulls, run->pull_request);
	}
	out->lanes = lanes.len;
	out->sources = sources.len;
	out->pull_requests = pulls.len;
	out->lines = lines.len;
	out->order = sort_runs(out, count, compare_order);
	out->by_line = sort_runs(out, count, compare_by_line);
	keep_evidence(evidence, out);
	count_all_others(evidence, out);
}

void run_numbers_release(struct run_numbers *numbers)
{
	free(numbers->lane);
	free(numbers->source);
	free(numbers->pull_request);
	free(numbers->line);
	free(numbers->on_branch);
	free(numbers->dirty);
	free(numbers->branch);
	free(numbers->order);
	free(numbers->by_line);
	free(numbers->ahead);
	free(numbers->behind);
	*numbers = (struct run_numbers){0};
}
