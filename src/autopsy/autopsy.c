/* SPDX-License-Identifier: Apache-2.0 */
#include "autopsy/autopsy.h"

#include "autopsy/collect.h"
#include "autopsy/findings.h"
#include "autopsy/read.h"

#include <stdlib.h>
#include <unistd.h>

static void forget_threads(struct facts *facts)
{
	VEC_FREE(&facts->threads);
	facts->unseen_threads = 0;
	VEC_EACH (struct proc_fact, proc, &facts->procs) {
		proc->thread_total = 0;
	}
}

static int read_yama(void)
{
	char text[16];

	return proc_read(text, sizeof(text), "/proc/sys/kernel/yama/ptrace_scope") > 0
		       ? (int)strtol(text, NULL, 10)
		       : -1;
}

/* Finds the tree and takes the first sample. */
static int begin(pid_t root, pid_t subreaper, struct budget *budget, struct stat_list *all,
		 struct facts *facts, struct err *err)
{
	facts->self = getpid();
	facts->self_uid = geteuid();
	facts->yama = read_yama();
	if (!tree_scan(budget, all)) {
		return err_sys(err, ERR_IO, "/proc");
	}
	tree_select(all, root, subreaper, facts->self, facts);
	if (facts->procs.len == 0) {
		return err_set(err, ERR_NOT_FOUND, "there is no process %d", root);
	}
	sample_threads(facts, budget);
	return 0;
}

/* What the second half needs: a bit of the budget for reading once more. */
static void wait_for_window(int64_t since_us, struct budget *budget)
{
	int64_t now = clock_mono_us();
	int64_t until = since_us + AUTOPSY_WINDOW_US;

	if (until > budget->deadline_us - (now - budget->start_us)) {
		until = budget->deadline_us - (now - budget->start_us);
	}
	if (until > now) {
		clock_sleep_us(until - now);
	}
}

static void second_sample(const struct autopsy_sample *first, const struct autopsy_hints *hints,
			  struct facts *facts, struct budget *budget, struct autopsy_sample *out)
{
	int64_t now = 0;

	forget_threads(facts);
	sample_threads(facts, budget);
	now = clock_mono_us();
	facts->window_us = now - first->at_us;
	sample_make(facts, now, out);
	if (hints->earlier) {
		sample_since(hints->earlier, now, facts);
	}
	sample_compare(first, facts);
}

static void plan_dumps(const struct facts *facts, struct dump_list *out)
{
	VEC_EACH (const struct proc_fact, proc, &facts->procs) {
		if (proc->runtime) {
			*VEC_PUSH(out) = (struct dump){
				.pid = proc->pid,
				.start = proc->start,
				.runtime = proc->runtime,
				.ready = runtime_is_ready(proc->runtime, proc->caught),
			};
		}
	}
}

int autopsy_take(pid_t root, const struct autopsy_hints *hints, struct autopsy *out,
		 struct err *err)
{
	int64_t start = clock_mono_us();
	struct budget budget = {
		.start_us = start,
		.deadline_us = start + (hints->budget_us ? hints->budget_us : AUTOPSY_BUDGET_US),
	};
	CLEANUP(autopsy_sample_release) struct autopsy_sample first = {0};
	CLEANUP(autopsy_sample_release) struct autopsy_sample second = {0};
	struct facts *facts = &out->facts;
	struct stat_list all = {0};

	if (begin(root, hints->subreaper, &budget, &all, facts, err) < 0) {
		VEC_FREE(&all);
		return -1;
	}
	sample_make(facts, clock_mono_us(), &first);
	collect_processes(facts, &budget);
	collect_fds(facts, &budget);
	collect_sockets(facts, &budget);
	wait_for_window(first.at_us, &budget);
	second_sample(&first, hints, facts, &budget, &second);
	collect_memory(facts, &budget);
	collect_others(&all, facts, &budget);
	sample_confirm(&second, facts, &budget);
	VEC_FREE(&all);
	facts->late = budget.late;
	findings_make(facts, &out->findings);
	caveats_make(facts, &out->caveats);
	plan_dumps(facts, &out->dumps);
	out->silent_us = hints->silent_us;
	out->last_line = mem_str(hints->last_line);
	out->test = mem_str(hints->test);
	out->took_us = clock_mono_us() - start;
	return 0;
}

int autopsy_sample(pid_t root, pid_t subreaper, struct autopsy_sample *out, struct err *err)
{
	int64_t start = clock_mono_us();
	struct budget budget = {.start_us = start, .deadline_us = start + AUTOPSY_BUDGET_US};
	CLEANUP(facts_release) struct facts facts = {0};
	struct stat_list all = {0};
	int rc = begin(root, subreaper, &budget, &all, &facts, err);

	VEC_FREE(&all);
	if (rc == 0) {
		sample_make(&facts, clock_mono_us(), out);
	}
	return rc;
}

void autopsy_release(struct autopsy *autopsy)
{
	VEC_EACH (struct finding, finding, &autopsy->findings) {
		finding_release(finding);
	}
	VEC_FREE(&autopsy->findings);
	VEC_FREE(&autopsy->dumps);
	strv_release(&autopsy->caveats);
	cleanup_free(&autopsy->last_line);
	cleanup_free(&autopsy->test);
	facts_release(&autopsy->facts);
}
