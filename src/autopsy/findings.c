/* SPDX-License-Identifier: Apache-2.0 */
#include "autopsy/findings.h"

#include "base/clock.h"
#include "base/str.h"
#include "text/duration.h"
#include "text/escape.h"
#include "text/utf8.h"

#include <stdlib.h>
#include <string.h>

#define SENTENCE_MAX 400 /* columns */

/* "worker-1", or the number of a thread that has its program's name. */
static void thread_name(const struct proc_fact *proc, const struct thread_fact *thread,
			struct buf *out)
{
	if (thread->tid == proc->pid) {
		buf_str_add(out, "main");
	} else if (thread->comm[0] && !str_eq(thread->comm, proc->comm)) {
		escape_terminal(out, thread->comm);
	} else {
		buf_fmt(out, "%d", thread->tid);
	}
}

/* "python3 (pid 41)", or "thread worker-1 of shop (pid 41)" when it has several. */
static void subject(const struct facts *facts, size_t index, struct buf *out)
{
	const struct thread_fact *thread = &facts->threads.items[index];
	const struct proc_fact *proc = &facts->procs.items[thread->proc];

	if (proc->thread_total > 1) {
		buf_str_add(out, thread->tid == proc->pid ? "the main thread" : "thread ");
		if (thread->tid != proc->pid) {
			thread_name(proc, thread, out);
		}
		buf_str_add(out, " of ");
	}
	who_name(out, proc->comm, proc->pid);
}

static char *sentence_take(struct buf *text)
{
	struct buf cut = BUF_INIT(BUF_OWN_MAX);

	utf8_cut(&cut, buf_str(text), SENTENCE_MAX);
	return buf_take(&cut);
}

static void fill(const struct facts *facts, size_t index, const struct thread_wait *wait,
		 struct finding *out)
{
	const struct thread_fact *thread = &facts->threads.items[index];

	*out = (struct finding){
		.kind = wait->kind,
		.detail = wait->detail,
		.call = wait->call,
		.weight = (int)wait->weight,
		.pid = facts->procs.items[thread->proc].pid,
		.tid = thread->tid,
		.threads = 1,
		.since_us = thread->same_us,
		.target = mem_str(wait->target),
	};
}

static bool is_mutex_wait(const struct thread_wait *wait)
{
	return wait->kind == HANG_THREAD && str_eq(wait->detail, "mutex");
}

/* All members wait for mutexes of one process. */
static bool only_mutexes(const struct waits *waits, const struct circle *circle)
{
	VEC_EACH (const size_t, index, circle) {
		if (!is_mutex_wait(&waits->items[*index])) {
			return false;
		}
	}
	return true;
}

/* "threads a and b of shop (pid 41) each wait for a mutex that the other holds" */
static void say_mutexes(const struct facts *facts, const struct circle *circle, struct buf *out)
{
	const struct thread_fact *first = &facts->threads.items[circle->items[0]];
	const struct proc_fact *proc = &facts->procs.items[first->proc];

	buf_str_add(out, "threads ");
	for (size_t i = 0; i < circle->len; i++) {
		if (i > 0) {
			buf_str_add(out, i + 1 < circle->len ? ", " : " and ");
		}
		thread_name(proc, &facts->threads.items[circle->items[i]], out);
	}
	buf_str_add(out, " of ");
	who_name(out, proc->comm, proc->pid);
	buf_str_add(out, circle->len == 2
				 ? " each wait for a mutex that the other holds"
				 : " each wait for a mutex that the next holds, in a circle");
}

/* "a waits for its child b, and b waits to write into a full pipe; its reader is a" */
static void say_members(const struct facts *facts, const struct waits *waits,
			const struct circle *circle, struct buf *out)
{
	for (size_t i = 0; i < circle->len; i++) {
		const struct thread_wait *wait = &waits->items[circle->items[i]];

		buf_str_add(out, i > 0 ? ", and " : "");
		subject(facts, circle->items[i], out);
		buf_fmt(out, " %s%s", wait->does, str_or(wait->more, ""));
	}
}

static void add_circle(const struct facts *facts, const struct waits *waits,
		       const struct circle *circle, struct finding_list *out)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	struct finding *finding = VEC_PUSH(out);

	fill(facts, circle->items[0], &waits->items[circle->items[0]], finding);
	finding->kind = HANG_DEADLOCK;
	finding->detail = "circle";
	finding->weight = (int)WEIGHT_PROOF;
	finding->threads = circle->len;
	if (circle->len > 1 && only_mutexes(waits, circle)) {
		say_mutexes(facts, circle, &text);
	} else {
		say_members(facts, waits, circle, &text);
	}
	buf_str_add(&text, ": a deadlock");
	finding->sentence = sentence_take(&text);
}

/* Threads of one program that do the same, found by the same words. */
static bool alike(const struct facts *facts, const struct waits *waits, size_t a, size_t b)
{
	const struct thread_wait *one = &waits->items[a], *other = &waits->items[b];
	const struct proc_fact *first = &facts->procs.items[facts->threads.items[a].proc];
	const struct proc_fact *second = &facts->procs.items[facts->threads.items[b].proc];

	return one->kind == other->kind && str_eq(one->detail, other->detail) &&
	       str_eq(first->comm, second->comm) &&
	       (str_eq(one->does, other->does) || one->kind == HANG_BUSY ||
		one->kind == HANG_STARVED);
}

