/* SPDX-License-Identifier: Apache-2.0 */
#include "autopsy/sample.h"

#include "autopsy/read.h"
#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NS_PER_S UINT64_C(1000000000)

static enum call_state refused_call(ssize_t error)
{
	return error == -EPERM || error == -EACCES ? CALL_DENIED : CALL_UNKNOWN;
}

/* Reads what moves about one thread; false when it has gone. */
static bool read_thread(pid_t pid, pid_t tid, struct thread_fact *out)
{
	char text[PROC_TEXT_MAX];
	struct stat_fact stat;
	ssize_t n = proc_read(text, sizeof(text), "/proc/%d/task/%d/stat", pid, tid);

	if (n <= 0 || !proc_text_stat(text, &stat)) {
		return false;
	}
	out->tid = tid;
	out->start = stat.start;
	out->state = stat.state;
	memcpy(out->comm, stat.comm, sizeof(out->comm));
	n = proc_read(text, sizeof(text), "/proc/%d/task/%d/schedstat", pid, tid);
	if (n <= 0 || !proc_text_schedstat(text, &out->cpu_ns, &out->delay_ns)) {
		long hz = sysconf(_SC_CLK_TCK);

		out->cpu_ns = stat.ticks * (NS_PER_S / (uint64_t)(hz > 0 ? hz : 100));
		out->delay_ns = 0;
	}
	n = proc_read(text, sizeof(text), "/proc/%d/task/%d/syscall", pid, tid);
	if (n <= 0 || !proc_text_call(text, &out->call)) {
		out->call = (struct call){.state = refused_call(n)};
	}
	n = proc_read(out->wchan, sizeof(out->wchan), "/proc/%d/task/%d/wchan", pid, tid);
	if (n <= 0 || str_eq(out->wchan, "0")) {
		out->wchan[0] = '\0';
	}
	out->limit_us = -2;
	return true;
}

static void note_thread(struct proc_fact *proc, const struct thread_fact *thread)
{
	bool ended = thread->state == 'Z' || thread->state == 'X';

	proc->calls_denied |= thread->call.state == CALL_DENIED && !ended;
	proc->stuck |= thread->state == 'D';
}

static void sample_process(struct facts *facts, size_t proc, struct budget *budget)
{
	char path[64];
	DIR *dir = NULL;
	struct dirent *entry = NULL;
	pid_t pid = facts->procs.items[proc].pid;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		struct thread_fact thread = {.proc = proc};
		int64_t tid = 0;

		if (!str_to_int64(entry->d_name, 1, INT32_MAX, &tid)) {
			continue;
		}
		facts->procs.items[proc].thread_total++;
		if (facts->threads.len >= AUTOPSY_THREADS_MAX || budget_over(budget)) {
			facts->unseen_threads++;
		} else if (read_thread(pid, (pid_t)tid, &thread)) {
			*VEC_PUSH(&facts->threads) = thread;
			note_thread(&facts->procs.items[proc], &thread);
		}
	}
	if (dir) {
		closedir(dir);
	}
}

void sample_threads(struct facts *facts, struct budget *budget)
{
	for (size_t i = 0; i < facts->procs.len; i++) {
		sample_process(facts, i, budget);
	}
}

static int by_tid(const void *a, const void *b)
{
	const struct thread_sample *one = a, *other = b;

	return (one->tid > other->tid) - (one->tid < other->tid);
}

void sample_make(const struct facts *facts, int64_t at_us, struct autopsy_sample *out)
{
	out->at_us = at_us;
	VEC_EACH (const struct thread_fact, thread, &facts->threads) {
		*VEC_PUSH(&out->threads) = (struct thread_sample){
			.tid = thread->tid,
			.state = thread->state,
			.start = thread->start,
			.cpu_ns = thread->cpu_ns,
			.delay_ns = thread->delay_ns,
			.call = thread->call,
		};
	}
	if (out->threads.len > 1) {
		qsort(out->threads.items, out->threads.len, sizeof(out->threads.items[0]), by_tid);
	}
}

static const struct thread_sample *find(const struct autopsy_sample *sample,
					const struct thread_fact *thread)
{
	struct thread_sample key = {.tid = thread->tid};
	const struct thread_sample *found =
		sample->threads.len > 0 ? bsearch(&key, sample->threads.items, sample->threads.len,
						  sizeof(key), by_tid)
					: NULL;

	return found && found->start == thread->start ? found : NULL;
}

static bool same_call(const struct call *a, const struct call *b)
{
	return a->state == b->state && a->number == b->number && a->sp == b->sp && a->pc == b->pc &&
	       memcmp(a->args, b->args, sizeof(a->args)) == 0;
}

static bool stood_still(const struct thread_sample *then, const struct thread_fact *now)
{
	return then && then->cpu_ns == now->cpu_ns && now->state != 'R' &&
	       same_call(&then->call, &now->call);
}

void sample_compare(const struct autopsy_sample *first, struct facts *facts)
{
	VEC_EACH (struct thread_fact, thread, &facts->threads) {
		const struct thread_sample *then = find(first, thread);

		thread->still = stood_still(then, thread);
		thread->runs = then && then->state == 'R' && thread->state == 'R';
		if (then) {
			thread->cpu_ns -=
				then->cpu_ns < thread->cpu_ns ? then->cpu_ns : thread->cpu_ns;
			thread->delay_ns -= then->delay_ns < thread->delay_ns ? then->delay_ns
									      : thread->delay_ns;
		}
	}
}

void sample_confirm(const struct autopsy_sample *second, struct facts *facts, struct budget *budget)
{
	VEC_EACH (struct thread_fact, thread, &facts->threads) {
		struct thread_fact now = {0};
		pid_t pid = facts->procs.items[thread->proc].pid;

		thread->still = thread->still && !budget_over(budget) &&
				read_thread(pid, thread->tid, &now) &&
				stood_still(find(second, &now), &now);
	}
}

void sample_since(const struct autopsy_sample *earlier, int64_t now_us, struct facts *facts)
{
	VEC_EACH (struct thread_fact, thread, &facts->threads) {
		if (stood_still(find(earlier, thread), thread)) {
			thread->same_us = now_us - earlier->at_us;
		}
	}
}

void autopsy_sample_release(struct autopsy_sample *sample)
{
	VEC_FREE(&sample->threads);
}
