/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/stream.h"

#include "base/mem.h"
#include "base/str.h"
#include "junit/decode.h"
#include "junit/fast.h"
#include "junit/format.h"
#include "junit/gunzip.h"
#include "junit/identity.h"
#include "junit/lexer.h"
#include "junit/tree.h"

#include "os/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK ((size_t)64 << 10)

/* One file on its way: bytes → (gunzip) → decode → lexer → skeleton → tree → events;
 * or in the fast way: bytes → fast → tree → events. */
struct steady_junit_reader {
	struct steady_junit_events events;
	struct junit_faults faults;
	struct junit_tree tree;
	struct junit_skeleton *skeleton;
	struct junit_lexer lexer;
	struct junit_decoder decoder;
	struct junit_gunzip *gunzip; /* NULL: not compressed */
	struct junit_fast *fast;     /* NULL: not that way */
	struct hash *hash;           /* NULL, or borrowed */
	unsigned char start[2];      /* they tell whether it is */
	size_t start_len;
	uint64_t bytes;
};

const char *steady_junit_outcome_name(enum steady_junit_outcome outcome)
{
	static const char *const names[] = {"passed", "skipped", "failed", "error"};

	return names[outcome];
}

const char *steady_junit_state_name(enum steady_junit_state state)
{
	static const char *const names[] = {"ok", "repaired", "incomplete", "refused"};

	return names[state];
}

static int take_options(struct junit_tree *tree, const struct steady_junit_options *options,
			struct err *err)
{
	if (!options) {
		return 0;
	}
	tree->root = options->root;
	if (options->producer) {
		tree->producer = junit_producer_find(options->producer);
		tree->producer_given = true;
		if (!tree->producer) {
			return err_set(err, ERR_USAGE, "'%s' is no producer known here",
				       options->producer);
		}
	}
	return options->key ? junit_key_parse(options->key, &tree->key, err) : 0;
}

static void go_careful(struct steady_junit_reader *reader)
{
	reader->skeleton = junit_skeleton_new(&junit_tree_markup, &reader->tree, &reader->faults);
	junit_lexer_init(&reader->lexer, reader->skeleton, &reader->faults);
	junit_decoder_init(&reader->decoder, &reader->lexer, &reader->faults);
}

static void go_fast(struct steady_junit_reader *reader)
{
	reader->fast = mem_alloc(sizeof(*reader->fast));
	junit_fast_init(reader->fast, &junit_tree_markup, &reader->tree, &reader->faults);
}

struct steady_junit_reader *junit_stream_new(bool fast, const struct steady_junit_events *events,
					     void *payload,
					     const struct steady_junit_options *options,
					     char error[1024])
{
	struct steady_junit_reader *reader = mem_alloc(sizeof(*reader));
	struct err err = ERR_INIT;

	reader->events = events ? *events : (struct steady_junit_events){0};
	junit_faults_init(&reader->faults);
	junit_tree_init(&reader->tree, &reader->faults);
	reader->tree.events = &reader->events;
	reader->tree.payload = payload;
	if (take_options(&reader->tree, options, &err) < 0) {
		snprintf(error, 1024, "%s", err.msg);
		steady_junit_free(reader);
		return NULL;
	}
	(fast ? go_fast : go_careful)(reader);
	return reader;
}

struct steady_junit_reader *steady_junit_new(const struct steady_junit_events *events,
					     void *payload,
					     const struct steady_junit_options *options,
					     char error[1024])
{
	return junit_stream_new(false, events, payload, options, error);
}

void steady_junit_free(struct steady_junit_reader *reader)
{
	if (!reader) {
		return;
	}
	junit_gunzip_free(reader->gunzip);
	if (reader->fast) {
		junit_fast_release(reader->fast);
		free(reader->fast);
	}
	junit_lexer_release(&reader->lexer);
	junit_skeleton_free(reader->skeleton);
	junit_tree_release(&reader->tree);
	free(reader);
}

