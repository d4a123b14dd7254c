/* SPDX-License-Identifier: Apache-2.0 */
#include "report/days_json.h"

#include "analyze/days.h"
#include "report/shapes.h"

static struct json *day_object(const struct day_row *row)
{
	struct json *out = json_new_object();

	json_put(out, "day", shape_day(row->day));
	json_put_int(out, "runs", (int64_t)row->runs);
	for (enum run_fate fate = 0; fate < FATE_COUNT; fate++) {
		json_put_int(out, run_fate_name(fate), (int64_t)row->fates[fate]);
	}
	return out;
}

struct json *days_json(const struct report_input *input, size_t most, bool gaps)
{
	struct day_rows rows = {0};
	struct json *out = json_new_array();

	days_count(input->evidence, input->flakes, most, &rows);
	VEC_EACH (const struct day_row, row, &rows) {
		if (gaps || row->runs + row->fates[FATE_NONE] > 0) {
			json_add(out, day_object(row));
		}
	}
	VEC_FREE(&rows);
	return out;
}
