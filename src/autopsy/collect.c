/* SPDX-License-Identifier: Apache-2.0 */
#include "autopsy/collect.h"

#include "autopsy/diag.h"
#include "autopsy/read.h"
#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COMMAND_MAX    256
#define FDS_OF_ONE_MAX 512
#define NETS_MAX       4
#define TABLE_MAX      ((size_t)2 << 20)
#define MAPS_MAX       ((size_t)256 << 10)

/* A word of this build is what a program needs to have our call numbers. */
#define OUR_CLASS (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32)

static size_t net_of(struct facts *facts, pid_t pid)
{
	char text[64];
	uint64_t inode = 0;

	if (proc_link(text, sizeof(text), "/proc/%d/ns/net", pid) < 0 ||
	    !str_starts(text, "net:[")) {
		return SIZE_MAX;
	}
	inode = strtoull(text + strlen("net:["), NULL, 10);
	for (size_t i = 0; i < facts->nets.len; i++) {
		if (facts->nets.items[i].inode == inode) {
			return i;
		}
	}
	if (facts->nets.len >= NETS_MAX) {
		return SIZE_MAX;
	}
	VEC_PUSH(&facts->nets)->inode = inode;
	return facts->nets.len - 1;
}

static const struct runtime *runtime_in_maps(pid_t pid)
{
	AUTO_FREE char *text = NULL;
	char path[32];
	bool cut = false;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	return proc_read_all(path, MAPS_MAX, &text, &cut) ? runtime_by_maps(text) : NULL;
}

static void read_program(struct proc_fact *proc)
{
	char text[PROC_TEXT_MAX];
	CLEANUP(buf_release) struct buf command = BUF_INIT(COMMAND_MAX);
	ssize_t n = proc_read(text, sizeof(text), "/proc/%d/cmdline", proc->pid);

	if (n > 0) {
		proc_text_command(text, (size_t)n, &command);
		proc->command = buf_take(&command);
	}
	n = proc_read(text, sizeof(text), "/proc/%d/exe", proc->pid);
	proc->other_abi = n > EI_CLASS && text[EI_CLASS] != OUR_CLASS;
	proc->runtime = runtime_by_program(proc->exe);
	if (!proc->runtime && runtime_is_likely(proc->caught)) {
		proc->runtime = n > 0 ? runtime_by_elf(text, (size_t)n) : NULL;
		proc->runtime = proc->runtime ? proc->runtime : runtime_in_maps(proc->pid);
	}
}

void collect_processes(struct facts *facts, struct budget *budget)
{
	for (size_t i = 0; i < facts->procs.len && !budget_over(budget); i++) {
		struct proc_fact *proc = &facts->procs.items[i];
		char text[PROC_TEXT_MAX];
		struct status_fact status;

		if (proc_link(text, sizeof(text), "/proc/%d/exe", proc->pid) > 0) {
			proc->exe = mem_str(text);
		}
		if (proc_read(text, sizeof(text), "/proc/%d/status", proc->pid) > 0 &&
		    proc_text_status(text, &status)) {
			proc->uid = status.uid;
			proc->tracer = status.tracer;
			proc->caught = status.caught;
		}
		if (!proc->stuck && !proc->ended) {
			read_program(proc);
		}
		proc->net = net_of(facts, proc->pid);
	}
}

/* The link itself has r and w as the descriptor has them. */
static bool read_fd(int folder, const char *name, struct fd_fact *out)
{
	char target[FD_PATH_MAX];
	struct stat st;
	ssize_t n = readlinkat(folder, name, target, sizeof(target) - 1);

	if (n < 0 || fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		return false;
	}
	target[n] = '\0';
	out->reads = (st.st_mode & S_IRUSR) != 0;
	out->writes = (st.st_mode & S_IWUSR) != 0;
	proc_text_link(target, &out->link);
	return true;
}

static void fds_of(struct facts *facts, size_t proc, struct budget *budget)
{
	char path[64];
	DIR *dir = NULL;
	struct dirent *entry = NULL;
	size_t had = facts->fds.len;

	snprintf(path, sizeof(path), "/proc/%d/fd", facts->procs.items[proc].pid);
	dir = opendir(path);
	facts->procs.items[proc].fds_denied = !dir && (errno == EACCES || errno == EPERM);
	while (dir && facts->fds.len < AUTOPSY_FDS_MAX && facts->fds.len - had < FDS_OF_ONE_MAX &&
	       !budget_over(budget) && (entry = readdir(dir))) {
		struct fd_fact fact = {.proc = proc};
		int64_t fd = 0;

		if (str_to_int64(entry->d_name, 0, INT32_MAX, &fd) &&
		    read_fd(dirfd(dir), entry->d_name, &fact)) {
			fact.fd = (int)fd;
			*VEC_PUSH(&facts->fds) = fact;
		}
	}
	if (dir) {
		closedir(dir);
	}
}

void collect_fds(struct facts *facts, struct budget *budget)
{
	for (size_t i = 0; i < facts->procs.len && !budget_over(budget); i++) {
		if (!facts->procs.items[i].ended) {
			fds_of(facts, i, budget);
		}
	}
}

static void read_table(pid_t pid, const char *name, enum socket_kind kind, struct socket_list *out)
{
	char path[64];
	AUTO_FREE char *text = NULL;
	bool cut = false;

	snprintf(path, sizeof(path), "/proc/%d/net/%s", pid, name);
	if (!proc_read_all(path, TABLE_MAX, &text, &cut)) {
		return;
	}
	out->cut |= cut;
	sockets_parse(text, kind, out);
}

static bool is_our_net(uint64_t inode)
{
	struct stat st;

	return stat("/proc/self/ns/net", &st) == 0 && st.st_ino == inode;
}

static void read_net(struct net_fact *net, pid_t pid, struct budget *budget)
{
	static const struct {
		const char *name;
		enum socket_kind kind;
	} tables[] = {
		{"tcp", SOCKET_TCP}, {"tcp6", SOCKET_TCP}, {"unix", SOCKET_UNIX},
		{"udp", SOCKET_UDP}, {"udp6", SOCKET_UDP},
	};

	for (size_t i = 0; i < ARRAY_LEN(tables) && !budget_over(budget); i++) {
		read_table(pid, tables[i].name, tables[i].kind, &net->sockets);
	}
	net->queues_known = is_our_net(net->inode) && diag_complete(&net->sockets);
}

void collect_sockets(struct facts *facts, struct budget *budget)
{
	VEC_EACH (const struct fd_fact, fd, &facts->fds) {
		const struct proc_fact *proc = &facts->procs.items[fd->proc];
		struct net_fact *net = proc->net == SIZE_MAX ? NULL : &facts->nets.items[proc->net];

		if (fd->link.kind == FD_SOCKET && net && net->sockets.len == 0 &&
		    !budget_over(budget)) {
			read_net(net, proc->pid, budget);
		}
	}
}
