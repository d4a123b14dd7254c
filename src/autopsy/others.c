/* SPDX-License-Identifier: Apache-2.0 */
#include "autopsy/calls.h"
#include "autopsy/collect.h"
#include "autopsy/read.h"
#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WANTED_MAX       64
#define HOLDERS_MAX      128
#define FDS_OF_OTHER_MAX 1024
#define LOCKS_MAX        ((size_t)256 << 10)
#define KTHREADD         2

struct wanted {
	uint64_t inodes[WANTED_MAX];
	size_t len;
};

static void want(struct wanted *wanted, uint64_t inode)
{
	for (size_t i = 0; i < wanted->len; i++) {
		if (wanted->inodes[i] == inode) {
			return;
		}
	}
	if (inode && wanted->len < WANTED_MAX) {
		wanted->inodes[wanted->len++] = inode;
	}
}

static void want_socket(const struct facts *facts, const struct fd_fact *fd, struct wanted *wanted)
{
	size_t index = facts->procs.items[fd->proc].net;
	const struct socket_list *sockets =
		index == SIZE_MAX ? NULL : &facts->nets.items[index].sockets;
	const struct socket_fact *socket =
		sockets ? sockets_by_inode(sockets, fd->link.inode) : NULL;
	const struct socket_fact *found = socket ? sockets_peer(sockets, socket) : NULL;

	if (found) {
		want(wanted, found->inode);
	}
	found = socket && socket->kind == SOCKET_TCP ? sockets_listener(sockets, &socket->remote)
						     : NULL;
	if (found) {
		want(wanted, found->inode);
	}
}

static void want_fd(const struct facts *facts, size_t proc, int number, struct wanted *wanted)
{
	const struct fd_fact *fd = facts_fd(facts, proc, number);

	if (fd && fd->link.kind == FD_PIPE) {
		want(wanted, fd->link.inode);
	} else if (fd && fd->link.kind == FD_SOCKET) {
		want_socket(facts, fd, wanted);
	}
}

static void want_unix_listener(const struct facts *facts, const struct thread_fact *thread,
			       struct wanted *wanted)
{
	size_t index = facts->procs.items[thread->proc].net;
	const struct socket_fact *found =
		index == SIZE_MAX
			? NULL
			: sockets_unix_listener(&facts->nets.items[index].sockets, thread->path);

	if (found) {
		want(wanted, found->inode);
	}
}

size_t collect_wanted(const struct facts *facts, uint64_t *out, size_t max)
{
	struct wanted wanted = {.len = 0};
	size_t kept = 0;

	VEC_EACH (const struct thread_fact, thread, &facts->threads) {
		const struct call_row *row = thread->call.state == CALL_BLOCKED
						     ? call_by_number(thread->call.number)
						     : NULL;

		if (row && row->kind >= CALL_READ && row->kind <= CALL_ACCEPT) {
			want_fd(facts, thread->proc, (int)thread->call.args[0], &wanted);
		}
		if (row && row->kind == CALL_CONNECT && thread->path) {
			want_unix_listener(facts, thread, &wanted);
		}
		for (size_t i = 0; i < thread->polled_len; i++) {
			want_fd(facts, thread->proc, thread->polled[i], &wanted);
		}
	}
	kept = wanted.len < max ? wanted.len : max;
	memcpy(out, wanted.inodes, kept * sizeof(*out));
	return kept;
}

/* Adds a holder for each descriptor in the folder that leads to a wanted inode. */
static void look_into(DIR *dir, const struct stat_fact *stat, const struct wanted *wanted,
		      struct facts *facts)
{
	struct dirent *entry = NULL;

	for (size_t n = 0; n < FDS_OF_OTHER_MAX && (entry = readdir(dir)); n++) {
		char target[64];
		struct fd_link link;
		struct stat st;
		ssize_t len = readlinkat(dirfd(dir), entry->d_name, target, sizeof(target) - 1);

		target[len > 0 ? len : 0] = '\0';
		proc_text_link(target, &link);
		for (size_t i = 0; i < wanted->len && link.inode; i++) {
			if (wanted->inodes[i] == link.inode && facts->holders.len < HOLDERS_MAX &&
			    fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
				struct holder_fact *holder = VEC_PUSH(&facts->holders);

				*holder = (struct holder_fact){
					.inode = link.inode,
					.pid = stat->pid,
					.reads = (st.st_mode & S_IRUSR) != 0,
					.writes = (st.st_mode & S_IWUSR) != 0,
				};
				memcpy(holder->comm, stat->comm, sizeof(holder->comm));
			}
		}
		fd_link_release(&link);
	}
}

static void look_at_others(const struct stat_list *all, const struct wanted *wanted,
			   struct facts *facts, struct budget *budget)
{
	VEC_EACH (const struct stat_fact, stat, all) {
		char path[64];
		DIR *dir = NULL;

		if (stat->pid == KTHREADD || stat->ppid == KTHREADD || stat->state == 'Z' ||
		    facts_proc(facts, stat->pid)) {
			continue;
		}
		if (budget_over(budget)) {
			return;
		}
		snprintf(path, sizeof(path), "/proc/%d/fd", stat->pid);
		dir = opendir(path);
		if (dir) {
			look_into(dir, stat, wanted, facts);
			closedir(dir);
		} else if (errno == EACCES || errno == EPERM) {
			facts->closed_procs++;
		}
	}
}

static bool waits_for_lock(const struct thread_fact *thread)
{
	const struct call_row *row = call_of(&thread->call, thread->wchan);

	return row && (row->kind == CALL_LOCK || row->kind == CALL_FCNTL);
}

void collect_others(const struct stat_list *all, struct facts *facts, struct budget *budget)
{
	struct wanted wanted = {.len = 0};
	bool locks = false;

	wanted.len = collect_wanted(facts, wanted.inodes, WANTED_MAX);
	VEC_EACH (const struct thread_fact, thread, &facts->threads) {
		locks |= waits_for_lock(thread);
	}
	if (locks && !budget_over(budget)) {
		AUTO_FREE char *text = NULL;
		bool cut = false;

		if (proc_read_all("/proc/locks", LOCKS_MAX, &text, &cut)) {
			locks_parse(text, &facts->locks);
		}
	}
	if (wanted.len > 0) {
		look_at_others(all, &wanted, facts, budget);
	}
}