void junit_stream_hash(struct steady_junit_reader *reader, struct hash *hash)
{
	reader->hash = hash;
}

void junit_stream_least(struct steady_junit_reader *reader, size_t bytes)
{
	reader->lexer.least = bytes;
}

void junit_stream_echo(struct steady_junit_reader *reader, struct junit_echo *echo,
		       junit_echo_fn *told)
{
	reader->fast->echo = echo;
	junit_echo_begin(echo, &reader->tree, told, reader->tree.payload);
}

bool junit_stream_is_taken(struct steady_junit_reader *reader)
{
	return !reader->fast || junit_fast_end(reader->fast);
}

const struct junit_producer *junit_stream_producer(const struct steady_junit_reader *reader)
{
	return reader->tree.producer;
}

static void pass_on(struct steady_junit_reader *reader, const void *data, size_t len)
{
	if (!junit_faults_going(&reader->faults)) {
		return;
	}
	if (reader->gunzip) {
		junit_gunzip_feed(reader->gunzip, data, len);
	} else {
		junit_decoder_feed(&reader->decoder, data, len);
	}
}

/* The first two bytes wait until both are there. */
static size_t take_start(struct steady_junit_reader *reader, const unsigned char *data, size_t len)
{
	size_t taken = 0;

	while (reader->start_len < 2 && taken < len) {
		reader->start[reader->start_len++] = data[taken++];
	}
	if (taken > 0 && reader->start_len == 2) {
		if (junit_gunzip_is(reader->start)) {
			reader->gunzip = junit_gunzip_new(&reader->decoder, &reader->faults);
		}
		pass_on(reader, reader->start, 2);
	}
	return taken;
}

bool steady_junit_feed(struct steady_junit_reader *reader, const void *data, size_t len)
{
	const unsigned char *bytes = data;
	size_t taken = 0;

	if (reader->hash) {
		hash_add(reader->hash, data, len);
	}
	reader->bytes += len;
	if (reader->fast) {
		return junit_fast_feed(reader->fast, data, len);
	}
	taken = take_start(reader, bytes, len);
	for (bytes += taken, len -= taken; len > 0;) {
		size_t part = len < ((size_t)1 << 30) ? len : (size_t)1 << 30;

		pass_on(reader, bytes, part);
		bytes += part;
		len -= part;
	}
	return junit_faults_going(&reader->faults);
}

/* What was repaired, one warning a kind. */
static void tell_repairs(struct steady_junit_reader *reader)
{
	const struct junit_faults *faults = &reader->faults;
	const struct junit_place nowhere = {0};

	for (enum junit_repair i = 0; i < REPAIR_COUNT; i++) {
		AUTO_FREE char *text = NULL;
		size_t count = faults->repairs[i].count;

		if (!junit_faults_tells(faults, i)) {
			continue;
		}
		/* how many there are is known only of what was read to its end */
		text = count > 1 && i != REPAIR_DECLARATION && junit_faults_going(faults)
			       ? mem_fmt("%s (%zu in all)", junit_repair_text(i), count)
			       : mem_str(junit_repair_text(i));
		junit_tree_warn(&reader->tree,
				i == REPAIR_PADDING ? &nowhere : &faults->repairs[i].first, text);
	}
}

/* Suites whose numbers are odd, beyond those that were told one by one. */
static void tell_odd_totals(struct steady_junit_reader *reader)
{
	const struct junit_place nowhere = {0};
	AUTO_FREE char *text = NULL;

	if (reader->tree.odd_totals > JUNIT_ODD_TOTALS_TOLD) {
		text = mem_fmt("%zu suites in all say another number of tests than they hold",
			       reader->tree.odd_totals);
		junit_tree_warn(&reader->tree, &nowhere, text);
	}
}

/* A report that claims failures and shows none has lost them on its way. Of failures beside others
 * nobody can tell, some writers count errors twice; and of tests, whose totals are often wrong. */
