/* SPDX-License-Identifier: Apache-2.0 */
#include "failure/mask.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "text/regex.h"
#include "text/utf8.h"

#include <ctype.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_LEN 1000
#define MEMORIES     256

/* Control characters, which no cleaned line holds, stand around what must not be masked. */
#define KEEP_START "\x01"
#define KEEP_END   "\x02"
#define KEPT       KEEP_START "$0" KEEP_END

/* Every rule passes over what an earlier one protected. */
#define PASS_OVER KEEP_START "[^" KEEP_END "]*" KEEP_END "(*SKIP)(*FAIL)|"

/* Parts of patterns. */
#define IP4   "(?<![\\d.])\\d{1,3}(?:\\.\\d{1,3}){3}"
#define MONTH "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
#define DAY   "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*"
#define CLOCK "\\d{1,2}:\\d\\d:\\d\\d(?:[.,]\\d+)?"
#define DATE  "\\d{4}[-/]\\d\\d[-/]\\d\\d"
#define ZONE  "(?: ?(?:Z|UTC|GMT)\\b| ?[+-]\\d\\d:?\\d\\d\\b)?"
#define HEX4  "[0-9a-f]{4}-"
#define NAME  "[^/\\\\\\s'\":,;()\\[\\]{}<>]+"
#define TEMP \
	"(?:/private)?(?:/var/tmp|/tmp|/dev/shm|/run/user/\\d+|/var/folders/" NAME "/" NAME "/T)"
#define UNIT "(?:[nuµm]s|[smh]|(?:sec|min|hour|(?:milli|micro|nano)?second|minute)s?)"
#define REASON \
	"(?:Client Error|Server Error|OK|Created|Accepted|No Content|Moved|Found|Not Modified|" \
	"Bad Request|Unauthorized|Forbidden|Not Found|Method Not Allowed|Request Time-?out|" \
	"Conflict|Gone|Payload Too Large|Unprocessable|Too Many Requests|Internal Server Error|" \
	"Not Implemented|Bad Gateway|Service (?:Temporarily )?Unavailable|Gateway Time-?out)"
#define SERVICE_PORT \
	"(?:1433|1521|2181|2379|3306|4222|5432|5672|6379|8080|8200|8443|8500|9042|9092|9200|" \
	"11211|15672|26257|27017|50051)"

/* Applied from the first to the last. Most lines lack what a rule needs: it is not even compiled then. The
 * example is for the reader. */
struct rule {
	/* Bytes that all stand in whatever it finds, letters in any case; NULL: none in particular. No
	 * "s" or "k" where the pattern ignores case: other letters of Unicode are the same to it. */
	const char *needs;
	const char *pattern;
	const char *replacement;
	const char *example;
};

