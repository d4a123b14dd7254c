/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "text/size.h"

#include <string.h>

static void sizes_are_parsed(void **state)
{
	static const struct {
		const char *text;
		int64_t bytes;
	} rows[] = {
		{"0", 0},
		{"0B", 0},
		{"100B", 100},
		{"1kB", 1000},
		{"500MB", 500000000},
		{"500mb", 500000000},
		{"2GB", INT64_C(2000000000)},
		{"1.5GB", 1500000000},
		{"1TB", INT64_C(1000000000000)},
		{"64KiB", 65536},
		{"64kib", 65536},
		{"1MiB", 1048576},
		{"0.5GiB", 536870912},
		{"1TiB", INT64_C(1) << 40},
		{"0.0001kB", 0},
		{"9223372036854775807B", INT64_MAX},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t bytes = -1;

		if (!size_parse(rows[i].text, &bytes) || bytes != rows[i].bytes) {
			fail_msg("%s: %lld", rows[i].text, (long long)bytes);
		}
	}
}

static void what_is_no_size(void **state)
{
	static const char *const rows[] = {
		"",
		"500",                  /* no unit */
		"00",                   /* a zero that is not "0" */
		"MB",                   /* no number */
		"-5MB",                 /* signs */
		"+5MB",                 /* */
		" 5MB",                 /* spaces */
		"5 MB",                 /* */
		"5MB ",                 /* */
		"5M",                   /* thousands or 1024s? */
		"5XB",                  /* no such unit */
		"5MBs",                 /* */
		"5.MB",                 /* a point with nothing behind it */
		".5MB",                 /* or in front of it */
		"1.2.3MB",              /* */
		"1.0000000001MB",       /* more digits than anyone means */
		"9223372036854775808B", /* too great */
		"9223372036854775807kB",
		"10000000TB",
		"1e3B",
		"0x10B",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t bytes = 77;

		if (size_parse(rows[i], &bytes) || bytes != 77) {
			fail_msg("%s is none", rows[i]);
		}
	}
}

static void sizes_are_shown(void **state)
{
	static const struct {
		int64_t bytes;
		const char *text;
	} rows[] = {
		{0, "0 B"},
		{1, "1 B"},
		{999, "999 B"},
		{1000, "1.0 kB"},
		{1049, "1.0 kB"},
		{1050, "1.1 kB"},
		{9949, "9.9 kB"},
		{9950, "10 kB"},
		{12345, "12 kB"},
		{999499, "999 kB"},
		{999500, "1.0 MB"},
		{302000000, "302 MB"},
		{INT64_C(1234567890), "1.2 GB"},
		{INT64_C(5000000000000), "5.0 TB"},
		{INT64_C(5000000000000000), "5000 TB"},
		{INT64_MAX, "9223372 TB"},
		{-1500, "-1.5 kB"},
		{INT64_MIN, "-9223372 TB"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(buf_release) struct buf out = BUF_INIT(100);

		size_show(&out, rows[i].bytes);
		assert_string_equal(buf_str(&out), rows[i].text);
	}
}

static void counts_are_shown(void **state)
{
	static const struct {
		int64_t count;
		const char *text;
	} rows[] = {
		{0, "0 runs"},
		{1, "1 run"},
		{999, "999 runs"},
		{1000, "1,000 runs"},
		{-1234567, "-1,234,567 runs"},
		{360000000, "360,000,000 runs"},
		{INT64_MIN, "-9,223,372,036,854,775,808 runs"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(buf_release) struct buf out = BUF_INIT(100);

		count_show_of(&out, rows[i].count, "run", "runs");
		assert_string_equal(buf_str(&out), rows[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_are_parsed),
		cmocka_unit_test(what_is_no_size),
		cmocka_unit_test(sizes_are_shown),
		cmocka_unit_test(counts_are_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