/* Marks what is alike; returns how many threads are. */
static size_t take_alike(const struct facts *facts, const struct waits *waits, size_t index,
			 bool *done)
{
	size_t count = 0;

	for (size_t i = index; i < waits->len; i++) {
		if (!done[i] && alike(facts, waits, index, i)) {
			done[i] = true;
			count++;
		}
	}
	return count;
}

/* Whole seconds: more would promise what samples do not know. */
static void say_since(struct buf *out, int64_t us)
{
	if (us < 60 * US_PER_S) {
		buf_fmt(out, "%lld s", (long long)(us / US_PER_S));
	} else {
		duration_show(out, us);
	}
}

static void add_wait(const struct facts *facts, const struct waits *waits, size_t index,
		     size_t count, struct finding_list *out)
{
	const struct thread_wait *wait = &waits->items[index];
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	struct finding *finding = VEC_PUSH(out);

	fill(facts, index, wait, finding);
	finding->threads = count;
	subject(facts, index, &text);
	buf_fmt(&text, " %s", wait->does);
	if (finding->since_us >= US_PER_S) {
		/* a sleep has a length of its own in front of this one */
		buf_str_add(&text, wait->kind == HANG_SLEEPS ? ", at least " : " for at least ");
		say_since(&text, finding->since_us);
		buf_str_add(&text, wait->kind == HANG_SLEEPS ? " so far" : "");
	}
	buf_str_add(&text, str_or(wait->more, ""));
	if (count > 1) {
		buf_fmt(&text, " (and %zu more alike)", count - 1);
	}
	finding->sentence = sentence_take(&text);
}

/* Idle helpers of a process say nothing when another of its threads does. */
static bool is_idle(const struct thread_wait *wait)
{
	return wait->kind == HANG_THREAD && !is_mutex_wait(wait);
}

static bool has_better(const struct facts *facts, const struct waits *waits, size_t index)
{
	size_t proc = facts->threads.items[index].proc;

	for (size_t i = 0; i < waits->len; i++) {
		if (facts->threads.items[i].proc == proc && !is_idle(&waits->items[i]) &&
		    waits->items[i].kind != HANG_UNKNOWN) {
			return true;
		}
	}
	return false;
}

static int by_weight(const void *a, const void *b)
{
	const struct finding *one = a, *other = b;

	if (one->weight != other->weight) {
		return one->weight < other->weight ? -1 : 1;
	}
	/* the later a process was started, the nearer it is to what it waits for */
	return (one->pid < other->pid) - (one->pid > other->pid);
}

void findings_make(const struct facts *facts, struct finding_list *out)
{
	CLEANUP(waits_release) struct waits waits = {0};
	CLEANUP(circles_release) struct circles circles = {0};
	AUTO_FREE bool *done = mem_array(facts->threads.len, sizeof(*done));

	waits_judge(facts, &waits);
	circles_find(facts, &waits, &circles);
	VEC_EACH (const struct circle, circle, &circles) {
		add_circle(facts, &waits, circle, out);
		VEC_EACH (const size_t, index, circle) {
			done[*index] = true;
		}
	}
	for (size_t i = 0; i < waits.len; i++) {
		if (!done[i] && !(is_idle(&waits.items[i]) && has_better(facts, &waits, i))) {
			add_wait(facts, &waits, i, take_alike(facts, &waits, i, done), out);
		}
	}
	if (out->len > 1) {
		qsort(out->items, out->len, sizeof(out->items[0]), by_weight);
	}
	while (out->len > AUTOPSY_FINDINGS_MAX) {
		finding_release(&out->items[--out->len]);
	}
}

void finding_release(struct finding *finding)
{
	cleanup_free(&finding->target);
	cleanup_free(&finding->sentence);
}

/* Counts for caveats. */
struct blind {
	size_t calls, fds, other_users, foreign;
};

static struct blind count_blind(const struct facts *facts)
{
	struct blind blind = {0};

	VEC_EACH (const struct proc_fact, proc, &facts->procs) {
		blind.calls += proc->calls_denied;
		blind.fds += proc->fds_denied;
		blind.other_users += proc->calls_denied && proc->uid != facts->self_uid;
		blind.foreign += proc->other_abi;
	}
	return blind;
}

static char *processes(size_t n)
{
	return mem_fmt("%zu process%s", n, n == 1 ? "" : "es");
}

static void add_calls(const struct facts *facts, size_t count, struct strv *out)
{
	AUTO_FREE char *who = processes(count);

	if (count > 0 && facts->yama > 0) {
		strv_fmt(out, "the calls of %s may not be read (kernel.yama.ptrace_scope is %d)",
			 who, facts->yama);
	} else if (count > 0) {
		strv_fmt(out, "the calls of %s may not be read", who);
	}
}

static void add_count(size_t count, const char *what, struct strv *out)
{
	AUTO_FREE char *who = processes(count);

	if (count > 0) {
		strv_fmt(out, "%s %s", who, what);
	}
}

void caveats_make(const struct facts *facts, struct strv *out)
{
	struct blind blind = count_blind(facts);

	add_count(blind.other_users, "of another user: the calls may not be read", out);
	add_calls(facts, blind.calls - blind.other_users, out);
	add_count(blind.fds, "whose open files may not be read", out);
	add_count(blind.foreign, "with other system calls (32 bits): they are not decoded", out);
	add_count(facts->unseen_procs, "more than are looked at", out);
	if (facts->unseen_threads > 0) {
		strv_fmt(out, "%zu threads more than are looked at", facts->unseen_threads);
	}
	if (facts->late) {
		strv_add(out, "the time was up before everything was read");
	}
}
