/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/mem.h"
#include "junit/time.h"

struct row {
	const char *text;
	int64_t us;
	const char *comment;
};

static const struct row rows[] = {
	{"0", 0, "zero is known"},
	{"0.000", 0, "pytest"},
	{"1.25", 1250000, "plain"},
	{"12", 12000000, "whole seconds"},
	{"0.0144729", 14473, "seven decimals, rounded"},
	{"0.0000004", 0, "below half a microsecond"},
	{"0.0000005", 1, "half a microsecond"},
	{"0.9999999", 1000000, "rounds up through all digits"},
	{".5", 500000, "no digit in front"},
	{"4.", 4000000, "no digit behind"},
	{"+2", -1, "a plus sign"},
	{"2.467500007696799e-05", 25, "exponent of Ruby and Go"},
	{"1E3", 1000000000, "capital exponent"},
	{"1e+1", 10000000, "signed exponent"},
	{"1e-400", 0, "far below"},
	{"1,234.56", 1234560000, "grouped"},
	{"1,234,567", INT64_C(1234567000000), "grouped twice"},
	{"0.10000000000000000555", 100000, "more digits than count"},
	{"00000000000000000000001", 1000000, "leading zeros"},
	{" 1.5\n", 1500000, "blanks around"},
	{"3155760000", INT64_C(3155760000000000), "a century"},
	{"3155760001", -1, "more than a century"},
	{"1e300", -1, "far above"},
	{"1e99999999999999999999", -1, "an exponent that overflows"},
	{"99999999999999999999999999", -1, "digits that overflow"},
	{NULL, -1, "no attribute"},
	{"", -1, "empty"},
	{" ", -1, "blank"},
	{".", -1, "no digit"},
	{"e5", -1, "only an exponent"},
	{"1e", -1, "exponent without digits"},
	{"1e+", -1, "exponent without digits"},
	{"-1", -1, "negative"},
	{"-0.5", -1, "negative"},
	{"NaN", -1, "not a number"},
	{"inf", -1, "infinite"},
	{"brrrr", -1, "a word"},
	{"1.5s", 1500000, "a unit"},
	{"250 ms", 250000, "milliseconds"},
	{"12ms", 12000, "milliseconds, no blank"},
	{"PT1.5S", 1500000, "ISO 8601"},
	{"PT1H2M3S", INT64_C(3723000000), "ISO 8601 with hours"},
	{"PT", -1, "ISO 8601 without a part"},
	{"PT5", -1, "ISO 8601 without a unit"},
	{"1:02:03.5", INT64_C(3723500000), "a clock"},
	{"02:03", 123000000, "minutes and seconds"},
	{"1::2", -1, "an empty part"},
	{"s", -1, "only a unit"},
	{"0x10", -1, "hexadecimal"},
	{"0,160", 160000, "a comma behind zero is decimal"},
	{"1,23", 1230000, "two digits are no group"},
	{"1234,567", 1234567000, "four digits are no group"},
	{"1,234", 1234000000, "three digits are one"},
	{",123", 123000, "nothing before the comma"},
	{"1,234,", -1, "an empty group"},
	{"1,2,3", -1, "groups of one"},
	{"1.2.3", -1, "two points"},
	{"1.234,5", INT64_C(1234500000), "point and comma the other way round"},
	{"14,029.255", INT64_C(14029255000), "grouped, three decimals"},
	{"1 2", -1, "a blank inside"},
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t us = junit_time_parse(rows[i].text);

		if (us != rows[i].us) {
			fail_msg("\"%s\" (%s): %lld, not %lld", rows[i].text, rows[i].comment,
				 (long long)us, (long long)rows[i].us);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
