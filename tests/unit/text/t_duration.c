/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/clock.h"
#include "text/duration.h"

#include <string.h>

#define S_US US_PER_S
#define M_US (60 * S_US)
#define H_US (60 * M_US)
#define D_US (24 * H_US)

static void test_durations_are_parsed(void **state)
{
	static const struct {
		const char *text;
		int64_t us;
	} rows[] = {
		{"0", 0},
		{"0s", 0},
		{"90s", 90 * S_US},
		{"10m", 10 * M_US},
		{"1h30m", H_US + 30 * M_US},
		{"1.5s", 1500000},
		{"250ms", 250000},
		{"7d", 7 * D_US},
		{"2w", 14 * D_US},
		{"15us", 15},
		{"1w2d3h4m5s6ms7us", 9 * D_US + 3 * H_US + 4 * M_US + 5 * S_US + 6 * US_PER_MS + 7},
		{"1m0.25s", M_US + 250000},
		{"0.000001s", 1},
		{"0.0000001s", 0},
		{"0.1d", 144 * M_US},
		{"007s", 7 * S_US},
		{"9223372036854775807us", INT64_MAX},
		{"106751991d", INT64_C(106751991) * D_US},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t us = -1;

		if (!duration_parse(rows[i].text, &us) || us != rows[i].us) {
			fail_msg("%s: %lld", rows[i].text, (long long)us);
		}
	}
}

static void test_what_is_no_duration(void **state)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{"", "nothing"},
		{"90", "no unit"},
		{"00", "zero that is not \"0\""},
		{"s", "no number"},
		{"-5s", "negative"},
		{"+5s", "sign"},
		{" 5s", "space in front"},
		{"5 s", "space inside"},
		{"5s ", "space behind"},
		{"5x", "unknown unit"},
		{"5S", "capital"},
		{"5sec", "a longer word"},
		{"5min", "a longer word"},
		{"5mss", "a longer word"},
		{"1h30", "the last unit is missing"},
		{"30m1h", "from small to great"},
		{"1h1h", "a unit twice"},
		{".5s", "nothing before the point"},
		{"5.s", "nothing behind the point"},
		{"1.5.5s", "two points"},
		{"1,5s", "comma"},
		{"1.5h30m", "a point before the last part"},
		{"1.5h0.5m", "two fractions"},
		{"0.1234567890123456789s", "more digits than anyone means"},
		{"1e3s", "exponent"},
		{"9223372036854775808us", "one too many"},
		{"106751992d", "overflow of the product"},
		{"106751991d24h", "overflow of the sum"},
		{"9223372036854.999999s", "overflow by the fraction"},
		{"99999999999999999999999999s", "overflow of the number"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t us = 42;

		if (duration_parse(rows[i].text, &us) || us != 42) {
			fail_msg("\"%s\" (%s): %lld", rows[i].text, rows[i].why, (long long)us);
		}
	}
}

