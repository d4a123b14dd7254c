/* SPDX-License-Identifier: Apache-2.0 */
#include "autopsy/waits.h"

#include "text/escape.h"

bool facts_saw_tree(const struct facts *facts)
{
	bool all = !facts->late && facts->unseen_procs == 0;

	VEC_EACH (const struct proc_fact, proc, &facts->procs) {
		all &= !proc->fds_denied;
	}
	return all && facts->fds.len < AUTOPSY_FDS_MAX;
}

static bool fits(bool reads, bool writes, char access)
{
	return access == 0 || (access == 'r' && reads) || (access == 'w' && writes);
}

static void count(struct who *who, enum where where, pid_t pid, const char *comm, size_t proc)
{
	bool first = who->where <= WHERE_SELF;

	/* somebody else is worth more than the process itself, and who captures more than all */
	if (first || (where == WHERE_CAPTURE && who->where != WHERE_CAPTURE)) {
		*who = (struct who){.where = where,
				    .pid = pid,
				    .comm = comm,
				    .proc = proc,
				    .more = first ? 0 : who->more + 1};
	} else if (where != WHERE_SELF && pid != who->pid) {
		who->more++;
	}
}

struct who who_has(const struct facts *facts, uint64_t inode, size_t proc, char access)
{
	struct who who = {.where = WHERE_NOBODY, .proc = SIZE_MAX};
	bool self = false;

	VEC_EACH (const struct fd_fact, fd, &facts->fds) {
		const struct proc_fact *has = &facts->procs.items[fd->proc];

		if (inode && fd->link.inode == inode && fits(fd->reads, fd->writes, access)) {
			self |= fd->proc == proc;
			count(&who, fd->proc == proc ? WHERE_SELF : WHERE_TREE, has->pid, has->comm,
			      fd->proc);
		}
	}
	VEC_EACH (const struct holder_fact, holder, &facts->holders) {
		if (inode && holder->inode == inode &&
		    fits(holder->reads, holder->writes, access)) {
			count(&who, holder->pid == facts->self ? WHERE_CAPTURE : WHERE_OUTSIDE,
			      holder->pid, holder->comm, SIZE_MAX);
		}
	}
	if (self && who.where > WHERE_SELF) {
		who.more++;
	}
	if (who.where == WHERE_NOBODY && inode &&
	    !(facts_saw_tree(facts) && facts->closed_procs == 0)) {
		who.where = WHERE_UNSEEN;
	}
	return who;
}

void who_name(struct buf *out, const char *comm, pid_t pid)
{
	escape_terminal(out, comm);
	buf_fmt(out, " (pid %d)", pid);
}

size_t only_thread(const struct facts *facts, size_t proc)
{
	const struct proc_fact *fact = &facts->procs.items[proc];

	return fact->thread_total == 1 ? facts_thread_index(facts, proc, fact->pid) : NOBODY;
}