/* One rule stays on one line where it fits. */
/* clang-format off */
static const struct rule rules[] = {
	/* Kept, because they tell causes apart */
	{"err", "(?i)\\b(?:errno|os error|WinError)[ :=]*-?\\d+", KEPT, "[Errno 111]"},
	{"(", "(?:Error|Exception):? ?\\(\\d{1,5}(?=,)", KEPT, "OperationalError: (2003, 'x')"},
	{"e2big", "\\bE2BIG\\b", KEPT, "the one errno name with a digit"},
	{"sig", "\\bSIG[A-Z]+\\d?(?:[ :(]+\\d{1,2}\\b)?", KEPT, "SIGKILL (9)"},
	{"ignal", "(?i)\\bsignal[ :=]+\\d+", KEPT, "signal: 9"},
	{"http", "(?i)\\bHTTP(?:/\\d(?:\\.\\d)?)?[ :=]+(?:(?:error|status|code)[ :=]+)*[1-5]\\d\\d\\b", KEPT,
	 "HTTP/1.1 503"},
	{"tatu", "(?i)\\bstatus(?:[ _-]?code)?[\"']?[ :=]+(?:of )?[1-5]\\d\\d\\b", KEPT, "status code 404"},
	{"response [", "\\bResponse \\[[1-5]\\d\\d\\]", KEPT, "<Response [503]>"},
	{NULL, "(?i)\\b[1-5]\\d\\d " REASON, KEPT, "503 Service Unavailable"},
	{"exit", "(?i)\\bexit(?:ed|s)?(?: with)?(?: (?:code|status|value))?[ :=(]+-?\\d+", KEPT,
	 "exited with 1"},
	{"return", "(?i)\\breturn(?:ed)?[ _]?code[ :=]+-?\\d+", KEPT, "returncode=-11"},
	{"sqlstate", "\\bSQLSTATE[ :=(\\[\"']*[0-9A-Z]{5}\\b(?:\\]:? ?\\[\\d+\\])?", KEPT, "SQLSTATE[42S02]"},
	{"error ", "\\bERROR \\d{4}\\b(?: \\([0-9A-Z]{5}\\))?", KEPT, "ERROR 2002 (HY000)"},
	{"ora-", "\\bORA-\\d{4,5}\\b", KEPT, "ORA-12541"},
	{"curl: (", "\\bcurl: \\(\\d+\\)", KEPT, "curl: (7)"},
	{":", "(?<=[\\w\\]]):" SERVICE_PORT "(?!\\d)", KEPT, "redis:6379"},
	{"port", "(?i)\\bport[\"']?[ :=]+\\d{2,4}(?!\\d)", KEPT, "port 8123"},
	{":", "(?:\\blocalhost|::1\\]?|://[^/\\s:@]+)\\K:\\d{2,4}(?!\\d)", KEPT, "http://api:8123/"},
	{":", IP4 "\\K:\\d{2,4}(?![\\d.])", KEPT, "10.0.0.7:8123"},
	{NULL, "(?<![\\d.])(?:127\\.0\\.0\\.1|0\\.0\\.0\\.0)(?![\\d.])|::1\\b", KEPT, "127.0.0.1"},

	/* Masked */
	{":", "\\b" DATE "[T ]" CLOCK ZONE, "<time>", "2026-11-24T08:00:00.123Z"},
	{":", "\\b(?:" DAY ",? )?(?:\\d{1,2} )?" MONTH "(?: +\\d{1,2},?)?(?: \\d{4})?,? " CLOCK
	 "(?: \\d{4}\\b)?" ZONE, "<time>", "Tue, 24 Nov 2026 08:00:00 GMT"},
	{NULL, "\\b" DATE "\\b", "<date>", "2026-11-24"},
	{":", "(?<![\\d:])" CLOCK ZONE, "<time>", "08:00:00,123"},
	{"-", "(?i)\\b[0-9a-f]{8}-" HEX4 HEX4 HEX4 "[0-9a-f]{12}\\b", "<uuid>", "any UUID"},
	{"0x", "(?i)\\b0x[0-9a-f]+\\b", "<hex>", "0x7f31c0ffee"},
	{"@", "(?<=[\\w\\]])@[0-9a-f]{5,8}\\b", "@<hex>", "shop.Cart@1b2c3d4e of Java"},
	{NULL, "(?i)\\b(?=[0-9a-f]*\\d)(?=[0-9a-f]*[a-f])[0-9a-f]{12,}\\b", "<hash>", "a commit"},
	/* the folder that is new each time; what is inside it keeps its name */
	{"/pytest-of-", "[^\\s'\"():,;=]*/pytest-of-" NAME "/pytest-" NAME, "<tmp>", "/tmp/pytest-of-me/pytest-3"},
	{"/", TEMP "/" NAME, "<tmp>", "/tmp/junit8123"},
	{"\\", "(?i)\\b[a-z]:\\\\Users\\\\" NAME "\\\\AppData\\\\Local\\\\Temp\\\\" NAME, "<tmp>",
	 "the same on Windows"},
	{"tmp", "\\btmp[a-z0-9_]{8}\\b", "<tmp>", "tmpk3_x81ab of Python's tempfile"},
	{".", IP4 "(?![\\d.])", "<ip>", "10.0.0.7"},
	{NULL, "(?i)(?<![\\w.])(?:\\d+(?:[.,]\\d+)?\\s?" UNIT "\\b\\s?)+(?<=\\S)", "<duration>",
	 "1.23s, 1m 30s, 15 seconds"},
	{NULL, "\\d+(?:\\.\\d+)*(?:e[+-]?\\d+\\b)?", "<n>", "any other number"},
};
/* clang-format on */

/* The failures of a run say the same again and again, and so does the next run: what was masked last
 * is kept, each line in a place of its own. */
struct memory {
	char *line;
	char *masked;
};