static void test_durations_are_shown(void **state)
{
	static const struct {
		int64_t us;
		const char *text;
	} rows[] = {
		{0, "0 ms"},
		{499, "0 ms"},
		{500, "1 ms"},
		{340 * US_PER_MS, "340 ms"},
		{999499, "999 ms"},
		{999500, "1.0 s"},
		{3400 * US_PER_MS, "3.4 s"},
		{3449999, "3.4 s"},
		{3450000, "3.5 s"},
		{59949999, "59.9 s"},
		{59950000, "1m 00s"},
		{125 * S_US, "2m 05s"},
		{H_US - 500001, "59m 59s"},
		{H_US - 500000, "1h 00m"},
		{64 * M_US, "1h 04m"},
		{D_US - 30 * S_US - 1, "23h 59m"},
		{D_US - 30 * S_US, "1d 0h"},
		{3 * D_US + 4 * H_US, "3d 4h"},
		{3 * D_US + 23 * H_US + 30 * M_US, "4d 0h"},
		{-3400 * US_PER_MS, "-3.4 s"},
		{-1, "0 ms"},
		{INT64_MAX, "106751991d 4h"},
		{INT64_MIN, "-106751991d 4h"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(buf_release) struct buf out = BUF_INIT(100);

		duration_show(&out, rows[i].us);
		if (strcmp(buf_str(&out), rows[i].text) != 0) {
			fail_msg("%lld: \"%s\", not \"%s\"", (long long)rows[i].us, buf_str(&out),
				 rows[i].text);
		}
	}
}

static void test_times_are_parsed(void **state)
{
	static const struct {
		const char *text;
		int64_t us;
	} rows[] = {
		{"1970-01-01", 0},
		{"1970-01-01T00:00:00Z", 0},
		{"2026-11-24T08:00:00Z", INT64_C(1795507200) * S_US},
		{"2026-11-24t08:00:00z", INT64_C(1795507200) * S_US},
		{"2026-11-24 08:00:00Z", INT64_C(1795507200) * S_US},
		{"2026-11-24T09:30:00+01:30", INT64_C(1795507200) * S_US},
		{"2026-11-23T23:59:00-08:01", INT64_C(1795507200) * S_US},
		{"2026-11-24T08:00:00-00:00", INT64_C(1795507200) * S_US},
		{"2026-11-24", INT64_C(1795478400) * S_US},
		{"2026-11-24T08:00:00.5Z", INT64_C(1795507200500000)},
		{"2026-11-24T08:00:00.050Z", INT64_C(1795507200050000)},
		{"2026-11-24T08:00:00.123456789Z", INT64_C(1795507200123456)},
		{"2000-02-29", INT64_C(951782400) * S_US},
		{"2024-02-29", INT64_C(1709164800) * S_US},
		{"2000-03-01", INT64_C(951868800) * S_US},
		{"1969-12-31T23:59:59.999999Z", -1},
		{"1900-03-01", INT64_C(-2203891200) * S_US},
		{"0000-01-01", INT64_C(-62167219200) * S_US},
		{"9999-12-31T23:59:59Z", INT64_C(253402300799) * S_US},
		{"2016-12-31T23:59:60Z", INT64_C(1483228800) * S_US},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t us = 42;

		if (!time_parse(rows[i].text, &us) || us != rows[i].us) {
			fail_msg("%s: %lld", rows[i].text, (long long)us);
		}
	}
}

static void test_what_is_no_time(void **state)
{
	static const char *const rows[] = {
		"",
		"now",
		"2026",
		"2026-11",
		"2026-11-2",
		"2026-11-24T",
		"2026-11-24T08",
		"2026-11-24T08:00",
		"2026-11-24T08:00:00",
		"2026-11-24T08:00:00.Z",
		"2026-11-24T08:00:00,5Z",
		"2026-11-24T08:00:00Zx",
		"2026-11-24T08:00:00 Z",
		"2026-11-24T08:00:00+01",
		"2026-11-24T08:00:00+0100",
		"2026-11-24T08:00:00+24:00",
		"2026-11-24T08:00:00+00:60",
		"2026-11-24T24:00:00Z",
		"2026-11-24T08:60:00Z",
		"2026-11-24T08:00:61Z",
		"2026-11-24x08:00:00Z",
		"2026-00-24",
		"2026-0:-24",
		"2026-13-24",
		"2026-11-00",
		"2026-11-31",
		"2026-02-29",
		"1900-02-29",
		"2026-02-30",
		"2026-11-24 ",
		" 2026-11-24",
		"26-11-24",
		"-2026-11-24",
		"12026-11-24",
		"2026/11/24",
		"20261124",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t us = 42;

		if (time_parse(rows[i], &us) || us != 42) {
			fail_msg("\"%s\": %lld", rows[i], (long long)us);
		}
	}
}

/* Each day of four centuries and more is shown as a text that names the same day. */
static void test_days_come_back(void **state)
{
	CLEANUP(buf_release) struct buf out = BUF_INIT(100);

	(void)state;
	for (int64_t day = -80000; day < 80000; day++) {
		int64_t us = -1;

		buf_clear(&out);
		time_show(&out, day * D_US + 1);
		assert_true(time_parse(buf_str(&out), &us));
		assert_int_equal(us, day * D_US);
	}
}

static void test_times_are_shown(void **state)
{
	static const struct {
		int64_t us;
		const char *text;
	} rows[] = {
		{0, "1970-01-01T00:00:00Z"},
		{-1, "1969-12-31T23:59:59Z"},
		{INT64_C(1795507200999999), "2026-11-24T08:00:00Z"},
		{INT64_C(951827696) * S_US, "2000-02-29T12:34:56Z"},
		{INT64_MAX, "294247-01-10T04:00:54Z"},
		{INT64_MIN, "-290308-12-21T19:59:05Z"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(buf_release) struct buf out = BUF_INIT(100);

		time_show(&out, rows[i].us);
		assert_string_equal(buf_str(&out), rows[i].text);
	}
}

static void test_times_are_shown_from_now(void **state)
{
	static const struct {
		int64_t ago;
		const char *text;
	} rows[] = {
		{0, "just now"},           {M_US - 1, "just now"},
		{1 - M_US, "just now"},    {M_US, "1 m ago"},
		{H_US - 1, "59 m ago"},    {2 * H_US, "2 h ago"},
		{D_US - 1, "23 h ago"},    {3 * D_US + 5 * H_US, "3 d ago"},
		{400 * D_US, "400 d ago"}, {-5 * M_US, "in 5 m"},
		{-2 * D_US, "in 2 d"},
	};
	CLEANUP(buf_release) struct buf out = BUF_INIT(100);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		buf_clear(&out);
		time_show_ago(&out, INT64_C(1795507200000000) - rows[i].ago,
			      INT64_C(1795507200000000));
		assert_string_equal(buf_str(&out), rows[i].text);
	}
	buf_clear(&out);
	time_show_ago(&out, INT64_MIN, INT64_MAX);
	assert_string_equal(buf_str(&out), "213503982 d ago");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_durations_are_parsed),
		cmocka_unit_test(test_what_is_no_duration),
		cmocka_unit_test(test_durations_are_shown),
		cmocka_unit_test(test_times_are_parsed),
		cmocka_unit_test(test_what_is_no_time),
		cmocka_unit_test(test_days_come_back),
		cmocka_unit_test(test_times_are_shown),
		cmocka_unit_test(test_times_are_shown_from_now),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
