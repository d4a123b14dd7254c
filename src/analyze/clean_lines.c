/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/clean_lines.h"

#include <math.h>

/* A line of that shape, as the forward algorithm takes it: but for what is counted with the whole record. Behind a pass
 * it does not matter how it began. */
static void weigh_shape(const struct kinds *kinds, struct clean_shape *shape)
{
	size_t runs = shape->last_runs > 0 ? shape->last_runs : shape->first_runs;

	for (int i = 0; i < EXPLANATIONS; i++) {
		double change = kinds->broken_pass - kinds->log_pass[i];
		double ratio =
			shape->last_runs > 0 ? kinds->breaks[i] / kinds->stay[i] : kinds->start[i];

		shape->weight[i] =
			log1p(ratio * exp((double)runs * change)) - log1p(kinds->start[i]);
	}
}

static size_t clean_shape_number(const struct kinds *kinds, struct clean_lines *lines,
				 size_t first_runs, size_t last_runs)
{
	struct clean_shape *added = NULL;

	VEC_EACH (const struct clean_shape, known, &lines->shapes) {
		if (known->first_runs == first_runs && known->last_runs == last_runs) {
			return (size_t)(known - lines->shapes.items);
		}
	}
	added = VEC_PUSH(&lines->shapes);
	added->first_runs = first_runs;
	added->last_runs = last_runs;
	weigh_shape(kinds, added);
	return lines->shapes.len - 1;
}

void clean_lines_make(const struct kinds *kinds, const struct spot *spots, size_t count,
		      struct clean_lines *out)
{
	for (size_t i = 0, end = 0; i < count; i = end) {
		struct clean_line line = {.first = i};

		for (end = i; end < count && spots[end].line == spots[i].line; end++) {
			line.runs += spots[end].runs;
		}
		line.end = end;
		line.shape = clean_shape_number(kinds, out, spots[i].runs,
						end - i > 1 ? spots[end - 1].runs : 0);
		*VEC_PUSH(&out->lines) = line;
		out->all.passed += line.runs;
		out->all.spots += end - i - 1;
		for (int k = 0; k < EXPLANATIONS; k++) {
			out->all.weight[k] += out->shapes.items[line.shape].weight[k];
		}
	}
}

void clean_lines_release(struct clean_lines *lines)
{
	VEC_FREE(&lines->lines);
	VEC_FREE(&lines->shapes);
}

void clean_rest_drop(const struct clean_lines *lines, size_t line, struct clean_rest *rest)
{
	const struct clean_line *dropped = &lines->lines.items[line];

	rest->passed -= dropped->runs;
	rest->spots -= dropped->end - dropped->first - 1;
	for (int k = 0; k < EXPLANATIONS; k++) {
		rest->weight[k] -= lines->shapes.items[dropped->shape].weight[k];
	}
}
