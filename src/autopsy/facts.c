/* SPDX-License-Identifier: Apache-2.0 */
#include "autopsy/facts.h"

size_t facts_proc_index(const struct facts *facts, pid_t pid)
{
	for (size_t i = 0; i < facts->procs.len; i++) {
		if (facts->procs.items[i].pid == pid) {
			return i;
		}
	}
	return SIZE_MAX;
}

const struct proc_fact *facts_proc(const struct facts *facts, pid_t pid)
{
	size_t index = facts_proc_index(facts, pid);

	return index == SIZE_MAX ? NULL : &facts->procs.items[index];
}

size_t facts_thread_index(const struct facts *facts, size_t proc, pid_t tid)
{
	for (size_t i = 0; i < facts->threads.len; i++) {
		if (facts->threads.items[i].proc == proc && facts->threads.items[i].tid == tid) {
			return i;
		}
	}
	return SIZE_MAX;
}

const struct fd_fact *facts_fd(const struct facts *facts, size_t proc, int fd)
{
	VEC_EACH (const struct fd_fact, fact, &facts->fds) {
		if (fact->proc == proc && fact->fd == fd) {
			return fact;
		}
	}
	return NULL;
}

void facts_release(struct facts *facts)
{
	VEC_EACH (struct proc_fact, proc, &facts->procs) {
		cleanup_free(&proc->exe);
		cleanup_free(&proc->command);
	}
	VEC_EACH (struct thread_fact, thread, &facts->threads) {
		cleanup_free(&thread->path);
	}
	VEC_EACH (struct fd_fact, fd, &facts->fds) {
		fd_link_release(&fd->link);
	}
	VEC_EACH (struct net_fact, net, &facts->nets) {
		VEC_FREE(&net->sockets);
	}
	VEC_FREE(&facts->procs);
	VEC_FREE(&facts->threads);
	VEC_FREE(&facts->fds);
	VEC_FREE(&facts->nets);
	VEC_FREE(&facts->holders);
	VEC_FREE(&facts->locks);
}
