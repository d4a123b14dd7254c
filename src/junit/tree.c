/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/tree.h"

#include "base/mem.h"
#include "base/str.h"
#include "junit/format.h"
#include "junit/status.h"
#include "text/utf8.h"

#include <stdio.h>
#include <string.h>

#define BROKEN_OFF   "the report breaks off inside this test"
#define ENDED_INSIDE "the run ended inside a test, which is not named"
#define PATH_MAX_LEN (64 * JUNIT_KILOBYTE)
#define CASES_DEEP   16
#define ORPHAN_KEPT  (4 * JUNIT_KILOBYTE)

/* What an element with no meaning of its own is, by what surrounds it. */
static const enum junit_frame unknown_inside[] = {
	[FRAME_SUITE] = FRAME_GROUP,
	[FRAME_GROUP] = FRAME_GROUP,
	[FRAME_CASE] = FRAME_CASE_GROUP,
	[FRAME_CASE_GROUP] = FRAME_CASE_GROUP,
	[FRAME_DETAIL] = FRAME_INNER,
	[FRAME_INNER] = FRAME_INNER,
	[FRAME_OUT] = FRAME_OPAQUE,
	[FRAME_ERR] = FRAME_OPAQUE,
	[FRAME_PROPERTIES] = FRAME_PROPERTIES,
	[FRAME_OPAQUE] = FRAME_OPAQUE,
	[FRAME_CASE_PROPERTIES] = FRAME_CASE_PROPERTIES,
};

static enum junit_frame top(const struct junit_tree *tree)
{
	return tree->frames.items[tree->frames.len - 1];
}

static bool in_case(enum junit_frame frame)
{
	return frame == FRAME_CASE || frame == FRAME_CASE_GROUP;
}

/* Whether a detail in it is one of the case; nobody writes a failure among properties to hide it. */
static bool tells_of_case(enum junit_frame frame)
{
	return in_case(frame) || frame == FRAME_CASE_PROPERTIES;
}

/* Elements with a meaning of their own, inside suites and cases. */
static enum junit_frame known_frame(const struct junit_tree *tree, enum junit_word word,
				    enum junit_frame parent)
{
	enum steady_junit_kind ignored = STEADY_JUNIT_TOLD_FAILURE;

	if (word == WORD_TESTSUITES || word == WORD_TESTSUITE || word == WORD_TESTRUN) {
		return FRAME_SUITE;
	}
	if (word == WORD_TESTCASE) {
		return FRAME_CASE;
	}
	if (word == WORD_SYSTEM_OUT || word == WORD_SYSTEM_ERR) {
		if (!in_case(parent)) {
			return FRAME_OPAQUE;
		}
		return word == WORD_SYSTEM_OUT ? FRAME_OUT : FRAME_ERR;
	}
	if (word == WORD_PROPERTIES) {
		return in_case(parent) ? FRAME_CASE_PROPERTIES : FRAME_PROPERTIES;
	}
	if (junit_told_kind(word, &ignored) ||
	    (word == WORD_WARNING && junit_producer_has(tree->producer, HABIT_WARNING))) {
		return FRAME_DETAIL;
	}
	return unknown_inside[parent];
}

static enum junit_frame frame_inside(const struct junit_tree *tree, enum junit_word word)
{
	enum junit_frame parent = top(tree);
	enum junit_frame unknown = unknown_inside[parent];

	if (unknown == FRAME_INNER) {
		return word == WORD_SYSTEM_OUT || word == WORD_SYSTEM_ERR || word == WORD_PROPERTIES
			       ? FRAME_OPAQUE
			       : FRAME_INNER;
	}
	if (unknown == FRAME_OPAQUE) {
		return unknown;
	}
	return known_frame(tree, word, parent);
}

void junit_tree_stop(struct junit_tree *tree)
{
	tree->stopped = true;
	tree->faults->course = COURSE_GOING;
	junit_faults_fail(tree->faults, COURSE_REFUSED, NULL, "cancelled");
}

/* A callback that returns something else than 0 stops everything. */
static void check_stop(struct junit_tree *tree, int rc)
{
	if (rc != 0 && !tree->stopped) {
		junit_tree_stop(tree);
	}
}

void junit_tree_warn(struct junit_tree *tree, const struct junit_place *place, const char *text)
{
	struct steady_junit_warning warning = {place->line, place->column, text};

	if (tree->events->on_warning && !tree->stopped) {
		check_stop(tree, tree->events->on_warning(tree->payload, &warning));
	}
}

