/* SPDX-License-Identifier: Apache-2.0 */
#include "os/guard_wire.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"
#include "os/kept.h"
#include "os/proc.h"
#include "os/spawn.h"
#include "os/sweep.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SOCKET   3 /* where our end of the socket lies */
#define SWEEP_US (2 * US_PER_S)
#define LAST_US  (60 * US_PER_S) /* nobody waits any more: try longer */
#define LEFT_MAX 256             /* processes that are told of */

#define WORDS_MAX ((size_t)4 * 1024 * 1024) /* of our command line */

struct guardian {
	int children; /* readable when a child has ended */
	bool own_session;
	pid_t leader;            /* 0 no command runs */
	bool ended;              /* the leader has, and steady was told */
	int64_t linger_until_us; /* real monotonic; 0 not asked */
	char *folder;            /* to remove at the end; NULL none */
	char *kept;              /* to put back before that; NULL none */
	size_t kept_len;
};

/* Keeps nothing of steady open but the socket: its output must come to an end when it dies. */
static void close_others(int socket)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = 0; fd < SOCKET; fd++) {
		dup2(null, fd);
	}
	dup3(socket, SOCKET, O_CLOEXEC);
	if (syscall(SYS_close_range, SOCKET + 1U, ~0U, 0U) < 0) {
		for (int fd = SOCKET + 1; fd < 1024; fd++) {
			close(fd);
		}
	}
}

/* A folder that somebody works in cannot be unmounted. */
static void leave_folder(void)
{
	int ignored = chdir("/");

	(void)ignored;
}

/* Whoever ends steady by its name, or by its command line, shall not end us with it. */
static void change_name(void)
{
	static const char name[] = "guardian";
	size_t len = 0;
	AUTO_FREE char *words = file_text("/proc/self/cmdline", WORDS_MAX, &len);

	prctl(PR_SET_NAME, name);
	/* what /proc shows is our memory, from argv[0] on */
	if (words && len > sizeof(name) && str_eq(words, program_invocation_name)) {
		memset(program_invocation_name, 0, len);
		memcpy(program_invocation_name, name, sizeof(name));
	}
}

static void settle(struct guardian *guardian, int socket)
{
	struct sigaction usual = {.sa_handler = SIG_DFL};
	sigset_t set;

	sigfillset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
	/* ignored, it would make children vanish unseen */
	sigaction(SIGCHLD, &usual, NULL);
	if (guardian->own_session) {
		setsid();
	} else {
		setpgid(0, 0);
	}
	/* who was stopped shall wake up to see that steady is gone; from the first moment on */
	prctl(PR_SET_PDEATHSIG, SIGCONT);
	change_name();
	leave_folder();
	close_others(socket);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	guardian->children = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void tell(enum guard_note_kind kind, pid_t pid, int value)
{
	struct guard_note note = {.kind = kind, .pid = pid, .value = value};

	/* a dead steady is seen by the end of the socket */
	(void)send(SOCKET, &note, sizeof(note), MSG_NOSIGNAL);
}

static bool read_all(void *data, size_t len)
{
	char *at = data;

	while (len > 0) {
		ssize_t n = read(SOCKET, at, len);

		if (n <= 0) {
			return false;
		}
		at += n;
		len -= (size_t)n;
	}
	return true;
}

/* An order and the descriptors that came with it (-1 none); false at the end of the socket. */
static bool read_order(struct guard_order *order, int fds[GUARD_FDS])
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(GUARD_FDS * sizeof(int))];
	} control;
	struct iovec part = {order, sizeof(*order)};
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	const struct cmsghdr *header = NULL;
	ssize_t n = recvmsg(SOCKET, &message, MSG_CMSG_CLOEXEC);

	for (int i = 0; i < GUARD_FDS; i++) {
		fds[i] = -1;
	}
	if (n <= 0 || !read_all((char *)order + n, sizeof(*order) - (size_t)n)) {
		return false;
	}
	header = CMSG_FIRSTHDR(&message);
	if (header && header->cmsg_len == CMSG_LEN(GUARD_FDS * sizeof(int))) {
		memcpy(fds, CMSG_DATA(header), GUARD_FDS * sizeof(int));
	}
	return true;
}

/* `count` strings, one behind the other, as a list that ends with NULL. */
static char **list_strings(char **at, uint32_t count)
{
	char **list = mem_array((size_t)count + 1, sizeof(*list));

	for (uint32_t i = 0; i < count; i++) {
		list[i] = *at;
		*at += strlen(*at) + 1;
	}
	return list;
}

static void start(struct guardian *guardian, const struct guard_order *order, char *strings,
		  const int fds[GUARD_FDS])
{
	char *at = strings;
	AUTO_FREE char **argv = list_strings(&at, order->argc);
	AUTO_FREE char **env = list_strings(&at, order->envc);
	const struct spawn command = {
		.argv = argv,
		.env = env,
		.fds = {fds[GUARD_IN], fds[GUARD_OUT], fds[GUARD_ERR]},
		.own_session = guardian->own_session,
	};
	int code = 0;

	prctl(PR_SET_CHILD_SUBREAPER, order->adopt ? 1 : 0);
	guardian->ended = false;
	guardian->linger_until_us = 0;
	environ = env; /* where PATH is looked for */
	code = fchdir(fds[GUARD_CWD]) < 0 ? errno : spawn(&command, &guardian->leader);
	environ = NULL;
	leave_folder();
	if (code) {
		guardian->leader = 0;
		tell(NOTE_FAILED, 0, code);
	} else {
		tell(NOTE_STARTED, guardian->leader, 0);
	}
}

