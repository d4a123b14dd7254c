/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/doctor.h"

#include "base/mem.h"
#include "base/str.h"
#include "cli/run_plan.h"
#include "os/signals.h"
#include "run/rehearse.h"
#include "text/duration.h"

#include <string.h>

static char *shown_duration(int64_t us)
{
	struct buf text = BUF_INIT(64);

	duration_show(&text, us);
	return buf_take(&text);
}

static void add_framework(struct doctor *doctor, const struct rehearsal *rehearsal)
{
	const struct preset *preset = rehearsal->preset;
	CLEANUP(buf_release) struct buf globs = BUF_INIT(BUF_OWN_MAX);

	VEC_EACH (char *, glob, &rehearsal->globs) {
		buf_fmt(&globs, "%s%s", globs.len ? " " : "", *glob);
	}
	doctor_add_from(doctor, "framework",
			preset ? preset->name
			       : "not recognised: give --junit, and --rerun whole to retry",
			!preset                           ? NULL
			: rehearsal->mode == RERUN_PRESET ? "--rerun"
							  : "the command");
	doctor_add(doctor, DOCTOR_FACT, "results", "%s",
		   rehearsal->private_results ? "private folder (the option is added)"
					      : str_or(buf_str(&globs), "where --junit says"));
	if (!preset) {
		return;
	}
	if (preset->tests_failed_code >= 0) {
		doctor_add(doctor, DOCTOR_FACT, "retries",
			   "exit code %d means that tests failed; others are never retried",
			   preset->tests_failed_code);
	}
	doctor_add(doctor, DOCTOR_FACT, "complete", "%s",
		   str_or(preset->proof, "not proven by anything: a passed retry is confirmed by a "
					 "run of the whole command"));
}

static void add_limit(struct buf *out, int64_t limit_us, const char *of_what)
{
	AUTO_FREE char *limit = shown_duration(limit_us);

	if (limit_us > 0) {
		buf_fmt(out, "%s%s%s", out->len ? ", or after " : "", limit, of_what);
	}
}

/* When an attempt is ended, by what, and what with it. */
static void add_limits(struct doctor *doctor, const struct preset *preset)
{
	const struct options *options = &doctor->invocation->options;
	AUTO_FREE char *grace = shown_duration(options->grace_us);
	CLEANUP(buf_release) struct buf limits = BUF_INIT(200);

	add_limit(&limits, options->timeout_us, "");
	add_limit(&limits, options->idle_us, " without output");
	add_limit(&limits, options->run_timeout_us, " of all attempts together");
	if (limits.len > 0) {
		doctor_add(doctor, DOCTOR_FACT, "timeouts", "an attempt is ended after %s",
			   buf_str(&limits));
	} else {
		doctor_add(doctor, DOCTOR_FACT, "timeouts",
			   "none: an attempt that hangs is not ended (--timeout, --idle-timeout)");
	}
	doctor_add(doctor, DOCTOR_FACT, "ends by", "SIG%s, and SIGKILL %s later, to %s",
		   sigabbrev_np(preset_soft_signal(preset)), grace,
		   options->no_subreaper
			   ? "its process group; what has left that stays (--no-subreaper)"
			   : "its process group; then to all of its tree, daemons too");
	doctor_add(doctor, DOCTOR_FACT, "ends by",
		   "containers, and services that others started, are not ended");
}

int doctor_command(struct doctor *doctor, struct err *err)
{
	struct invocation *invocation = doctor->invocation;
	CLEANUP(strv_release) struct strv words = {0};
	CLEANUP(rehearsal_release) struct rehearsal rehearsal = {0};
	struct run_plan plan;

	if (!invocation->command.len && !invocation->words.len) {
		signals_init();
		add_limits(doctor, NULL);
		return 0;
	}
	if (run_plan_read(invocation, &plan, &words, err) < 0 ||
	    place_reading(&doctor->place, &invocation->options, &plan.reading, err) < 0 ||
	    runner_prepare(&plan, err) < 0) {
		return -1;
	}
	if (doctor_rehearse(doctor, &plan, &rehearsal, err) < 0) {
		return -1;
	}
	if (rehearsal.verdict == REHEARSAL_STOPPED) {
		doctor->stop_code = cli_stopped_code();
		return 0;
	}
	add_limits(doctor, rehearsal.preset);
	add_framework(doctor, &rehearsal);
	doctor_add_retry(doctor, &rehearsal);
	return 0;
}
