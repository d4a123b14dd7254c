/* SPDX-License-Identifier: Apache-2.0 */
#include "autopsy/leaks.h"

#include "autopsy/autopsy.h"
#include "autopsy/collect.h"
#include "base/str.h"

static void add_listening(const struct facts *facts, const struct fd_fact *fd, struct strv *out)
{
	size_t net = facts->procs.items[fd->proc].net;
	const struct socket_fact *socket =
		net == SIZE_MAX || fd->link.kind != FD_SOCKET
			? NULL
			: sockets_by_inode(&facts->nets.items[net].sockets, fd->link.inode);
	CLEANUP(buf_release) struct buf name = BUF_INIT(BUF_OWN_MAX);

	if (!socket || !socket->listens) {
		return;
	}
	if (socket->kind == SOCKET_UNIX) {
		buf_str_add(&name, socket->path);
	} else {
		endpoint_show(&name, &socket->local);
	}
	if (!strv_has(out, buf_str(&name))) {
		strv_add(out, buf_str(&name));
	}
}

static void add_leak(const struct facts *facts, size_t index, struct leak_list *out)
{
	const struct proc_fact *proc = &facts->procs.items[index];
	struct leak *leak = VEC_PUSH(out);

	leak->pid = proc->pid;
	leak->start = proc->start;
	leak->comm = mem_str(proc->comm);
	leak->exe = mem_str(proc->exe);
	leak->command = mem_str(proc->command);
	VEC_EACH (const struct fd_fact, fd, &facts->fds) {
		if (fd->proc == index) {
			add_listening(facts, fd, &leak->listens);
		}
	}
}

static void select_pids(const struct stat_list *all, const pid_t *pids, size_t len,
			struct facts *out)
{
	for (size_t i = 0; i < len; i++) {
		VEC_EACH (const struct stat_fact, stat, all) {
			if (stat->pid == pids[i] && !facts_proc(out, stat->pid)) {
				tree_add(stat, false, out);
			}
		}
	}
}

void leaks_take(const pid_t *pids, size_t len, struct leak_list *out)
{
	int64_t start = clock_mono_us();
	struct budget budget = {.start_us = start, .deadline_us = start + AUTOPSY_BUDGET_US};
	CLEANUP(facts_release) struct facts facts = {0};
	struct stat_list all = {0};

	if (tree_scan(&budget, &all)) {
		select_pids(&all, pids, len, &facts);
	}
	VEC_FREE(&all);
	collect_processes(&facts, &budget);
	collect_fds(&facts, &budget);
	collect_sockets(&facts, &budget);
	for (size_t i = 0; i < facts.procs.len; i++) {
		add_leak(&facts, i, out);
	}
}

void leaks_release(struct leak_list *leaks)
{
	VEC_EACH (struct leak, leak, leaks) {
		cleanup_free(&leak->comm);
		cleanup_free(&leak->exe);
		cleanup_free(&leak->command);
		strv_release(&leak->listens);
	}
	VEC_FREE(leaks);
}