/* The first of its kind is told. */
static void doubt(struct junit_tree *tree, enum junit_doubt kind, const char *what,
		  const char *name)
{
	struct junit_place place = junit_faults_place(tree->faults, tree->faults->here);
	CLEANUP(buf_release) struct buf shown = BUF_INIT(400);
	AUTO_FREE char *text = NULL;

	if (!tree->doubts[kind]) {
		tree->doubts[kind] = true;
		utf8_cut(&shown, name, 60);
		text = mem_fmt("%s: %s", what, buf_str(&shown));
		junit_tree_warn(tree, &place, text);
	}
}

/* --- suites --- */

static struct junit_suite *innermost(const struct junit_tree *tree)
{
	return tree->suites_open ? &tree->suites.items[tree->suites_open - 1] : NULL;
}

static void take_text(struct junit_text *text, const struct junit_attrs *attrs,
		      enum junit_word word)
{
	const struct junit_attr *attr = junit_attrs_find(attrs, word);

	text->there = false;
	if (attr) {
		junit_text_name(text, attr, JUNIT_SUITE_NAME_MAX);
	}
}

static void open_suite(struct junit_tree *tree, enum junit_word word,
		       const struct junit_attrs *attrs)
{
	struct junit_suite *suite = NULL;
	const char *name = NULL;

	if (tree->suites_open == tree->suites.len) {
		*VEC_PUSH(&tree->suites) = (struct junit_suite){0};
	}
	suite = &tree->suites.items[tree->suites_open++];
	tree->serial++;
	take_text(&suite->name, attrs, WORD_NAME);
	take_text(&suite->file, attrs, WORD_FILE);
	if (!suite->file.there) {
		take_text(&suite->file, attrs, WORD_FILEPATH);
	}
	take_text(&suite->host, attrs, WORD_HOSTNAME);
	suite->totals =
		junit_totals_open(attrs, junit_faults_place(tree->faults, tree->faults->here));
	suite->path_len = tree->path.len;
	name = junit_text_get(&suite->name);
	if (!str_empty(name)) {
		buf_str_add(&tree->path, tree->path.len ? " > " : "");
		buf_str_add(&tree->path, name);
	}
	junit_traits_add(&tree->traits, word, attrs);
}

const char *junit_tree_suite_name(const struct junit_tree *tree)
{
	for (size_t i = tree->suites_open; i > 0; i--) {
		const char *name = junit_text_get(&tree->suites.items[i - 1].name);

		if (!str_empty(name)) {
			return name;
		}
	}
	return NULL;
}

/* --- cases --- */

static struct junit_case *open_one(struct junit_tree *tree)
{
	if (tree->cases_open == tree->cases.len) {
		struct junit_case *fresh = junit_case_new();

		*VEC_PUSH(&tree->cases) = fresh;
	}
	return tree->cases.items[tree->cases_open++];
}

static void identify(struct junit_tree *tree, struct junit_case *test)
{
	const struct junit_suite *suite = innermost(tree);
	struct junit_origin origin = {.root = tree->root};

	origin.suite = test->suite;
	origin.path = tree->path.len ? buf_str(&tree->path) : NULL;
	origin.file = test->file;
	origin.host = suite ? junit_text_get(&suite->host) : NULL;
	junit_identify(test, tree->producer, tree->key, &origin);
}

static void open_case(struct junit_tree *tree, const struct junit_attrs *attrs)
{
	const struct junit_suite *suite = innermost(tree);
	struct junit_case *test = NULL;

	if (tree->cases_open == CASES_DEEP) {
		junit_faults_refuse(tree->faults, tree->faults->here,
				    "test cases are nested more than %d deep", CASES_DEEP);
		return;
	}
	junit_traits_add(&tree->traits, WORD_TESTCASE, attrs);
	if (!tree->producer_given) {
		tree->producer = junit_traits_decide(&tree->traits);
	}
	test = open_one(tree);
	junit_case_open(test, attrs, tree->producer);
	test->suite = junit_tree_suite_name(tree);
	test->file =
		junit_text_get(test->own_file.there || !suite ? &test->own_file : &suite->file);
	identify(tree, test);
}

static void count_case(struct junit_tree *tree, const struct steady_junit_case *event)
{
	struct junit_suite *suite = innermost(tree);

	tree->told_cases++;
	if (suite) {
		suite->totals.own++;
		suite->totals.all++;
		suite->totals.skipped += event->outcome == STEADY_JUNIT_SKIPPED;
		suite->totals.tries += event->details_told - (event->details_told > 0);
		suite->totals.tries += event->failed_tries > 0;
		suite->totals.further += event->retry || event->teardown;
		suite->totals.bad += event->outcome > STEADY_JUNIT_SKIPPED;
		suite->totals.bad_errors += event->outcome == STEADY_JUNIT_ERROR;
	}
}

