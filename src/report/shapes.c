/* SPDX-License-Identifier: Apache-2.0 */
#include "report/shapes.h"

#include "base/clock.h"
#include "report/words.h"
#include "text/duration.h"

struct json *shape_time(int64_t us)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(64);

	time_show(&text, us);
	return json_new_str(buf_str(&text));
}

struct json *shape_day(int64_t day)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(64);

	words_date(&text, day * US_PER_DAY);
	return json_new_str(buf_str(&text));
}

struct json *shape_test(const struct test_name *name, const char *id)
{
	CLEANUP(buf_release) struct buf shown = BUF_INIT(BUF_OWN_MAX);
	struct json *out = json_new_object();

	test_name_show(name, &shown);
	json_put_str(out, "id", id);
	json_put_str(out, "suite", name->suite);
	json_put_str(out, "class", name->class_name);
	json_put_str(out, "name", name->name);
	json_put_str(out, "file", name->file);
	json_put_int(out, "copy", name->copy);
	json_put_str(out, "shown", buf_str(&shown));
	return out;
}

struct json *shape_rate(const struct rate *rate)
{
	struct json *out = json_new_object();

	json_put_real(out, "mean", rate->mean);
	json_put_real(out, "low", rate->low);
	json_put_real(out, "high", rate->high);
	return out;
}
