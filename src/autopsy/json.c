/* SPDX-License-Identifier: Apache-2.0 */
#include "autopsy/autopsy.h"

#include "autopsy/calls.h"
#include "base/clock.h"
#include "text/utf8.h"

#define TEXT_MAX 200 /* columns of one text from outside */

/* How much of the tree goes in; halved until the whole fits. */
struct share {
	size_t procs, threads;
};

static void put_text(struct json *object, const char *key, const char *text)
{
	CLEANUP(buf_release) struct buf cut = BUF_INIT(BUF_OWN_MAX);

	if (text) {
		utf8_cut(&cut, text, TEXT_MAX);
		json_put_str(object, key, buf_str(&cut));
	}
}

static struct json *finding_json(const struct finding *finding)
{
	struct json *one = json_new_object();

	json_put_str(one, "kind", hang_kind_name(finding->kind));
	json_put_str(one, "detail", finding->detail);
	json_put_int(one, "pid", finding->pid);
	json_put_int(one, "tid", finding->tid);
	json_put_int(one, "threads", (int64_t)finding->threads);
	if (finding->call[0]) {
		json_put_str(one, "call", finding->call);
	}
	put_text(one, "target", finding->target);
	if (finding->since_us > 0) {
		json_put_int(one, "since_ms", finding->since_us / US_PER_MS);
	}
	json_put_str(one, "sentence", finding->sentence);
	return one;
}

static struct json *thread_json(const struct thread_fact *thread, const struct proc_fact *proc)
{
	const struct call_row *row = proc->other_abi ? NULL : call_of(&thread->call, thread->wchan);
	struct json *one = json_new_object();
	char state[2] = {thread->state, '\0'};

	json_put_int(one, "tid", thread->tid);
	put_text(one, "name", thread->comm);
	json_put_str(one, "state", state);
	if (row) {
		json_put_str(one, "call", row->word);
	}
	if (thread->wchan[0]) {
		put_text(one, "wchan", thread->wchan);
	}
	json_put_int(one, "cpu_us", (int64_t)(thread->cpu_ns / 1000));
	json_put_int(one, "delay_us", (int64_t)(thread->delay_ns / 1000));
	return one;
}

static struct json *proc_json(const struct facts *facts, size_t index, size_t *threads)
{
	const struct proc_fact *proc = &facts->procs.items[index];
	struct json *one = json_new_object();
	struct json *list = json_new_array();

	json_put_int(one, "pid", proc->pid);
	json_put_int(one, "ppid", proc->ppid);
	put_text(one, "name", proc->comm);
	put_text(one, "command", proc->command);
	json_put_bool(one, "adopted", proc->adopted);
	json_put_int(one, "thread_total", (int64_t)proc->thread_total);
	VEC_EACH (const struct thread_fact, thread, &facts->threads) {
		if (thread->proc == index && *threads > 0) {
			json_add(list, thread_json(thread, proc));
			*threads -= 1;
		}
	}
	json_put(one, "threads", list);
	return one;
}

static struct json *dump_json(const struct dump *dump)
{
	struct json *one = json_new_object();

	json_put_int(one, "pid", dump->pid);
	json_put_str(one, "runtime", dump->runtime->name);
	json_put_int(one, "signal", dump->runtime->signal);
	json_put_bool(one, "ready", dump->ready);
	json_put_bool(one, "kills", dump->runtime->kills);
	return one;
}

static void put_lists(const struct autopsy *autopsy, struct share share, struct json *whole)
{
	struct json *findings = json_new_array(), *caveats = json_new_array();
	struct json *dumps = json_new_array(), *procs = json_new_array();

	VEC_EACH (const struct finding, finding, &autopsy->findings) {
		json_add(findings, finding_json(finding));
	}
	for (size_t i = 0; i < autopsy->caveats.len; i++) {
		json_add(caveats, json_new_str(autopsy->caveats.items[i]));
	}
	for (size_t i = 0; i < autopsy->dumps.len && i < share.procs; i++) {
		json_add(dumps, dump_json(&autopsy->dumps.items[i]));
	}
	for (size_t i = 0; i < autopsy->facts.procs.len && i < share.procs; i++) {
		json_add(procs, proc_json(&autopsy->facts, i, &share.threads));
	}
	json_put(whole, "findings", findings);
	json_put(whole, "caveats", caveats);
	json_put(whole, "dumps", dumps);
	json_put(whole, "processes", procs);
}

static struct json *make(const struct autopsy *autopsy, struct share share)
{
	struct json *whole = json_new_object();

	json_put_str(whole, "schema", "steady.autopsy/1");
	json_put_int(whole, "took_ms", autopsy->took_us / US_PER_MS);
	json_put_int(whole, "window_ms", autopsy->facts.window_us / US_PER_MS);
	if (autopsy->silent_us > 0) {
		json_put_int(whole, "silent_ms", autopsy->silent_us / US_PER_MS);
	}
	put_text(whole, "test", autopsy->test);
	put_text(whole, "last_line", autopsy->last_line);
	json_put_int(whole, "process_total",
		     (int64_t)(autopsy->facts.procs.len + autopsy->facts.unseen_procs));
	put_lists(autopsy, share, whole);
	return whole;
}

struct json *autopsy_json(const struct autopsy *autopsy)
{
	struct share share = {.procs = 64, .threads = 128};

	for (;;) {
		CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
		struct json *whole = make(autopsy, share);

		json_write(whole, 0, &text);
		if (text.len <= AUTOPSY_JSON_MAX || share.procs == 0) {
			return whole;
		}
		json_free(whole);
		share = (struct share){share.procs / 2, share.threads / 2};
	}
}