/* What a thread has by itself, until it ends: a compiled expression is for one at a time. */
struct own {
	struct regex *compiled[ARRAY_LEN(rules)]; /* when first needed */
	struct memory memories[MEMORIES];
};

static pthread_key_t own_key;

static void free_own(void *payload)
{
	struct own *own = payload;

	for (size_t i = 0; i < ARRAY_LEN(own->compiled); i++) {
		regex_free(own->compiled[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(own->memories); i++) {
		free(own->memories[i].line);
		free(own->memories[i].masked);
	}
	free(own);
}

static void make_key(void)
{
	if (pthread_key_create(&own_key, free_own) != 0) {
		abort();
	}
}

static struct own *own_of_thread(void)
{
	static pthread_once_t made = PTHREAD_ONCE_INIT;
	struct own *own;

	pthread_once(&made, make_key);
	own = pthread_getspecific(own_key);
	if (!own) {
		own = mem_alloc(sizeof(*own));
		pthread_setspecific(own_key, own);
	}
	return own;
}

static struct regex *compile(size_t index)
{
	struct regex **slot = &own_of_thread()->compiled[index];
	struct err err = ERR_INIT;

	if (!*slot) {
		AUTO_FREE char *pattern = mem_fmt("%s(?:%s)", PASS_OVER, rules[index].pattern);

		if (regex_compile(pattern, slot, &err) < 0) {
			abort();
		}
	}
	return *slot;
}

/* Clean UTF-8 on one line, every control character a blank, blanks squeezed, none at the end. */
static void flatten(const char *text, size_t len, struct buf *out)
{
	for (size_t i = 0; i < len; i++) {
		bool blank = (unsigned char)text[i] <= ' ' || text[i] == 0x7f;

		if (!blank) {
			buf_char(out, text[i]);
		} else if (out->len > 0 && out->data[out->len - 1] != ' ') {
			buf_char(out, ' ');
		}
	}
	if (out->len > 0 && out->data[out->len - 1] == ' ') {
		out->data[--out->len] = '\0';
	}
}

/* The bytes of a line, its letters as small ones. */
struct bytes {
	bool has[256];
};

static void note_bytes(const struct buf *line, struct bytes *out)
{
	*out = (struct bytes){0};
	for (size_t i = 0; i < line->len; i++) {
		out->has[tolower((unsigned char)line->data[i])] = true;
	}
}

static bool has_all(const struct bytes *bytes, const char *needs)
{
	while (needs && *needs && bytes->has[(unsigned char)*needs]) {
		needs++;
	}
	return !needs || !*needs;
}

static void apply(size_t index, struct buf *line, struct bytes *bytes)
{
	CLEANUP(buf_release) struct buf next = BUF_INIT(BUF_OWN_MAX);
	struct buf old = {0};

	if (!has_all(bytes, rules[index].needs) || !regex_match(compile(index), buf_str(line))) {
		return;
	}
	regex_replace(compile(index), buf_str(line), rules[index].replacement, &next);
	old = *line;
	*line = next;
	next = old;
	note_bytes(line, bytes);
}

static void mask(const char *line, struct buf *out)
{
	CLEANUP(buf_release) struct buf clean = BUF_INIT(LINE_MAX_LEN);
	CLEANUP(buf_release) struct buf work = BUF_INIT(BUF_OWN_MAX);
	struct bytes bytes;

	utf8_clean(&clean, line, strlen(line));
	flatten(buf_str(&clean), clean.len, &work);
	note_bytes(&work, &bytes);
	for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
		apply(i, &work, &bytes);
	}
	for (size_t i = 0; i < work.len; i++) {
		if (work.data[i] != *KEEP_START && work.data[i] != *KEEP_END) {
			buf_char(out, work.data[i]);
		}
	}
}

static struct memory *remember(const char *line)
{
	return &own_of_thread()->memories[hash_bytes(line, strlen(line)).low % MEMORIES];
}

void failure_mask_line(const char *line, struct buf *out)
{
	struct memory *memory = remember(line);
	CLEANUP(buf_release) struct buf masked = BUF_INIT(BUF_OWN_MAX);

	if (!str_eq(memory->line, line)) {
		mask(line, &masked);
		mem_replace(&memory->line, line);
		mem_replace(&memory->masked, buf_str(&masked));
	}
	buf_str_add(out, memory->masked);
}
