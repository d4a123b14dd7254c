/* SPDX-License-Identifier: Apache-2.0 */
#include "os/proc.h"

#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"
#include "os/listeners.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PROC_FILE_MAX ((size_t)4 * 1024 * 1024)

/* A file of /proc as text, or NULL. The caller frees. */
static char *read_proc(pid_t pid, const char *name, size_t *len)
{
	AUTO_FREE char *path = mem_fmt("/proc/%d/%s", (int)pid, name);

	return file_text(path, PROC_FILE_MAX, len);
}

static DIR *open_proc(pid_t pid, const char *name)
{
	AUTO_FREE char *path = mem_fmt("/proc/%d/%s", (int)pid, name);

	return opendir(path);
}

static pid_t to_pid(const char *text)
{
	int64_t number = 0;

	return str_to_int64(text, 1, INT32_MAX, &number) ? (pid_t)number : 0;
}

/* "pid pid pid " */
static void add_pids(char *text, struct pid_list *out)
{
	char *rest = text;

	for (char *word = strsep(&rest, " \n"); word; word = strsep(&rest, " \n")) {
		pid_t pid = to_pid(word);

		if (pid) {
			*VEC_PUSH(out) = pid;
		}
	}
}

/* State and parent from "pid (name) S ppid …", where the name may hold anything. */
static bool read_stat(pid_t pid, char *state, pid_t *parent)
{
	AUTO_FREE char *text = read_proc(pid, "stat", NULL);
	const char *at = text ? strrchr(text, ')') : NULL;
	int number = 0;

	if (!at || sscanf(at + 1, " %c %d", state, &number) != 2) {
		return false;
	}
	*parent = number;
	return true;
}

void proc_all(struct pid_list *out)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry = NULL;

	while (dir && (entry = readdir(dir))) {
		pid_t pid = to_pid(entry->d_name);

		if (pid) {
			*VEC_PUSH(out) = pid;
		}
	}
	if (dir) {
		closedir(dir);
	}
}

/* For kernels without the files `children`: every process is asked for its parent. */
static void search_children(pid_t parent, struct pid_list *out)
{
	struct pid_list all = {0};
	pid_t above = 0;
	char state = 0;

	proc_all(&all);
	VEC_EACH (pid_t, pid, &all) {
		if (read_stat(*pid, &state, &above) && above == parent) {
			*VEC_PUSH(out) = *pid;
		}
	}
	VEC_FREE(&all);
}

static bool has_children_files(void)
{
	return access("/proc/thread-self/children", F_OK) == 0;
}

void proc_children(pid_t parent, struct pid_list *out)
{
	DIR *dir = NULL;
	struct dirent *entry = NULL;

	if (!has_children_files()) {
		search_children(parent, out);
		return;
	}
	dir = open_proc(parent, "task");
	while (dir && (entry = readdir(dir))) {
		AUTO_FREE char *name = mem_fmt("task/%s/children", entry->d_name);
		AUTO_FREE char *text = to_pid(entry->d_name) ? read_proc(parent, name, NULL) : NULL;

		if (text) {
			add_pids(text, out);
		}
	}
	if (dir) {
		closedir(dir);
	}
}

void proc_descendants(pid_t root, struct pid_list *out)
{
	size_t next = out->len;

	proc_children(root, out);
	for (; next < out->len; next++) {
		proc_children(out->items[next], out);
	}
}

static void read_name(pid_t pid, char out[PROC_NAME_MAX])
{
	AUTO_FREE char *path = mem_fmt("/proc/%d/exe", (int)pid);
	AUTO_FREE char *comm = NULL;
	char exe[4096];
	ssize_t len = readlink(path, exe, sizeof(exe) - 1);

	if (len > 0) {
		exe[len] = '\0';
		snprintf(out, PROC_NAME_MAX, "%s", path_base(exe));
		return;
	}
	/* another user's */
	comm = read_proc(pid, "comm", NULL);
	snprintf(out, PROC_NAME_MAX, "%.*s", (int)strcspn(str_or(comm, ""), "\n"),
		 str_or(comm, ""));
}

static void read_command(pid_t pid, char out[PROC_COMMAND_MAX])
{
	size_t len = 0;
	AUTO_FREE char *text = read_proc(pid, "cmdline", &len);

	const char *start = path_base(str_or(text, ""));

	for (size_t i = 0; text && i + 1 < len; i++) {
		text[i] = text[i] ? text[i] : ' ';
	}
	snprintf(out, PROC_COMMAND_MAX, "%s", start);
}

