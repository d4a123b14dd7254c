/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/mem.h"
#include "base/str.h"
#include "failure/mask.h"
#include "failure/signature.h"

#include <string.h>

/* What a failure said, as constants. */
struct said {
	const char *type, *message, *text;
};

static struct failure *make_failure(const struct said *said)
{
	struct failure *failure = mem_alloc(sizeof(*failure));

	failure->type = mem_str(said->type);
	failure->message = mem_str(said->message);
	failure->text = mem_str(said->text);
	return failure;
}

static void cleanup_failure(struct failure **slot)
{
	failure_free(*slot);
}

#define AUTO_FAILURE CLEANUP(cleanup_failure)

/* Lines and what is left of them. */
struct mask_row {
	const char *line;
	const char *masked;
};

static const struct mask_row mask_rows[] = {
	/* plain numbers */
	{"assert 3 == 4", "assert <n> == <n>"},
	{"took 1.5 of 2e-05 and -7", "took <n> of <n> and -<n>"},
	{"user42 has 17 items in v1.2.3", "user<n> has <n> items in v<n>"},
	/* addresses, ids, hashes */
	{"<Cart object at 0x7fd816ffe950>", "<Cart object at <hex>>"},
	{"shop.Cart@1b2c3d4e is closed", "shop.Cart@<hex> is closed"},
	{"order 3F2504E0-4f89-41d3-9a0c-0305e82c3301 lost", "order <uuid> lost"},
	{"at commit 5f3c9d1e0b7a", "at commit <hash>"},
	{"digest 9B74C9897BAC770FFC029102A200C5DE", "digest <hash>"},
	{"facade decade abcdefabcdef", "facade decade abcdefabcdef"},
	/* times and durations */
	{"2026-11-24T08:00:00.123Z late", "<time> late"},
	{"at 2026-11-24 08:00:00,123 +0100 x", "at <time> x"},
	{"since 2026-11-24 only", "since <date> only"},
	{"2026/11/24 08:00:00 dial failed", "<time> dial failed"},
	{"expires Tue, 24 Nov 2026 08:00:00 GMT.", "expires <time>."},
	{"Nov  4 08:00:00 host died", "<time> host died"},
	{"at 8:00:00.5 exactly", "at <time> exactly"},
	{"Timeout of 30000 ms exceeded", "Timeout of <duration> exceeded"},
	{"waited 1.23s, then 15 µs, then 1m 30s.",
	 "waited <duration>, then <duration>, then <duration>."},
	{"5 seconds or 2 hours or 1minute", "<duration> or <duration> or <duration>"},
	{"3 shops, 2 messages", "<n> shops, <n> messages"},
	/* folders that are new each time */
	{"open '/tmp/pytest-of-me/pytest-12/test_x0/out.txt'", "open '<tmp>/test_x<n>/out.txt'"},
	{"open(\"/var/tmp/ci/pytest-of-root/pytest-current/a\")", "open(\"<tmp>/a\")"},
	{"no /tmp/junit8123/db.sqlite: gone", "no <tmp>/db.sqlite: gone"},
	{"no /private/var/folders/8x/k2_y/T/tmpab12/x", "no <tmp>/x"},
	{"in C:\\Users\\me\\AppData\\Local\\Temp\\k2\\out", "in <tmp>\\out"},
	{"in build/tmpk3_x81ab/out", "in build/<tmp>/out"},
	/* hosts and ports: those handed out by the system go */
	{"connect ECONNREFUSED 127.0.0.1:5432", "connect ECONNREFUSED 127.0.0.1:5432"},
	{"connect ECONNREFUSED 127.0.0.1:54321", "connect ECONNREFUSED 127.0.0.1:<n>"},
	{"connect ECONNREFUSED ::1:6379", "connect ECONNREFUSED ::1:6379"},
	{"dial tcp [::1]:59999: refused", "dial tcp [::1]:<n>: refused"},
	{"http://localhost:8123/health", "http://localhost:8123/health"},
	{"http://api.test:8123/health", "http://api.test:8123/health"},
	{"http://localhost:41223/health", "http://localhost:<n>/health"},
	{"at \"127.0.0.1\", port 5432 failed", "at \"127.0.0.1\", port 5432 failed"},
	{"at \"127.0.0.1\", port 55432 failed", "at \"127.0.0.1\", port <n> failed"},
	{"host='localhost', port=8080", "host='localhost', port=8080"},
	{"redis:6379 and mongo:27017", "redis:6379 and mongo:27017"},
	{"10.0.3.7:5433 and 10.0.3.8", "<ip>:5433 and <ip>"},
	{"shop.py:4123 and id:4822", "shop.py:<n> and id:<n>"},
	/* what tells causes apart stays */
	{"ConnectionRefusedError: [Errno 111] Connection refused",
	 "ConnectionRefusedError: [Errno 111] Connection refused"},
	{"ConnectionResetError(104, 'reset')", "ConnectionResetError(104, 'reset')"},
	{"OperationalError: (2003, \"Can't connect (111)\")",
	 "OperationalError: (2003, \"Can't connect (<n>)\")"},
	{"refused (os error 111)", "refused (os error 111)"},
	{"execve: E2BIG", "execve: E2BIG"},
	{"died with <Signals.SIGSEGV: 11>", "died with <Signals.SIGSEGV: 11>"},
	{"killed by SIGUSR1, signal: 10 after 3", "killed by SIGUSR1, signal: 10 after <n>"},
	{"HTTP/1.1 503 after 2 tries", "HTTP/1.1 503 after <n> tries"},
	{"HTTP Error 404: Not Found", "HTTP Error 404: Not Found"},
	{"Request failed with status code 500", "Request failed with status code 500"},
	{"statusCode=502, length=812", "statusCode=502, length=<n>"},
	{"<Response [503]>", "<Response [503]>"},
	{"503 Service Unavailable, 812 bytes", "503 Service Unavailable, <n> bytes"},
	{"404 Client Error: Not Found for url", "404 Client Error: Not Found for url"},
	{"exit code 137", "exit code 137"},
	{"exited with 1 after 3", "exited with 1 after <n>"},
	{"returned non-zero exit status 2.", "returned non-zero exit status 2."},
	{"returncode=-11", "returncode=-11"},
	{"SQLSTATE[42S02] [1146] no table 7", "SQLSTATE[42S02] [1146] no table <n>"},
	{"SQLSTATE 57P01", "SQLSTATE 57P01"},
	{"ERROR 2002 (HY000): on (115)", "ERROR 2002 (HY000): on (<n>)"},
	{"ORA-12541: no listener", "ORA-12541: no listener"},
	{"curl: (7) Failed to connect", "curl: (7) Failed to connect"},
	/* form */
	{"  a \t b\x01\x02  c ", "a b c"},
	{"\x01kept 7\x02 8", "kept <n> <n>"},
	{"bad \xff\xfe byte 7", "bad \xef\xbf\xbd\xef\xbf\xbd byte <n>"},
	{"", ""},
};

