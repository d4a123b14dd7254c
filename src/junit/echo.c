/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/echo.h"

#include "base/mem.h"
#include "base/str.h"
#include "junit/longtag.h"
#include "junit/time.h"

#include <stdlib.h>
#include <string.h>

#define TESTS_MOST ((size_t)1 << 17)
#define TAG_MOST   512 /* bytes */
#define AHEAD      4   /* so many that did not come are passed over at once */
#define TIME_MOST  24

/* The suites around a test, as far as they tell of it. */
struct surroundings {
	const char *suite, *file, *host, *path; /* NULL none */
	const struct junit_producer *producer;
};

struct heard {
	const char *before, *behind; /* the tag without the value of its time */
	uint32_t before_len, behind_len;
	uint32_t surroundings;
	bool timed, by_suite;                 /* the group is the suite's name */
	const char *class_name, *name, *file; /* file NULL: the suite's */
	struct junit_id id;
};

struct junit_echo {
	struct junit_tree *tree;
	junit_echo_fn *told;
	void *payload;
	bool listening; /* to the first file of a series */
	struct {
		VEC(struct heard)
	} tests;
	struct {
		VEC(struct surroundings)
	} places;
	struct arena texts;
	size_t next, hits;
	/* That one of the places is where the tree is, found out when it had this serial number. */
	size_t place;
	uint64_t serial;
	const char *tag, *tag_end; /* NULL none */
	const char *time;
	size_t time_len;
};

struct junit_echo *junit_echo_new(void)
{
	return mem_alloc(sizeof(struct junit_echo));
}

static void forget(struct junit_echo *echo)
{
	VEC_FREE(&echo->places);
	VEC_FREE(&echo->tests);
	arena_release(&echo->texts);
}

void junit_echo_free(struct junit_echo *echo)
{
	if (echo) {
		forget(echo);
		free(echo);
	}
}

void junit_echo_begin(struct junit_echo *echo, struct junit_tree *tree, junit_echo_fn *told,
		      void *payload)
{
	echo->tree = tree;
	echo->told = told;
	echo->payload = payload;
	echo->listening = echo->tests.len == 0;
	echo->next = echo->hits = 0;
	echo->serial = UINT64_MAX;
	echo->tag = NULL;
}

/* A list of which little came is one of another series. */
void junit_echo_end(struct junit_echo *echo, bool whole)
{
	if (echo->listening ? !whole : echo->hits * 2 < echo->tree->told_cases) {
		forget(echo);
	}
	echo->hits = whole ? echo->hits : 0;
}

/* Where the tree is: borrowed. */
static struct surroundings here(const struct junit_tree *tree)
{
	const struct junit_suite *suite =
		tree->suites_open ? &tree->suites.items[tree->suites_open - 1] : NULL;

	return (struct surroundings){
		.suite = junit_tree_suite_name(tree),
		.file = suite ? junit_text_get(&suite->file) : NULL,
		.host = suite ? junit_text_get(&suite->host) : NULL,
		.path = tree->path.len ? tree->path.data : NULL,
		.producer = tree->producer,
	};
}

static bool is_same(const struct surroundings *a, const struct surroundings *b)
{
	return a->producer == b->producer && str_eq(a->suite, b->suite) &&
	       str_eq(a->file, b->file) && str_eq(a->host, b->host) && str_eq(a->path, b->path);
}

static bool is_there(struct junit_echo *echo, size_t place)
{
	struct surroundings now;

	if (!junit_tree_takes_tests(echo->tree)) {
		return false;
	}
	if (echo->place == place && echo->serial == echo->tree->serial) {
		return true;
	}
	now = here(echo->tree);
	if (!is_same(&echo->places.items[place], &now)) {
		return false;
	}
	echo->place = place;
	echo->serial = echo->tree->serial;
	return true;
}

/* --- what comes again --- */

/* Digits and points, which stand for themselves; 0 when there are none, or they do not end here. */
static size_t time_span(const char *text, const char *end)
{
	size_t most = (size_t)(end - text) < TIME_MOST ? (size_t)(end - text) : TIME_MOST;
	size_t len = 0;

	while (len < most && ((text[len] >= '0' && text[len] <= '9') || text[len] == '.')) {
		len++;
	}
	return len < most ? len : 0;
}

/* What stands behind the tag; NULL it is another. */
static const char *match(const struct heard *heard, const char *text, const char *end,
			 int64_t *time_us)
{
	char value[TIME_MOST];
	size_t len = 0;

	if ((size_t)(end - text) < heard->before_len ||
	    memcmp(text, heard->before, heard->before_len) != 0) {
		return NULL;
	}
	text += heard->before_len;
	*time_us = -1;
	if (heard->timed) {
		len = time_span(text, end);
		memcpy(value, text, len);
		value[len] = '\0';
		*time_us = len > 0 ? junit_time_parse(value) : -1;
	}
	text += len;
	if ((heard->timed && len == 0) || (size_t)(end - text) < heard->behind_len ||
	    memcmp(text, heard->behind, heard->behind_len) != 0) {
		return NULL;
	}
	return text + heard->behind_len;
}