void junit_tree_count_passed(struct junit_tree *tree)
{
	const struct steady_junit_case passed = {.outcome = STEADY_JUNIT_PASSED};

	count_case(tree, &passed);
}

bool junit_tree_takes_tests(const struct junit_tree *tree)
{
	return tree->frames.len > 0 && top(tree) == FRAME_SUITE &&
	       (tree->producer_given || tree->traits.decided);
}

static void suite_error(struct junit_tree *tree, const char *where,
			const struct steady_junit_detail *detail)
{
	struct steady_junit_suite_error error = {where, *detail};
	struct junit_suite *suite = innermost(tree);

	tree->told_errors++;
	if (suite) {
		suite->totals.errors++;
	}
	if (tree->events->on_suite_error && !tree->stopped) {
		check_stop(tree, tree->events->on_suite_error(tree->payload, &error));
	}
}

/* Errors that only the suite's own numbers tell of. */
static void tell_hidden_errors(struct junit_tree *tree, const struct junit_suite *suite,
			       const struct junit_producer *producer)
{
	const struct steady_junit_detail detail = {
		.kind = STEADY_JUNIT_TOLD_ERROR,
		.message = "the suite counts an error that no test shows",
	};
	bool all = junit_producer_has(producer, HABIT_HIDES_BAD);

	if (all || junit_producer_has(producer, HABIT_HIDES_ERRORS)) {
		for (size_t n = junit_totals_hidden(&suite->totals, all); n > 0; n--) {
			suite_error(tree, junit_text_get(&suite->name), &detail);
		}
	}
}

/* Cuts the path back to where it was, and checks what the suite said of itself. */
static void close_suite(struct junit_tree *tree)
{
	struct junit_suite *suite = innermost(tree);
	struct junit_totals *totals = &suite->totals;
	const struct junit_producer *producer = tree->producer;
	char text[80];

	if (!producer && !tree->producer_given && !tree->traits.decided) {
		producer = junit_traits_guess(&tree->traits);
	}
	tell_hidden_errors(tree, suite, producer);
	tree->suites_open--;
	tree->serial++;
	tree->path.len = suite->path_len;
	if (tree->path.data) {
		tree->path.data[tree->path.len] = '\0';
	}
	junit_totals_settle(totals, !junit_producer_has(producer, HABIT_COUNTS_FREELY) &&
					    !junit_producer_has(producer, HABIT_COUNTS_MORE));
	junit_totals_add(tree->suites_open > 0 ? &innermost(tree)->totals : &tree->totals, totals);
	if (junit_totals_fit(totals) || junit_producer_has(producer, HABIT_COUNTS_FREELY)) {
		return;
	}
	if (++tree->odd_totals <= JUNIT_ODD_TOTALS_TOLD) {
		snprintf(text, sizeof(text), "says %lld test%s, holds %zu", (long long)totals->said,
			 totals->said == 1 ? "" : "s", totals->all);
		junit_tree_warn(tree, &totals->place, text);
	}
}

/* ctest fails when it cannot start a test, but reports that test as skipped. Only a test's own wish
 * to be skipped leaves ctest green, and those messages start alike. */
static void tell_hidden_error(struct junit_tree *tree, const struct steady_junit_case *event)
{
	struct steady_junit_detail detail = {.kind = STEADY_JUNIT_TOLD_ERROR};

	if (!junit_producer_has(tree->producer, HABIT_SKIP_MAY_FAIL) || event->details_len == 0 ||
	    event->outcome != STEADY_JUNIT_SKIPPED) {
		return;
	}
	detail = event->details[0];
	if (detail.kind != STEADY_JUNIT_TOLD_SKIPPED ||
	    str_starts(str_or(detail.message, ""), "SKIP_")) {
		return;
	}
	detail.kind = STEADY_JUNIT_TOLD_ERROR;
	detail.message = str_or(detail.message, "not run");
	suite_error(tree, event->name, &detail);
}