/* The first word it was started with; servers that rewrite it put a colon behind it. */
static void read_title(struct proc_info *info)
{
	size_t len = strcspn(info->command, " :");

	snprintf(info->title, sizeof(info->title), "%s", info->name);
	if (len > 0 && len < sizeof(info->title)) {
		memcpy(info->title, info->command, len);
		info->title[len] = '\0';
	}
}

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

struct inode_list {
	VEC(uint64_t)
};

/* The sockets that a process has open, by their inodes, sorted. */
static void read_sockets(pid_t pid, struct inode_list *out)
{
	DIR *dir = open_proc(pid, "fd");
	struct dirent *entry = NULL;
	char target[64];

	while (dir && (entry = readdir(dir))) {
		ssize_t len = readlinkat(dirfd(dir), entry->d_name, target, sizeof(target) - 1);
		uint64_t inode = 0;

		target[len > 0 ? len : 0] = '\0';
		if (sscanf(target, "socket:[%" SCNu64 "]", &inode) == 1) {
			*VEC_PUSH(out) = inode;
		}
	}
	if (dir) {
		closedir(dir);
	}
	if (out->len) {
		qsort(out->items, out->len, sizeof(*out->items), compare);
	}
}

static void add_port(struct proc_info *info, unsigned port)
{
	size_t at = 0;

	while (at < PROC_PORTS_MAX && info->ports[at] && info->ports[at] != port) {
		at++;
	}
	if (at < PROC_PORTS_MAX) {
		info->ports[at] = (uint16_t)port;
	}
}

static bool has_socket(const struct inode_list *sockets, uint64_t inode)
{
	return sockets->len &&
	       bsearch(&inode, sockets->items, sockets->len, sizeof(inode), compare);
}

bool proc_has_socket(pid_t pid, uint64_t inode)
{
	struct inode_list sockets = {0};
	bool has = false;

	read_sockets(pid, &sockets);
	has = has_socket(&sockets, inode);
	VEC_FREE(&sockets);
	return has;
}

static bool has_file(pid_t pid, const struct stat *file)
{
	char name[64];
	DIR *folder = NULL;
	struct dirent *entry = NULL;
	bool found = false;

	snprintf(name, sizeof(name), "/proc/%d/fd", (int)pid);
	folder = opendir(name);
	while (folder && !found && (entry = readdir(folder))) {
		struct stat st;

		found = fstatat(dirfd(folder), entry->d_name, &st, 0) == 0 && S_ISREG(st.st_mode) &&
			st.st_dev == file->st_dev && st.st_ino == file->st_ino;
	}
	if (folder) {
		closedir(folder);
	}
	return found;
}

bool proc_has_file(const char *path)
{
	struct pid_list pids = {0};
	struct stat st;
	bool found = false;

	if (stat(path, &st) < 0) {
		return false;
	}
	proc_all(&pids);
	for (size_t i = 0; i < pids.len && !found; i++) {
		found = pids.items[i] != getpid() && has_file(pids.items[i], &st);
	}
	VEC_FREE(&pids);
	return found;
}

bool proc_may_have_socket(pid_t pid, uint64_t inode)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	return proc_has_socket(pid, inode) || (access(path, R_OK | X_OK) < 0 && errno == EACCES);
}

/* The table is that of its own network namespace. */
static void read_listeners(const char *table, const struct inode_list *sockets,
			   struct proc_info *info)
{
	AUTO_FREE char *text = read_proc(info->pid, table, NULL);
	CLEANUP(listener_list_release) struct listener_list list = {0};

	listeners_parse(text, SOCKET_TCP, &list);
	VEC_EACH (const struct listener, listener, &list) {
		if (has_socket(sockets, listener->inode)) {
			add_port(info, listener->at.port);
		}
	}
}

static void read_ports(struct proc_info *info)
{
	struct inode_list sockets = {0};

	read_sockets(info->pid, &sockets);
	if (sockets.len) {
		read_listeners("net/tcp", &sockets, info);
		read_listeners("net/tcp6", &sockets, info);
	}
	VEC_FREE(&sockets);
}

bool proc_look(pid_t pid, struct proc_info *out)
{
	pid_t parent = 0;

	*out = (struct proc_info){.pid = pid};
	if (!read_stat(pid, &out->state, &parent) || out->state == 'Z' || out->state == 'X') {
		return false;
	}
	read_name(pid, out->name);
	read_command(pid, out->command);
	read_title(out);
	read_ports(out);
	return true;
}