static void tell(struct junit_echo *echo, const struct heard *heard, int64_t time_us)
{
	const struct surroundings *place = &echo->places.items[heard->surroundings];
	const struct steady_junit_case event = {
		.suite = place->suite,
		.class_name = heard->class_name,
		.name = heard->name,
		.file = heard->file ? heard->file : place->file,
		.group = heard->by_suite ? place->suite : heard->class_name,
		.key = heard->name,
		.outcome = STEADY_JUNIT_PASSED,
		.time_us = time_us,
	};

	echo->hits++;
	junit_tree_count_passed(echo->tree);
	echo->told(echo->payload, &event, &heard->id);
}

const char *junit_echo_take(struct junit_echo *echo, const char *text, const char *end)
{
	size_t left = echo->tests.len - echo->next;

	for (size_t i = 0; !echo->listening && i < AHEAD && i < left; i++) {
		const struct heard *heard = &echo->tests.items[echo->next + i];
		int64_t time_us = -1;
		const char *behind = match(heard, text, end, &time_us);

		if (behind && is_there(echo, heard->surroundings)) {
			echo->next += i + 1;
			tell(echo, heard, time_us);
			return behind;
		}
	}
	return NULL;
}

/* --- what is heard for the first time --- */

void junit_echo_tag(struct junit_echo *echo, const char *text, const char *end,
		    const struct junit_attr *time)
{
	bool wanted =
		echo->listening && text && end - text <= TAG_MOST && echo->tests.len < TESTS_MOST;

	echo->tag = wanted ? text : NULL;
	echo->tag_end = end;
	echo->time = time ? time->value : NULL;
	echo->time_len = time ? time->len : 0;
}

static const char *keep(struct junit_echo *echo, const char *text)
{
	return text ? arena_str(&echo->texts, text, strlen(text)) : NULL;
}

static size_t settle_place(struct junit_echo *echo)
{
	const struct surroundings now = here(echo->tree);
	size_t len = echo->places.len;

	if (len == 0 || !is_same(&echo->places.items[len - 1], &now)) {
		*VEC_PUSH(&echo->places) = (struct surroundings){
			.suite = keep(echo, now.suite),
			.file = keep(echo, now.file),
			.host = keep(echo, now.host),
			.path = keep(echo, now.path),
			.producer = now.producer,
		};
	}
	return echo->places.len - 1;
}

/* Mostly that of the test before. */
static const char *keep_class(struct junit_echo *echo, const char *text)
{
	size_t len = echo->tests.len;
	const char *before = len > 1 ? echo->tests.items[len - 2].class_name : NULL;

	return before && text && str_eq(before, text) ? before : keep(echo, text);
}

/* The parts of the tag around the value of the time. */
static void keep_tag(struct junit_echo *echo, struct heard *heard)
{
	size_t len = (size_t)(echo->tag_end - echo->tag);
	size_t before = echo->time ? (size_t)(echo->time - echo->tag) : len;

	heard->timed = echo->time != NULL;
	heard->before_len = (uint32_t)before;
	heard->behind_len = (uint32_t)(len - before - echo->time_len);
	heard->before = arena_str(&echo->texts, echo->tag, before);
	heard->behind =
		arena_str(&echo->texts, echo->tag_end - heard->behind_len, heard->behind_len);
}

/* One that simply passed, and of which nothing else is told or kept. */
static bool is_plain(const struct junit_echo *echo, const struct steady_junit_case *event)
{
	const struct junit_tree *tree = echo->tree;
	const struct junit_case *test = tree->cases.items[tree->cases_open];
	const char *group =
		event->class_name && *event->class_name ? event->class_name : event->suite;

	return event->outcome == STEADY_JUNIT_PASSED && event->details_told == 0 &&
	       event->failed_tries == 0 && !event->retry && !event->broken_off && event->name &&
	       event->key == event->name && event->group == group && group &&
	       !test->odd_status.there && !test->flaky && junit_tree_takes_tests(tree);
}

void junit_echo_case(struct junit_echo *echo, const struct steady_junit_case *event,
		     const struct junit_id *id)
{
	const struct junit_tree *tree = echo->tree;
	struct heard *heard = NULL;
	bool own_file;

	if (!echo->tag || !is_plain(echo, event)) {
		return;
	}
	own_file = tree->cases.items[tree->cases_open]->own_file.there;
	heard = VEC_PUSH(&echo->tests);
	keep_tag(echo, heard);
	heard->surroundings = (uint32_t)settle_place(echo);
	heard->by_suite = event->group == event->suite;
	heard->class_name = keep_class(echo, event->class_name);
	heard->name = keep(echo, event->name);
	heard->file = own_file ? keep(echo, event->file) : NULL;
	heard->id = *id;
	echo->tag = NULL;
}

size_t junit_echo_hits(const struct junit_echo *echo)
{
	return echo->hits;
}
