/* SPDX-License-Identifier: Apache-2.0 */
#include "report/ruling_words.h"

#include "base/str.h"
#include "report/words.h"

const struct failure_ruling *ruling_of(const struct summary_input *input,
				       const struct failed_test *test)
{
	return input->rulings ? &input->rulings[test - input->run->failed.items] : NULL;
}

const char *ruling_label(const struct failure_ruling *ruling)
{
	static const char *const labels[VERDICT_COUNT] = {
		[VERDICT_UNKNOWN] = "not known yet",
		[VERDICT_KNOWN_FLAKE] = "known flake",
		[VERDICT_NEW_SIGNATURE] = "new failure of a flaky test",
		[VERDICT_BROKEN_AT_BASE] = "broken without this change, too",
		[VERDICT_LIKELY_REGRESSION] = "likely a regression",
		[VERDICT_READINESS] = "a service was not there",
		[VERDICT_INCIDENT] = "one of many at once",
		[VERDICT_TIMEOUT] = "hung",
	};

	if (ruling->verdict == VERDICT_NEW_SIGNATURE && !ruling->is_flaky) {
		return "new flake or real race";
	}
	return labels[ruling->verdict];
}

static void next(struct buf *out)
{
	if (out->len > 0) {
		buf_str_add(out, "; ");
	}
}

static void at_base(struct buf *out, const struct summary_input *input,
		    const struct failure_ruling *ruling)
{
	if (ruling->base_failures == 0) {
		return;
	}
	next(out);
	buf_fmt(out, "failed on %s in ", str_or(input->base, "the base"));
	if (ruling->base_failures == 1) {
		buf_str_add(out, "its last run");
	} else {
		buf_fmt(out, "its last %zu runs", ruling->base_failures);
	}
	if (ruling->base_commit) {
		buf_fmt(out, ", since %.*s", WORDS_COMMIT, ruling->base_commit);
	}
}

static void alike(struct buf *out, const struct failure_ruling *ruling)
{
	if (ruling->alike > 0) {
		next(out);
		buf_fmt(out, "failed like this in %zu of ", ruling->alike);
		words_count(out, ruling->runs, "other run", "other runs");
		if (ruling->alike_pulls > 0) {
			buf_str_add(out, ", on ");
			words_count(out, ruling->alike_pulls, "other pull request",
				    "other pull requests");
			buf_str_add(out, " in 7 days");
		}
	} else if (ruling->own_alike > 0) {
		next(out);
		buf_str_add(out, "failed like this only with this change, in ");
		words_count(out, ruling->own_alike, "other run", "other runs");
	} else if (ruling->failures > 0) {
		next(out);
		if (ruling->failures == 1) {
			buf_str_add(out, "its one failure in ");
		} else {
			buf_fmt(out, "none of its %zu failures in ", ruling->failures);
		}
		words_count(out, ruling->runs, "other run", "other runs");
		buf_str_add(out, ruling->failures == 1 ? " was not like this" : " was like this");
	}
}

static void record(struct buf *out, const struct failure_ruling *ruling)
{
	if (ruling->passed_here) {
		next(out);
		buf_str_add(out, "passed on this content in another run");
	} else if (ruling->failed_here) {
		next(out);
		buf_str_add(out, "failed on this content in another run, too");
	}
	if (ruling->failures == 0 && ruling->runs > 0) {
		next(out);
		buf_str_add(out, "never failed in ");
		words_count(out, ruling->runs, "other run", "other runs");
	} else if (ruling->passes > 1 && !ruling->is_flaky) {
		next(out);
		buf_fmt(out, "passed in the %zu runs before", ruling->passes);
	}
	if (ruling->runs == 0) {
		next(out);
		buf_str_add(out, "no other run of it is on record");
	}
}

static void change(struct buf *out, const struct failure_ruling *ruling)
{
	static const char *const words[] = {
		[TOUCH_UNKNOWN] = NULL,
		[TOUCH_NO] = "the change does not touch what the failure names",
		[TOUCH_YES] = "the change touches what the failure names",
	};

	if (words[ruling->touch]) {
		next(out);
		buf_str_add(out, words[ruling->touch]);
	}
}

void ruling_reasons(struct buf *out, const struct summary_input *input,
		    const struct failure_ruling *ruling)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	if (ruling->at_once > 0) {
		words_count(&text, ruling->at_once, "test", "tests");
		buf_str_add(&text, " failed at once");
	}
	at_base(&text, input, ruling);
	alike(&text, ruling);
	record(&text, ruling);
	change(&text, ruling);
	buf_add(out, buf_str(&text), text.len);
}

void ruling_line(struct buf *out, const struct summary_input *input,
		 const struct failure_ruling *ruling)
{
	buf_fmt(out, "%s (false alarm with ", ruling_label(ruling));
	words_probability(out, ruling->probability);
	buf_str_add(out, "): ");
	ruling_reasons(out, input, ruling);
}