static bool read_and_start(struct guardian *guardian, const struct guard_order *order,
			   int fds[GUARD_FDS])
{
	AUTO_FREE char *strings = mem_array(order->len + 1, 1);
	bool whole = read_all(strings, order->len);

	if (whole) {
		start(guardian, order, strings, fds);
	}
	for (int i = 0; i < GUARD_FDS; i++) {
		cleanup_close(&fds[i]);
	}
	return whole;
}

static bool read_bytes(char **slot, const struct guard_order *order)
{
	cleanup_free(slot);
	*slot = order->len ? mem_array(order->len + 1, 1) : NULL;
	return read_all(*slot, order->len);
}

static bool read_kept(struct guardian *guardian, const struct guard_order *order)
{
	bool whole = read_bytes(&guardian->kept, order);

	guardian->kept_len = whole ? order->len : 0;
	return whole;
}

static int wait_status(const siginfo_t *info)
{
	if (info->si_code == CLD_EXITED) {
		return W_EXITCODE(info->si_status, 0);
	}
	return W_EXITCODE(0, info->si_status);
}

/* Ctrl-Z goes to the leader alone while it has the terminal. */
static void look_at_leader(const struct guardian *guardian)
{
	siginfo_t info = {0};

	if (guardian->leader > 0 && !guardian->ended &&
	    waitid(P_PID, (id_t)guardian->leader, &info, WSTOPPED | WNOHANG) == 0 && info.si_pid) {
		tell(NOTE_STOPPED, info.si_pid, info.si_status);
	}
}

/* Reaps what was adopted and has ended. The leader stays a zombie: as long as it is one, nobody else
 * can get its number, and steady can signal its group. */
static void look_at_children(struct guardian *guardian)
{
	struct signalfd_siginfo ignored;
	siginfo_t info;

	while (read(guardian->children, &ignored, sizeof(ignored)) > 0) {
	}
	look_at_leader(guardian);
	while (!guardian->ended) {
		info.si_pid = 0;
		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid == 0) {
			return;
		}
		if (info.si_pid == guardian->leader) {
			guardian->ended = true;
			tell(NOTE_ENDED, info.si_pid, wait_status(&info));
		} else {
			waitpid(info.si_pid, NULL, 0);
		}
	}
}

/* The children beside the leader that have not ended; those that have are reaped. */
static void list_left(const struct guardian *guardian, struct pid_list *out)
{
	struct pid_list children = {0};

	proc_children(getpid(), &children);
	VEC_EACH (const pid_t, child, &children) {
		if (*child != guardian->leader && waitpid(*child, NULL, WNOHANG) == 0) {
			*VEC_PUSH(out) = *child;
		}
	}
	VEC_FREE(&children);
}

/* Tells what outlived the leader once nobody is left or the time is over. */
static void linger(struct guardian *guardian)
{
	struct pid_list left = {0};
	size_t direct = 0;

	list_left(guardian, &left);
	if (left.len == 0 || clock_machine_us() >= guardian->linger_until_us) {
		direct = left.len;
		for (size_t i = 0; i < direct; i++) {
			proc_descendants(left.items[i], &left);
		}
		for (size_t i = 0; i < left.len && i < LEFT_MAX; i++) {
			tell(NOTE_LEFT, left.items[i], 0);
		}
		tell(NOTE_QUIET, 0, (int)(left.len > LEFT_MAX ? left.len - LEFT_MAX : 0));
		guardian->linger_until_us = 0;
	}
	VEC_FREE(&left);
}

static void end_all(struct guardian *guardian, int64_t limit_us)
{
	size_t left = 0;

	if (guardian->leader > 0) {
		kill(-guardian->leader, SIGKILL);
	}
	left = sweep_children(limit_us, NULL, 0, NULL);
	guardian->leader = 0;
	tell(NOTE_EMPTY, 0, (int)left);
}

/* False when steady is gone. */
static bool obey(struct guardian *guardian)
{
	struct guard_order order;
	int fds[GUARD_FDS];

	if (!read_order(&order, fds)) {
		return false;
	}
	switch (order.kind) {
	case ORDER_START:
		return read_and_start(guardian, &order, fds);
	case ORDER_LINGER:
		guardian->linger_until_us = clock_machine_us() + order.linger_us;
		return true;
	case ORDER_END:
		end_all(guardian, SWEEP_US);
		return true;
	case ORDER_FOLDER:
		return read_bytes(&guardian->folder, &order);
	case ORDER_KEPT:
		return read_kept(guardian, &order);
	}
	return false;
}

_Noreturn void guardian_main(int socket, bool own_session)
{
	struct guardian guardian = {.own_session = own_session};
	bool served = true;

	settle(&guardian, socket);
	while (served) {
		struct pollfd pfds[] = {
			{.fd = SOCKET, .events = POLLIN},
			{.fd = guardian.children, .events = POLLIN},
		};
		int64_t left_us = guardian.linger_until_us - clock_machine_us();
		int limit_ms = left_us > 0 ? (int)(left_us / US_PER_MS) + 1 : 0;

		poll(pfds, ARRAY_LEN(pfds), guardian.linger_until_us ? limit_ms : -1);
		look_at_children(&guardian);
		served = !pfds[0].revents || obey(&guardian);
		if (served && guardian.linger_until_us) {
			linger(&guardian);
		}
	}
	end_all(&guardian, LAST_US);
	if (guardian.kept) {
		kept_restore_packed(guardian.kept, guardian.kept_len);
	}
	if (guardian.folder) {
		file_remove_tree(guardian.folder);
	}
	_exit(0);
}