static void test_masks(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(mask_rows); i++) {
		CLEANUP(buf_release) struct buf out = BUF_INIT(4096);

		failure_mask_line(mask_rows[i].line, &out);
		if (!str_eq(buf_str(&out), mask_rows[i].masked)) {
			fail_msg("\"%s\":\nexpected %s\nfound    %s", mask_rows[i].line,
				 mask_rows[i].masked, buf_str(&out));
		}
	}
}

/* What is kept of lines masked before is never taken for another one, in whatever order they come. */
static void test_masks_in_turn(void **state)
{
	enum { LINES = 2000 };

	(void)state;
	for (int i = 0; i < 3 * LINES; i++) {
		CLEANUP(buf_release) struct buf out = BUF_INIT(64);
		AUTO_FREE char *word = mem_fmt("%c%c%c%c", 'a' + i % 10, 'a' + i / 10 % 10,
					       'a' + i / 100 % 10, 'a' + i / 1000 % 2);
		AUTO_FREE char *line = mem_fmt("%s: 17", word);
		AUTO_FREE char *masked = mem_fmt("%s: <n>", word);

		failure_mask_line(line, &out);
		assert_string_equal(buf_str(&out), masked);
	}
}

/* Which line of a failure is the one that tells. */
struct head_row {
	const char *message;
	const char *text;
	const char *head;
	const char *comment;
};