static void judge_totals(struct steady_junit_reader *reader)
{
	struct junit_totals *totals = &reader->tree.totals;
	const struct junit_place nowhere = {0};
	AUTO_FREE char *text = NULL;
	size_t unshown = 0;

	junit_totals_finish(totals);
	unshown = totals->unshown_failures;
	if (unshown > 0 && totals->bad + totals->errors > 0) {
		text = mem_fmt("the totals claim %zu failure%s more than it shows", unshown,
			       unshown == 1 ? "" : "s");
		junit_tree_warn(&reader->tree, &nowhere, text);
	} else if (unshown > 0) {
		junit_faults_fail(&reader->faults, COURSE_BROKEN, NULL,
				  "its totals claim %zu failure%s, and it shows none", unshown,
				  unshown == 1 ? "" : "s");
	}
}

static void drain(struct steady_junit_reader *reader)
{
	if (reader->start_len == 1) {
		pass_on(reader, reader->start, 1);
	}
	junit_decoder_end(&reader->decoder);
	junit_lexer_flush(&reader->lexer);
	if (reader->gunzip) {
		junit_gunzip_end(reader->gunzip);
	}
	junit_lexer_end(&reader->lexer);
	if (reader->tree.roots > 0) {
		junit_outside_judge(&reader->tree.outside, &reader->faults,
				    reader->decoder.encoding == ENCODING_UTF16);
	}
	junit_skeleton_end(reader->skeleton, reader->lexer.len);
}

/* A file without a root element is refused with what it seems to be. */
static void judge_root(struct steady_junit_reader *reader)
{
	struct junit_faults *faults = &reader->faults;

	if (faults->course == COURSE_REFUSED || reader->tree.is_report) {
		return;
	}
	if (reader->bytes == 0) {
		*faults = (struct junit_faults){0};
		junit_faults_fail(faults, COURSE_REFUSED, NULL, "the file is empty");
	} else if (faults->course == COURSE_GOING || reader->lexer.banner) {
		faults->course = COURSE_GOING;
		junit_faults_fail(faults, COURSE_REFUSED, NULL, "%s",
				  junit_format_of_text(reader->lexer.first));
	}
	faults->course = COURSE_REFUSED;
}

static enum steady_junit_state state_of(const struct junit_faults *faults)
{
	if (faults->course == COURSE_REFUSED) {
		return STEADY_JUNIT_REFUSED;
	}
	if (faults->course == COURSE_BROKEN) {
		return STEADY_JUNIT_INCOMPLETE;
	}
	return junit_faults_repaired(faults) ? STEADY_JUNIT_REPAIRED : STEADY_JUNIT_OK;
}

void steady_junit_finish(struct steady_junit_reader *reader, struct steady_junit_summary *summary)
{
	struct junit_tree *tree = &reader->tree;

	if (!reader->fast) {
		drain(reader);
	}
	judge_root(reader);
	if (reader->faults.course == COURSE_BROKEN) {
		junit_tree_break(tree);
	}
	if (reader->faults.course != COURSE_REFUSED) {
		tell_repairs(reader);
		tell_odd_totals(reader);
		judge_totals(reader);
	}
	if (!tree->producer_given) {
		tree->producer = junit_traits_decide(&tree->traits);
	}
	*summary = (struct steady_junit_summary){
		.state = state_of(&reader->faults),
		.producer = tree->producer ? tree->producer->name : NULL,
		.cases = tree->told_cases,
		.suite_errors = tree->told_errors,
		.unshown_tests = tree->totals.unshown_tests,
		.unshown_failures = tree->totals.unshown_failures,
		.bytes = reader->bytes,
	};
	snprintf(summary->error, sizeof(summary->error), "%s", reader->faults.err.msg);
}

/* --- files and memory --- */

/* The end of what was read decides nothing: a file that is being written is read as it was. */
static void check_growth(struct steady_junit_reader *reader, int fd, uint64_t size)
{
	const struct junit_place nowhere = {0};
	struct stat st;

	if (fstat(fd, &st) == 0 && (uint64_t)st.st_size > size) {
		junit_tree_warn(&reader->tree, &nowhere,
				"the file grew while it was read; what came then was left out");
	}
}