static void close_case(struct junit_tree *tree)
{
	struct steady_junit_detail details[JUNIT_DETAILS_MAX];
	struct junit_case *test = tree->cases.items[--tree->cases_open];
	struct steady_junit_case event;

	if (!test->name.there && test->told_count == 0 &&
	    junit_producer_has(tree->producer, HABIT_NAMELESS_ENDED)) {
		junit_case_say(test, STEADY_JUNIT_TOLD_ERROR, ENDED_INSIDE);
	}
	junit_case_event(test, tree->producer, &event, details, &tree->output);
	if (test->odd_status.there && event.outcome == STEADY_JUNIT_PASSED) {
		doubt(tree, DOUBT_STATUS, "a status that is not known was taken for passed",
		      junit_text_get(&test->odd_status));
	}
	count_case(tree, &event);
	tell_hidden_error(tree, &event);
	if (tree->events->on_case && !tree->stopped) {
		check_stop(tree, tree->events->on_case(tree->payload, &event));
	}
}

/* --- details --- */

static void open_detail(struct junit_tree *tree, enum junit_word word, enum junit_frame parent,
			const struct junit_attrs *attrs)
{
	enum steady_junit_kind kind = STEADY_JUNIT_TOLD_ERROR;

	junit_told_kind(word, &kind);
	if (tells_of_case(parent)) {
		tree->told = junit_case_tell(tree->cases.items[tree->cases_open - 1], kind, attrs);
	} else {
		tree->told = &tree->orphan;
		junit_told_open(tree->told, kind, attrs);
	}
}

static void close_detail(struct junit_tree *tree)
{
	struct steady_junit_detail detail = {0};

	if (tree->told == &tree->orphan) {
		detail = junit_told_detail(tree->told);
		if (detail.kind == STEADY_JUNIT_TOLD_FAILURE ||
		    detail.kind == STEADY_JUNIT_TOLD_ERROR) {
			suite_error(tree, junit_tree_suite_name(tree), &detail);
		} else if (detail.kind == STEADY_JUNIT_TOLD_SKIPPED && innermost(tree)) {
			innermost(tree)->totals.passed_over = true;
		}
	}
	tree->told = NULL;
}

/* Properties carry the environment and are not kept; a few say what nothing else does. */
static void take_property(struct junit_tree *tree, enum junit_frame frame,
			  const struct junit_attrs *attrs)
{
	const struct junit_attr *name = junit_attrs_find(attrs, WORD_NAME);

	if (frame == FRAME_PROPERTIES) {
		junit_traits_add(&tree->traits, WORD_PROPERTY, attrs);
	} else if (frame == FRAME_CASE_PROPERTIES && name && name->len == 4 &&
		   (memcmp(name->value, "skip", 4) == 0 || memcmp(name->value, "todo", 4) == 0) &&
		   junit_producer_has(tree->producer, HABIT_PROPERTY_SKIPS)) {
		tree->cases.items[tree->cases_open - 1]->status = STEADY_JUNIT_SKIPPED;
	}
}

/* --- elements --- */

static void open_root(struct junit_tree *tree, const struct junit_element *element,
		      enum junit_word word)
{
	struct junit_faults *faults = tree->faults;
	CLEANUP(buf_release) struct buf shown = BUF_INIT(400);
	bool known = word == WORD_TESTSUITES || word == WORD_TESTSUITE || word == WORD_TESTRUN ||
		     word == WORD_TESTCASE;

	if (tree->roots > 0) {
		junit_outside_judge(&tree->outside, faults, false);
	}
	tree->outside = (struct junit_outside){0};
	if (known && !junit_format_is_foreign(element->uri)) {
		tree->is_report = true;
		if (++tree->roots > 1) {
			junit_faults_repair(faults, REPAIR_ROOTS, faults->here);
		}
		return;
	}
	utf8_cut(&shown, element->name, 60);
	if (tree->is_report) {
		junit_faults_break(faults, faults->here, "<%s> behind the report", buf_str(&shown));
	} else {
		junit_faults_refuse(faults, faults->here,
				    known ? "<%s> is of another format%s"
					  : "the root element is <%s>, not <testsuites> or "
					    "<testsuite>%s",
				    buf_str(&shown),
				    junit_format_of_root(element->name, element->uri));
	}
}

/* What an element that is called otherwise stands for; its own word mostly. */
static enum junit_word meaning(const struct junit_element *element, enum junit_frame parent)
{
	bool known = element->word != WORD_NONE && element->word <= WORD_PROPERTY;

	return known ? element->word : junit_status_element(element->name, parent == FRAME_CASE);
}

/* An element that tells of a failure where none is looked for, or in words that are not known. */
static void look_for_doubts(struct junit_tree *tree, const struct junit_element *element,
			    enum junit_frame parent, enum junit_frame frame)
{
	enum junit_word word = element->word;
	bool bad = word == WORD_FAILURE || word == WORD_ERROR;
	bool excused = frame == FRAME_INNER && tree->told->kind != STEADY_JUNIT_TOLD_SKIPPED;

