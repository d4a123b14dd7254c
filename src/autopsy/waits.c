/* SPDX-License-Identifier: Apache-2.0 */
#include "autopsy/waits.h"

#include "autopsy/calls.h"
#include "base/clock.h"
#include "text/duration.h"
#include "text/escape.h"

#define NS_PER_US INT64_C(1000)

/* Who wants less than this share of the window is not busy; who gets less than that one of what it
 * wants is starved. */
#define WANTS_PERCENT 50
#define GETS_PERCENT  20

const char *hang_kind_name(enum hang_kind kind)
{
	static const char *const names[] = {
		[HANG_UNKNOWN] = "unknown",
		[HANG_DEADLOCK] = "deadlock",
		[HANG_SOCKET] = "waits-for-socket",
		[HANG_FILE] = "waits-for-file",
		[HANG_CHILD] = "waits-for-child",
		[HANG_THREAD] = "waits-for-thread",
		[HANG_SLEEPS] = "sleeps",
		[HANG_BUSY] = "busy",
		[HANG_STARVED] = "starved",
		[HANG_STOPPED] = "stopped",
		[HANG_DISK] = "disk",
	};

	return names[kind];
}

void wait_set(struct thread_wait *wait, enum hang_kind kind, const char *detail, enum weight weight)
{
	wait->kind = kind;
	wait->detail = detail;
	wait->weight = weight;
}

char *wait_span(int64_t us)
{
	struct buf text = BUF_INIT(32);

	duration_show(&text, us);
	return buf_take(&text);
}

static void judge_stopped(const struct facts *facts, const struct thread_fact *thread,
			  struct thread_wait *out)
{
	const struct proc_fact *proc = &facts->procs.items[thread->proc];

	if (proc->tracer) {
		wait_set(out, HANG_STOPPED, "traced", WEIGHT_STOPPED);
		out->does = mem_fmt("is held by a debugger (pid %d)", proc->tracer);
		return;
	}
	wait_set(out, HANG_STOPPED, "signal", WEIGHT_STOPPED);
	out->does = mem_str("is stopped by a signal");
	if (proc->background) {
		out->more = mem_str("; it is in the background of its terminal, where reading "
				    "stops a process");
	}
}

/* True when the thread runs or would like to. */
static bool judge_cpu(const struct facts *facts, const struct thread_fact *thread,
		      struct thread_wait *out)
{
	int64_t got = (int64_t)thread->cpu_ns / NS_PER_US;
	int64_t waited = (int64_t)thread->delay_ns / NS_PER_US;
	AUTO_FREE char *cpu = wait_span(got);
	AUTO_FREE char *window = wait_span(facts->window_us);

	/* a waiting time is counted only when it ends */
	if (thread->runs && got + waited < facts->window_us) {
		waited = facts->window_us - got;
	}
	if (!thread->runs && (got + waited) * 100 < facts->window_us * WANTS_PERCENT) {
		if (thread->state == 'R') {
			wait_set(out, HANG_BUSY, "now-and-then", WEIGHT_SLEEP);
			out->does = mem_fmt("works now and then: %s of CPU in %s", cpu, window);
		}
		return thread->state == 'R';
	}
	if (facts->window_us > 0 && got * 100 < (got + waited) * GETS_PERCENT) {
		wait_set(out, HANG_STARVED, "cpu", WEIGHT_CPU);
		out->does = mem_fmt("could run but got only %s of CPU in %s: others have the "
				    "processors",
				    cpu, window);
	} else {
		wait_set(out, HANG_BUSY, "cpu", WEIGHT_CPU);
		out->does = mem_fmt("is busy: %s of CPU in %s", cpu, window);
	}
	return true;
}

static void judge_disk(const struct facts *facts, const struct thread_fact *thread,
		       const struct call_row *row, struct thread_wait *out)
{
	const struct fd_fact *fd =
		row && row->kind >= CALL_READ && row->kind <= CALL_WRITE &&
				thread->call.state == CALL_BLOCKED
			? facts_fd(facts, thread->proc, (int)thread->call.args[0])
			: NULL;

	wait_set(out, HANG_DISK, "uninterruptible", WEIGHT_DISK);
	out->does =
		mem_str("is in an uninterruptible wait, as for a disk or a network file system");
	if (fd && fd->link.path) {
		CLEANUP(buf_release) struct buf path = BUF_INIT(BUF_OWN_MAX);

		escape_terminal(&path, fd->link.path);
		out->target = mem_str(fd->link.path);
		out->more = mem_fmt(" (%s of %s)", row->word, buf_str(&path));
	} else if (thread->wchan[0]) {
		out->more = mem_fmt(" (%s)", thread->wchan);
	}
}

static void judge_unknown(const struct thread_fact *thread, struct thread_wait *out)
{
	wait_set(out, HANG_UNKNOWN, "unknown", WEIGHT_UNKNOWN);
	if (thread->call.state == CALL_DENIED) {
		out->detail = "denied";
		out->does = mem_str("is blocked; in which call may not be read");
	} else if (thread->wchan[0]) {
		out->does = mem_fmt("is blocked in the kernel's %s", thread->wchan);
	} else {
		out->does = mem_str("is blocked in a call that is not known");
	}
}

static void judge_thread(const struct facts *facts, const struct thread_fact *thread,
			 struct thread_wait *out)
{
	const struct call_row *row = call_of(&thread->call, thread->wchan);

	out->call = row ? row->word : "";
	if (thread->state == 'T' || thread->state == 't') {
		judge_stopped(facts, thread, out);
	} else if (thread->state == 'Z' || thread->state == 'X') {
		wait_set(out, HANG_UNKNOWN, "ended", WEIGHT_ENDED);
		out->does = mem_str("has ended; its parent has not asked for it yet");
	} else if (judge_cpu(facts, thread, out)) {
		return;
	} else if (thread->state == 'D' && !(row && row->kind == CALL_VFORK)) {
		judge_disk(facts, thread, row, out);
	} else if (row) {
		wait_on_call(facts, thread, row, out);
	}
	if (!out->does) {
		judge_unknown(thread, out);
	}
}

void waits_judge(const struct facts *facts, struct waits *out)
{
	VEC_EACH (const struct thread_fact, thread, &facts->threads) {
		struct thread_wait *wait = VEC_PUSH(out);

		struct thread_fact seen = *thread;

		*wait = (struct thread_wait){.detail = "", .call = "", .on = NOBODY};
		if (facts->procs.items[thread->proc].other_abi) {
			seen.call = (struct call){.state = CALL_UNKNOWN};
		}
		judge_thread(facts, &seen, wait);
	}
}

void thread_wait_release(struct thread_wait *wait)
{
	cleanup_free(&wait->does);
	cleanup_free(&wait->more);
	cleanup_free(&wait->target);
}

void waits_release(struct waits *waits)
{
	VEC_EACH (struct thread_wait, wait, waits) {
		thread_wait_release(wait);
	}
	VEC_FREE(waits);
}