static const struct head_row head_rows[] = {
	{"AssertionError: assert 'a' == 'b'\n + where", "E   other",
	 "AssertionError: assert 'a' == 'b'", "the message's first line"},
	{"\n\n  boom  \n", NULL, "boom", "blank lines in front"},
	{"shop_test.cc:15\nExpected equality of these values:\n  price\n    Which is: x", NULL,
	 "Expected equality of these values: price", "GoogleTest: place, then an announcement"},
	{"unknown file\nC++ exception with description \"no\"", NULL,
	 "C++ exception with description \"no\"", "GoogleTest: no place"},
	{"shop_test.cc:31\nFailed\nbroken", NULL, "broken", "GoogleTest: FAIL() << …"},
	{"\x1b[31mred\x1b[0m alert", NULL, "red alert", "terminal sequences"},
	{"collection failure", "ImportError while importing\nE   ModuleNotFoundError: x",
	 "ModuleNotFoundError: x", "pytest writes one message for all of them"},
	{NULL, "a\nE       assert 'x' == 'y'\nE         - x\n\nshop.py:3: AssertionError",
	 "assert 'x' == 'y'", "pytest: the first line of the block"},
	{NULL, "E   KeyError: 'a'\n\nDuring handling\nE   ValueError: b\nE   more", "ValueError: b",
	 "pytest: the last block"},
	{NULL,
	 "RuntimeException\n\tat a.B\nCaused by: X: one\n\tat c\nCaused by: Y: two\n\tat d\n\t... "
	 "3 more",
	 "Caused by: Y: two", "the last cause of a Java trace"},
	{NULL, "java.lang.RuntimeException\n\tat shop.CartTest.noMessage(CartTest.java:45)\n",
	 "java.lang.RuntimeException", "no frame of the stack"},
	{"Failed", "=== RUN   TestX\n    shop_test.go:17: got a want b\n--- FAIL: TestX (0.00s)\n",
	 "shop_test.go:<n>: got a want b", "Go: not the frame around it"},
	{NULL, "Y: one\n\tat a\nCaused by: Z: two\n\tat b\nlogged last\n", "Caused by: Z: two",
	 "a cause before what was logged later"},
	{NULL, "boom\nFAIL\nFAIL\texample.com/shop\t0.004s\nexit status 1\n", "boom",
	 "Go: the end of a package"},
	{NULL,
	 "Traceback (most recent call last):\n  File \"x.py\", line 3, in f\n    g()\n    "
	 "^^^\nOSError: no\n",
	 "OSError: no", "a Python traceback"},
	{"Failed", "=== RUN   TestX\n--- FAIL: TestX (0.00s)\n", "Failed",
	 "nothing telling anywhere: the message"},
	{NULL, "--- FAIL: TestX (0.00s)\n", "--- FAIL: TestX (<duration>)",
	 "nothing telling anywhere: the last line"},
	{"", "", "", "nothing at all"},
	{NULL, NULL, "", "nothing at all"},
};

static void test_heads(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(head_rows); i++) {
		struct said said = {.message = head_rows[i].message, .text = head_rows[i].text};
		AUTO_FAILURE struct failure *failure = make_failure(&said);
		CLEANUP(buf_release) struct buf out = BUF_INIT(4096);

		failure_mask(failure, &out);
		if (!str_eq(buf_str(&out), head_rows[i].head)) {
			fail_msg("%s: \"%s\"", head_rows[i].comment, buf_str(&out));
		}
	}
}

/* Two failures, and whether they have one cause as far as the text can tell. */
struct pair_row {
	struct said a, b;
	bool same;
};

