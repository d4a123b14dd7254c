/* SPDX-License-Identifier: Apache-2.0 */
#include "autopsy/tree.h"

#include "autopsy/read.h"
#include "base/str.h"

#include <dirent.h>
#include <string.h>

bool tree_scan(struct budget *budget, struct stat_list *out)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry = NULL;

	if (!dir) {
		return false;
	}
	while (!budget_over(budget) && (entry = readdir(dir))) {
		char text[PROC_TEXT_MAX];
		struct stat_fact stat;
		int64_t pid = 0;

		if (str_to_int64(entry->d_name, 1, INT32_MAX, &pid) &&
		    proc_read(text, sizeof(text), "/proc/%d/stat", (int)pid) > 0 &&
		    proc_text_stat(text, &stat)) {
			*VEC_PUSH(out) = stat;
		}
	}
	closedir(dir);
	return true;
}

static void tree_add(const struct stat_fact *stat, bool adopted, struct facts *out)
{
	struct proc_fact *proc = NULL;

	if (out->procs.len >= AUTOPSY_PROCS_MAX) {
		out->unseen_procs++;
		return;
	}
	proc = VEC_PUSH(&out->procs);
	proc->pid = stat->pid;
	proc->ppid = stat->ppid;
	proc->start = stat->start;
	memcpy(proc->comm, stat->comm, sizeof(proc->comm));
	proc->adopted = adopted;
	proc->stuck = stat->state == 'D';
	proc->ended = stat->state == 'Z' || stat->state == 'X';
	proc->background =
		stat->terminal && stat->foreground > 0 && stat->foreground != stat->group;
	proc->net = SIZE_MAX;
}

/* Adds the descendants of all processes from index `from` on. */
static void add_descendants(const struct stat_list *all, size_t from, pid_t self, struct facts *out)
{
	for (size_t i = from; i < out->procs.len; i++) {
		pid_t parent = out->procs.items[i].pid;

		VEC_EACH (const struct stat_fact, stat, all) {
			if (stat->ppid == parent && stat->pid != self &&
			    !facts_proc(out, stat->pid)) {
				tree_add(stat, false, out);
			}
		}
	}
}

void tree_select(const struct stat_list *all, pid_t root, pid_t subreaper, pid_t self,
		 struct facts *out)
{
	size_t adopted = 0;

	VEC_EACH (const struct stat_fact, stat, all) {
		if (stat->pid == root) {
			tree_add(stat, false, out);
		}
	}
	add_descendants(all, 0, self, out);
	adopted = out->procs.len;
	VEC_EACH (const struct stat_fact, stat, all) {
		if (subreaper > 0 && stat->ppid == subreaper && stat->pid != self &&
		    !facts_proc(out, stat->pid)) {
			tree_add(stat, true, out);
		}
	}
	add_descendants(all, adopted, self, out);
}
