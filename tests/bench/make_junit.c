/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes a JUnit file of about BYTES bytes to stdout: make_junit BYTES [SEED]; with a third argument
 * TESTS, of that many tests instead. The same arguments give the same file, and any file has the
 * same tests as far as it goes: what another SEED changes is how they end. Mixed like the files of real projects: most tests pass, three in a hundred
 * fail with a stack trace (some as CDATA, some escaped), a few are skipped or print something.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define TESTS_A_CLASS 25
#define TESTS_A_SUITE 200
#define FRAMES        24

struct writer {
	FILE *out;
	uint64_t seed;
	uint64_t wanted;
	uint64_t wanted_tests; /* 0 as many as it takes */
	uint64_t written;
	uint64_t tests;
};

/* A multiplicative generator; its upper bits are good enough to mix a file. */
static unsigned draw(struct writer *w, unsigned below)
{
	w->seed = w->seed * 6364136223846793005U + 1442695040888963407U;
	return (unsigned)(w->seed >> 33) % below;
}

__attribute__((format(printf, 2, 3))) static void put(struct writer *w, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vfprintf(w->out, fmt, args);
	va_end(args);
	if (n < 0) {
		perror("make_junit");
		exit(1);
	}
	w->written += (uint64_t)n;
}

static const char *const areas[] = {"orders", "billing", "search", "stock", "mail", "accounts"};
static const char *const things[] = {"Invoice", "Basket", "Price", "Customer", "Session", "Queue"};
static const char *const verbs[] = {"keeps_total",   "rejects_empty",  "survives_restart",
				    "sorts_by_date", "rounds_half_up", "times_out"};

#define PICK(w, list) ((list)[draw(w, sizeof(list) / sizeof((list)[0]))])

static void put_trace(struct writer *w, bool cdata)
{
	const char *open = cdata ? "<" : "&lt;";
	const char *close = cdata ? ">" : "&gt;";

	put(w, "java.lang.AssertionError: expected: %s%u%s but was: %s%u%s\n", open, draw(w, 100),
	    close, open, draw(w, 100), close);
	for (int i = 0; i < FRAMES; i++) {
		const char *thing = PICK(w, things);

		put(w, "\tat org.example.%s.%s.%sinit%s(%s.java:%u)\n", PICK(w, areas), thing, open,
		    close, thing, draw(w, 900) + 1);
	}
}

static void put_failure(struct writer *w)
{
	bool cdata = draw(w, 2) == 0;

	put(w,
	    "    <failure message=\"expected: &lt;%u&gt; but was: &lt;%u&gt; &amp; more\""
	    " type=\"java.lang.AssertionError\">%s",
	    draw(w, 100), draw(w, 100), cdata ? "<![CDATA[" : "");
	put_trace(w, cdata);
	put(w, "%s</failure>\n", cdata ? "]]>" : "");
}

static void put_output(struct writer *w)
{
	put(w, "    <system-out><![CDATA[");
	for (unsigned lines = draw(w, 12) + 1; lines > 0; lines--) {
		put(w,
		    "2026-11-24 08:%02u:%02u,%03u INFO  [worker-%u] %s request %u done <ok> & "
		    "kept\n",
		    draw(w, 60), draw(w, 60), draw(w, 1000), draw(w, 8), PICK(w, areas),
		    draw(w, 1000000));
	}
	put(w, "]]></system-out>\n");
}

static void put_test(struct writer *w)
{
	unsigned fate = draw(w, 1000);

	put(w,
	    "  <testcase classname=\"org.example.%s.%sTest%llu\" name=\"%s[%llu]\" "
	    "time=\"%u.%03u\"",
	    areas[w->tests / TESTS_A_SUITE % 6], things[w->tests / TESTS_A_CLASS % 6],
	    (unsigned long long)(w->tests / TESTS_A_CLASS), verbs[w->tests % 6],
	    (unsigned long long)w->tests, draw(w, 3), draw(w, 1000));
	w->tests++;
	if (fate >= 100) {
		put(w, "/>\n");
		return;
	}
	put(w, ">\n");
	if (fate < 30) {
		put_failure(w);
	} else if (fate < 40) {
		put(w, "    <skipped message=\"needs a printer\"/>\n");
	}
	if (fate >= 20) {
		put_output(w);
	}
	put(w, "  </testcase>\n");
}

static bool is_done(const struct writer *w)
{
	return w->wanted_tests > 0 ? w->tests >= w->wanted_tests : w->written >= w->wanted;
}

static void put_suite(struct writer *w)
{
	put(w, " <testsuite name=\"org.example.%s\" timestamp=\"2026-11-24T08:00:00\">\n",
	    areas[w->tests / TESTS_A_SUITE % 6]);
	for (int i = 0; i < TESTS_A_SUITE && !is_done(w); i++) {
		put_test(w);
	}
	put(w, " </testsuite>\n");
}

static uint64_t number(const char *text)
{
	char *end = NULL;
	unsigned long long value;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (errno || end == text || *end) {
		fprintf(stderr, "make_junit: not a number: %s\n", text);
		exit(2);
	}
	return value;
}

int main(int argc, char **argv)
{
	struct writer w = {.out = stdout};

	if (argc < 2 || argc > 4) {
		fprintf(stderr, "usage: make_junit BYTES [SEED [TESTS]]\n");
		return 2;
	}
	w.wanted = number(argv[1]);
	w.seed = argc >= 3 ? number(argv[2]) : 1;
	w.wanted_tests = argc >= 4 ? number(argv[3]) : 0;
	put(&w, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
	do {
		put_suite(&w);
	} while (!is_done(&w));
	put(&w, "</testsuites>\n");
	return fclose(w.out) == 0 ? 0 : 1;
}