	if (frame == FRAME_CASE_GROUP && junit_status_is_suspect(element->name)) {
		doubt(tree, DOUBT_ELEMENT, "an element in a test that is not known was ignored",
		      element->name);
	} else if (frame == FRAME_GROUP && parent == FRAME_SUITE &&
		   junit_status_is_suspect(element->name)) {
		doubt(tree, DOUBT_ELEMENT, "an element in a suite that is not known was ignored",
		      element->name);
	} else if ((frame == FRAME_INNER || frame == FRAME_OPAQUE) &&
		   (word == WORD_TESTCASE || (bad && !excused))) {
		doubt(tree, DOUBT_HIDDEN, "an element inside of output does not count",
		      element->name);
	}
}

static void on_open(void *payload, const struct junit_element *element)
{
	struct junit_tree *tree = payload;
	enum junit_frame parent = tree->frames.len > 0 ? top(tree) : FRAME_SUITE;
	enum junit_frame frame = FRAME_SUITE;
	enum junit_word word = meaning(element, parent);

	if (tree->frames.len > 0) {
		frame = frame_inside(tree, word);
		look_for_doubts(tree, element, parent, frame);
	} else {
		open_root(tree, element, word);
		frame = word == WORD_TESTCASE ? FRAME_CASE : FRAME_SUITE;
	}
	if (!junit_faults_going(tree->faults)) {
		return;
	}
	*VEC_PUSH(&tree->frames) = frame;
	if (frame == FRAME_SUITE) {
		open_suite(tree, word, &element->attrs);
	} else if (frame == FRAME_CASE) {
		open_case(tree, &element->attrs);
	} else if (frame == FRAME_DETAIL) {
		open_detail(tree, word, parent, &element->attrs);
	} else if (word == WORD_PROPERTY) {
		take_property(tree, frame, &element->attrs);
	}
}

static void on_close(void *payload)
{
	struct junit_tree *tree = payload;
	enum junit_frame frame = top(tree);

	tree->frames.len--;
	if (frame == FRAME_SUITE) {
		close_suite(tree);
	} else if (frame == FRAME_CASE) {
		close_case(tree);
	} else if (frame == FRAME_DETAIL) {
		close_detail(tree);
	}
}

static void on_text(void *payload, const char *text, size_t len)
{
	struct junit_tree *tree = payload;
	enum junit_frame frame = tree->frames.len > 0 ? top(tree) : FRAME_OPAQUE;

	if (tree->frames.len == 0) {
		junit_outside_add(&tree->outside, tree->faults, text, len);
	} else if (frame == FRAME_DETAIL || frame == FRAME_INNER) {
		junit_clip_add(&tree->told->text, text, len);
	} else if (frame == FRAME_OUT) {
		junit_clip_add(&tree->cases.items[tree->cases_open - 1]->out, text, len);
	} else if (frame == FRAME_ERR) {
		junit_clip_add(&tree->cases.items[tree->cases_open - 1]->err, text, len);
	}
}

const struct junit_markup junit_tree_markup = {on_open, on_close, on_text};

void junit_tree_init(struct junit_tree *tree, struct junit_faults *faults)
{
	*tree = (struct junit_tree){
		.faults = faults,
		.path = BUF_INIT(PATH_MAX_LEN),
		.output = BUF_INIT(PATH_MAX_LEN),
	};
	junit_told_init(&tree->orphan, ORPHAN_KEPT, ORPHAN_KEPT);
}

void junit_tree_break(struct junit_tree *tree)
{
	while (tree->cases_open > 0) {
		struct junit_case *test = tree->cases.items[tree->cases_open - 1];

		junit_case_say(test, STEADY_JUNIT_TOLD_ERROR, BROKEN_OFF);
		test->broken_off = true;
		close_case(tree);
	}
}

static void suite_release(struct junit_suite *suite)
{
	buf_release(&suite->name.buf);
	buf_release(&suite->file.buf);
	buf_release(&suite->host.buf);
}

void junit_tree_release(struct junit_tree *tree)
{
	VEC_EACH (struct junit_suite, suite, &tree->suites) {
		suite_release(suite);
	}
	VEC_EACH (struct junit_case *, test, &tree->cases) {
		junit_case_free(*test);
	}
	VEC_FREE(&tree->suites);
	VEC_FREE(&tree->cases);
	VEC_FREE(&tree->frames);
	junit_told_release(&tree->orphan);
	junit_traits_release(&tree->traits);
	buf_release(&tree->path);
	buf_release(&tree->output);
}