static const struct pair_row pair_rows[] = {
	{{.message = "assert 3 == 4"}, {.message = "assert 5 == 6"}, true},
	{{.message = "a\nfirst detail"}, {.message = "a\nother detail"}, true},
	{{.message = "a", .text = "x"}, {.message = "a", .text = "y"}, true},
	{{.message = "a", .type = "T"}, {.message = "a", .type = "U"}, false},
	{{.type = "a"}, {.message = "a"}, false},
	{{.type = "a", .message = "b"}, {.type = "", .message = "ab"}, false},
	{{.type = "shop.Lock@1b2c3d4e"}, {.type = "shop.Lock@5b2c3d4f"}, true},
	{{.message = "HTTP 503"}, {.message = "HTTP 404"}, false},
	{{.message = "exit code 1"}, {.message = "exit code 137"}, false},
	{{.message = "127.0.0.1:5432"}, {.message = "127.0.0.1:6379"}, false},
	{{.message = "127.0.0.1:35432"}, {.message = "127.0.0.1:46379"}, true},
	{{.message = ""}, {.message = NULL}, true},
};

static void test_pairs(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pair_rows); i++) {
		const struct pair_row *row = &pair_rows[i];
		AUTO_FAILURE struct failure *a = make_failure(&row->a);
		AUTO_FAILURE struct failure *b = make_failure(&row->b);

		failure_sign(a);
		failure_sign(b);
		assert_int_equal(strlen(a->signature), SIGNATURE_LEN);
		assert_int_equal(strspn(a->signature, "0123456789abcdef"), SIGNATURE_LEN);
		if (str_eq(a->signature, b->signature) != row->same) {
			fail_msg("row %zu: %s / %s", i, str_or(row->a.message, "-"),
				 str_or(row->b.message, "-"));
		}
	}
}

/* Signatures lie in histories: a change of the masks that moves them must be a decision. */
static void test_known_signature(void **state)
{
	const struct said said = {.type = "java.net.ConnectException",
				  .message = "Connection refused after 3 tries"};
	AUTO_FAILURE struct failure *failure = make_failure(&said);

	(void)state;
	failure_sign(failure);
	assert_string_equal(failure->signature, "bdab3177de33cccb");
}

struct headline_row {
	struct said said;
	const char *line;
};

static const struct headline_row headline_rows[] = {
	{{.type = "T", .message = "m 1\nrest"}, "T: m 1"},
	{{.message = "m"}, "m"},
	{{.type = "T"}, "T"},
	{{0}, ""},
	{{.type = "ValueError", .message = "ValueError: x"}, "ValueError: x"},
	{{.type = "java.lang.IllegalState", .message = "IllegalState: x"}, "IllegalState: x"},
	{{.text = "E   KeyError: 'a'"}, "KeyError: 'a'"},
};

static void test_headlines(void **state)
{
	char message[400] = "";
	struct failure lengthy = {.message = message};
	CLEANUP(buf_release) struct buf cut = BUF_INIT(4096);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(headline_rows); i++) {
		AUTO_FAILURE struct failure *failure = make_failure(&headline_rows[i].said);
		CLEANUP(buf_release) struct buf out = BUF_INIT(4096);

		failure_headline(failure, &out);
		assert_string_equal(buf_str(&out), headline_rows[i].line);
	}
	memset(message, 'x', sizeof(message) - 1);
	failure_headline(&lengthy, &cut);
	assert_true(cut.len < 200);
	assert_true(str_ends(buf_str(&cut), "x…"));
}

/* Long and hostile texts end soon and in bounds; the limit is the test's own timeout. */
static void test_hostile(void **state)
{
	static const char *const units[] = {"1:",   "0x",  "::1",  "a.b@",  "/tmp/", "\n",
					    "E   ", "12 ", "\xff", "(((((", "Nov ",  "Error("};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		CLEANUP(buf_release) struct buf text = BUF_INIT((size_t)1 << 20);
		CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
		struct failure failure = {0};

		while (!text.cut) {
			buf_str_add(&text, units[i]);
		}
		failure.message = text.data;
		failure.text = text.data;
		failure.type = text.data;
		failure_sign(&failure);
		failure_mask(&failure, &out);
		assert_true(out.len < 16000);
		buf_clear(&out);
		failure_headline(&failure, &out);
		assert_true(out.len < 1000);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_masks_in_turn),   cmocka_unit_test(test_masks),
		cmocka_unit_test(test_heads),           cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_known_signature), cmocka_unit_test(test_headlines),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
