/* SPDX-License-Identifier: Apache-2.0 */
#include "events.h"

#include <string.h>

/* Outcomes that are said in other words than everybody's. */

#define TEST(attrs, inside) \
	"<testsuite><testcase name='a'" attrs ">" inside \
	"</testcase><testcase name='b'/></testsuite>"
#define NEXT      "b: passed\nok"
#define IGNORED   "an element in a test that is not known was ignored: "
#define IN_SUITE  "an element in a suite that is not known was ignored: "
#define IN_OUTPUT "an element inside of output does not count: "
#define STATUS    "a status that is not known was taken for passed: "

static const struct row {
	const char *text;
	const char *events;
} rows[] = {
	/* elements in other letters, and other words directly in a test */
	{TEST("", "<Failure message='m'>t</Failure>"), "a: failed failure=m/t\n" NEXT},
	{TEST("", "<ERROR/>"), "a: error error=\n" NEXT},
	{TEST("", "<Skipped/>"), "a: skipped skipped=\n" NEXT},
	{TEST("", "<flakyfailure/>"), "a: passed (1 tries) flakyFailure=\n" NEXT},
	{TEST("", "<failed>why</failed>"), "a: failed failure=/why\n" NEXT},
	{TEST("", "<x:fail xmlns:x='urn:x'/>"), "a: failed failure=\n" NEXT},
	{TEST("", "<Skip/>"), "a: skipped skipped=\n" NEXT},
	{TEST("", "<failure/><system.out>o</system.out>"), "a: failed failure= out=o\n" NEXT},
	{"<testsuite><TestCase name='a'><error/></TestCase><TestSuite><testCase name='b'/>"
	 "</TestSuite></testsuite>",
	 "a: error error=\n" NEXT},
	{"<TestSuites><TestSuite><TestCase "
	 "name='a'><Failure/></TestCase></TestSuite></TestSuites>\n"
	 "<TESTCASE name='b'/>",
	 "a: failed failure=\nb: passed\n2:1 a further root element\nrepaired"},
	{"<testsuite><Error message='no server'/><testcase name='b'/></testsuite>",
	 "suite [-] error=no server\n" NEXT},
	/* numbers that others keep in elements of such names */
	{TEST("", "<stats><failed>0</failed></stats>"), "1:38 " IGNORED "failed\na: passed\n" NEXT},
	{"<testsuite><stats><failed>0</failed><skip>1</skip></stats><testcase "
	 "name='b'/></testsuite>",
	 NEXT},
	/* what may be a failure */
	{TEST("", "<assertionFailed/><timeout/>"),
	 "1:31 " IGNORED "assertionFailed\na: passed\n" NEXT},
	{TEST("", "<system-out><failure/></system-out>"),
	 "1:43 " IN_OUTPUT "failure\na: passed\n" NEXT},
	{TEST("", "<system-err><p><error/></p></system-err>"),
	 "1:46 " IN_OUTPUT "error\na: passed\n" NEXT},
	{TEST("", "<skipped><failure/></skipped>"),
	 "1:40 " IN_OUTPUT "failure\na: skipped skipped=\n" NEXT},
	{TEST("", "<failure><error/><testcase name='c'/></failure>"),
	 "1:48 " IN_OUTPUT "testcase\na: failed failure=\n" NEXT},
	{"<testsuite><system-out><testcase name='a'/></system-out><testcase name='b'/></testsuite>",
	 "1:24 " IN_OUTPUT "testcase\n" NEXT},
	{"<testsuite><initializationError>x</initializationError><testcase name='b'/></testsuite>",
	 "1:12 " IN_SUITE "initializationError\n" NEXT},
	{"<testsuite><failed/><testcase name='b'/><TestFailure/></testsuite>",
	 "1:12 " IN_SUITE "failed\n" NEXT},
	/* nobody hides one among properties */
	{TEST("", "<properties><property name='p'/><failure message='m'/></properties>"),
	 "a: failed failure=m\n" NEXT},
	{TEST("", "<properties><property name='p'><error/></property></properties>"),
	 "a: error error=\n" NEXT},
	{"<testsuite><properties><error message='m'/><testcase name='b'/></properties></testsuite>",
	 "suite [-] error=m\n" NEXT},
	/* attributes */
	{TEST(" success='false'", ""), "a: failed\n" NEXT},
	{TEST(" success='True' passed='1' failed='0' error='' failure='none'", ""),
	 "a: passed\n" NEXT},
	{TEST(" passed='no'", ""), "a: failed\n" NEXT},
	{TEST(" failed='true'", ""), "a: failed\n" NEXT},
	{TEST(" failure='expected 3 but was 4, in a long sentence'", ""), "a: failed\n" NEXT},
	{TEST(" failures='1' errors='0'", ""), "a: failed\n" NEXT},
	{TEST(" errors='2' failures='1'", ""), "a: error\n" NEXT},
	{TEST(" skipped='1'", ""), "a: skipped\n" NEXT},
	{TEST(" failed='true'", "<skipped/>"), "a: skipped skipped=\n" NEXT},
	{TEST(" outcome='Failed'", ""), "a: failed\n" NEXT},
	{TEST(" status='timed_out'", ""), "a: error\n" NEXT},
	{TEST(" status='Not Run'", ""), "a: skipped\n" NEXT},
	{TEST(" result='broken'", ""), "a: error\n" NEXT},
	{TEST(" status='PASSED' result='flaky'", ""), "a: passed\n" NEXT},
	{TEST(" status='purple'", ""), "1:47 " STATUS "purple\na: passed\n" NEXT},
	/* in other letters, by other names, with references */
	{TEST(" Status='failed'", ""), "a: failed\n" NEXT},
	{TEST(" RESULT='FAIL'", ""), "a: failed\n" NEXT},
	{TEST(" state='error'", ""), "a: error\n" NEXT},
	{TEST(" verdict='fail' Errors='0'", ""), "a: failed\n" NEXT},
	{TEST(" Success='false'", ""), "a: failed\n" NEXT},
	{TEST(" State='passed' id='failed' Failed=''", ""), "a: passed\n" NEXT},
	{TEST(" verdict='purple'", ""), "1:48 " STATUS "purple\na: passed\n" NEXT},
	{TEST(" status='&#102;ailed\n'", ""), "a: failed\n" NEXT},
	{TEST(" success='fals&#x65;'", ""), "a: failed\n" NEXT},
	{TEST(" status='&#228;'", ""), "1:47 " STATUS "ä\na: passed\n" NEXT},
	{TEST(" success='failed'", ""), "a: failed\n" NEXT},
	{TEST(" success='off'", ""), "a: failed\n" NEXT},
	{TEST(" passed='fail'", ""), "a: failed\n" NEXT},
	{TEST(" failed='off' passed='passed'", ""), "a: passed\n" NEXT},
	/* beside elements */
	{TEST(" status='failed'", "<flakyFailure/>"), "a: failed flakyFailure=\n" NEXT},
	{TEST(" status='flaky'", "<flakyError/>"), "a: passed (1 tries) flakyError=\n" NEXT},
	{TEST(" status='notrun'", "<failure/>"), "a: failed failure=\n" NEXT},
	{TEST(" status='disabled'", "<failure/>"), "a: skipped failure=\n" NEXT},
	{TEST(" status='notrun' result='suppressed'", "<failure/>"), "a: skipped failure=\n" NEXT},
	{TEST(" status='purple'", "<failure/>"), "a: failed failure=\n" NEXT},
	{TEST(" status='a very long word that nobody knows'", ""),
	 "1:75 " STATUS "a very long word that nobody knows\na: passed\n" NEXT},
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(buf_release) struct buf found = BUF_INIT(BUF_OWN_MAX);

		show_report(rows[i].text, strlen(rows[i].text), 0, &found);
		if (!str_eq(buf_str(&found), rows[i].events)) {
			fail_msg("%s\nexpected %s\nfound    %s", rows[i].text, rows[i].events,
				 buf_str(&found));
		}
	}
}

/* Of many the first is told. */
static void test_once(void **state)
{
	static const char text[] = "<testsuite><testcase name='a' status='x'/>\n"
				   "<testcase name='b' status='y'/></testsuite>";
	CLEANUP(buf_release) struct buf found = BUF_INIT(BUF_OWN_MAX);

	(void)state;
	show_report(text, strlen(text), 0, &found);
	assert_string_equal(buf_str(&found), "1:12 " STATUS "x\na: passed\nb: passed\nok");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