static void tell_progress(struct steady_junit_reader *reader, uint64_t total)
{
	if (reader->events.on_progress &&
	    reader->events.on_progress(reader->tree.payload, reader->bytes, total) != 0) {
		junit_tree_stop(&reader->tree);
	}
}

int junit_stream_read(struct steady_junit_reader *reader, int fd, uint64_t size)
{
	AUTO_FREE char *chunk = mem_array(CHUNK, 1);
	bool wanted = true;

	/* what only the hash wants is read too, unless all will be read once more */
	while (reader->bytes < size && (wanted || (reader->hash && !reader->fast))) {
		uint64_t left = size - reader->bytes;
		ssize_t got =
			pread(fd, chunk, left < CHUNK ? (size_t)left : CHUNK, (off_t)reader->bytes);

		if (got < 0 && errno != EINTR) {
			if (!reader->fast) {
				junit_lexer_flush(&reader->lexer);
			}
			return junit_faults_fail(&reader->faults, COURSE_BROKEN, NULL,
						 "cannot read: %s", strerror(errno));
		}
		if (got == 0) {
			return 0;
		}
		if (got > 0) {
			wanted = steady_junit_feed(reader, chunk, (size_t)got);
			tell_progress(reader, size);
		}
	}
	check_growth(reader, fd, size);
	return 0;
}

/* What the system said, without the path: whoever shows it names the file. */
static int refuse_file(struct steady_junit_reader *reader, const char *path, const struct err *err)
{
	const char *text = err->msg;

	if (str_starts(text, path) && str_starts(text + strlen(path), ": ")) {
		text += strlen(path) + 2;
	}
	return junit_faults_fail(&reader->faults, COURSE_REFUSED, NULL, "%s", text);
}

int junit_stream_open(struct steady_junit_reader *reader, const char *path, int *fd, uint64_t *size)
{
	struct err err = ERR_INIT;
	struct stat st = {0};

	if (file_open(path, fd, &err) < 0) {
		return refuse_file(reader, path, &err);
	}
	if (fstat(*fd, &st) < 0) {
		err_sys(&err, ERR_IO, "%s", path);
		return refuse_file(reader, path, &err);
	}
	*size = (uint64_t)st.st_size;
	return 0;
}

static int finish(struct steady_junit_reader *reader, struct steady_junit_summary *summary)
{
	steady_junit_finish(reader, summary);
	steady_junit_free(reader);
	return summary->state == STEADY_JUNIT_REFUSED ? -1 : 0;
}

static struct steady_junit_reader *start(const struct steady_junit_events *events, void *payload,
					 const struct steady_junit_options *options,
					 struct steady_junit_summary *summary)
{
	*summary = (struct steady_junit_summary){.state = STEADY_JUNIT_REFUSED};
	return steady_junit_new(events, payload, options, summary->error);
}

int steady_junit_read_file(const char *path, const struct steady_junit_events *events,
			   void *payload, const struct steady_junit_options *options,
			   struct steady_junit_summary *summary)
{
	struct steady_junit_reader *reader = start(events, payload, options, summary);
	AUTO_CLOSE int fd = -1;
	uint64_t size = 0;

	if (!reader) {
		return -1;
	}
	if (junit_stream_open(reader, path, &fd, &size) == 0) {
		junit_stream_read(reader, fd, size);
	}
	return finish(reader, summary);
}

int steady_junit_read_memory(const void *data, size_t len, const struct steady_junit_events *events,
			     void *payload, const struct steady_junit_options *options,
			     struct steady_junit_summary *summary)
{
	struct steady_junit_reader *reader = start(events, payload, options, summary);

	if (!reader) {
		return -1;
	}
	steady_junit_feed(reader, data, len);
	return finish(reader, summary);
}
