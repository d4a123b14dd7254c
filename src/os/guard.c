/* SPDX-License-Identifier: Apache-2.0 */
#include "os/guard.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "os/proc.h"
#include "os/signals.h"
#include "os/sweep.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define STRINGS_MAX ((size_t)16 * 1024 * 1024) /* exec takes far less */
#define START_MS    60000                      /* a program on a file system that hangs */
#define STOPPED_MS  2000
#define WAKE_MS     500

#define SWEEP_US (2 * US_PER_S)

#define ANSWERS 20 /* of WAKE_MS */

/* Children that are not taken for what one of them left behind: the guardians, and those that we had
 * before there was any, as whoever becomes steady by exec has them. */
static struct pid_list spared;
static pthread_mutex_t spared_lock = PTHREAD_MUTEX_INITIALIZER;

/* One for the process, like the tree it keeps. */
static struct guard common = {0, -1, 0};

/* What the guardian does when we die; told to each one. */
static char *folder; /* absolute; NULL none */
static char *kept;   /* packed; NULL none */
static size_t kept_len;

static bool has_terminal(void)
{
	int fd = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);

	if (fd >= 0) {
		close(fd);
	}
	return fd >= 0;
}

static bool send_all(const struct guard *guard, const void *data, size_t len)
{
	const char *at = data;

	while (len > 0) {
		ssize_t n = send(guard->fd, at, len, MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR) {
			return false;
		}
		at += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return true;
}

static void tell(enum guard_order_kind kind, const char *data, size_t len)
{
	struct guard_order order = {.kind = kind, .len = len};

	if (common.fd >= 0 && send_all(&common, &order, sizeof(order))) {
		(void)send_all(&common, data, len);
	}
}

static int start(struct guard *guard, struct err *err)
{
	static bool looked; /* under the lock */
	bool own_session = !has_terminal();
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
		return err_sys(err, ERR_IO, "socketpair");
	}
	pthread_mutex_lock(&spared_lock);
	if (!looked) {
		proc_children(getpid(), &spared);
		looked = true;
	}
	guard->pid = fork();
	if (guard->pid == 0) {
		close(ends[0]);
		guardian_main(ends[1], own_session);
	}
	if (guard->pid > 0) {
		*VEC_PUSH(&spared) = guard->pid;
	}
	pthread_mutex_unlock(&spared_lock);
	close(ends[1]);
	if (guard->pid < 0) {
		close(ends[0]);
		return err_sys(err, ERR_IO, "fork");
	}
	guard->fd = ends[0];
	return 0;
}

int guard_start(struct err *err)
{
	static bool registered;

	if (common.fd >= 0) {
		return 0;
	}
	/* we reap it ourselves: not every process 1 of a container does */
	registered = registered || atexit(guard_drop) == 0;
	if (start(&common, err) < 0) {
		return -1;
	}
	tell(ORDER_FOLDER, folder, folder ? strlen(folder) : 0);
	tell(ORDER_KEPT, kept, kept_len);
	return 0;
}

pid_t guard_pid(void)
{
	return common.fd >= 0 ? common.pid : 0;
}

int guard_fd(void)
{
	return common.fd;
}

static bool is_spared(pid_t pid)
{
	bool found = false;

	pthread_mutex_lock(&spared_lock);
	for (size_t i = 0; i < spared.len && !found; i++) {
		found = spared.items[i] == pid;
	}
	pthread_mutex_unlock(&spared_lock);
	return found;
}

static void forget(pid_t pid)
{
	size_t len = 0;

	for (size_t i = 0; i < spared.len; i++) {
		if (spared.items[i] != pid) {
			spared.items[len++] = spared.items[i];
		}
	}
	spared.len = len;
}

size_t guard_sweep(int64_t limit_us, pid_t watched, int *status)
{
	return sweep_children(limit_us, is_spared, watched, status);
}

static void drop(struct guard *guard)
{
	if (guard->fd < 0) {
		return;
	}
	cleanup_close(&guard->fd);
	kill(guard->pid, SIGKILL);
	while (waitpid(guard->pid, NULL, 0) < 0 && errno == EINTR) {
	}
	pthread_mutex_lock(&spared_lock);
	forget(guard->pid);
	pthread_mutex_unlock(&spared_lock);
}

static void wake(const struct guard *guard)
{
	siginfo_t info = {0};

	if (guard->fd >= 0 && waitid(P_PID, (id_t)guard->pid, &info, WSTOPPED | WNOHANG) == 0 &&
	    info.si_pid) {
		kill(guard->pid, SIGCONT);
	}
}

void guard_wake(void)
{
	wake(&common);
}

void guard_drop(void)
{
	drop(&common);
}

static bool is_replaced(const char *entry, const struct strv *extra)
{
	for (size_t i = 0; extra && i < extra->len; i++) {
		size_t name = strcspn(extra->items[i], "=") + 1;

		if (strncmp(entry, extra->items[i], name) == 0) {
			return true;
		}
	}
	return false;
}

/* Adds the strings with their NULs; returns how many. */
static uint32_t add_strings(struct buf *out, char *const *list, const struct strv *except)
{
	uint32_t count = 0;

	for (; *list; list++) {
		if (!is_replaced(*list, except)) {
			buf_add(out, *list, strlen(*list) + 1);
			count++;
		}
	}
	return count;
}

static bool send_fds(const struct guard *guard, const struct guard_order *order,
		     const int fds[GUARD_FDS])
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(GUARD_FDS * sizeof(int))];
	} control = {0};
	struct guard_order copy = *order;
	struct iovec part = {&copy, sizeof(copy)};
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};

	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	control.header.cmsg_len = CMSG_LEN(GUARD_FDS * sizeof(int));
	memcpy(CMSG_DATA(&control.header), fds, GUARD_FDS * sizeof(int));
	return sendmsg(guard->fd, &message, MSG_NOSIGNAL) == (ssize_t)sizeof(copy);
}

static bool send_command(const struct guard *guard, const struct guard_command *command)
{
	CLEANUP(buf_release) struct buf strings = BUF_INIT(STRINGS_MAX);
	AUTO_CLOSE int cwd =
		open(command->folder ? command->folder : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	const int fds[GUARD_FDS] = {cwd, command->in, command->out, command->err};
	struct guard_order order = {.kind = ORDER_START, .adopt = command->adopt};

	order.argc = add_strings(&strings, command->argv, NULL);
	order.envc = add_strings(&strings, environ, command->env);
	if (command->env) {
		order.envc += add_strings(&strings, strv_argv(command->env), NULL);
	}
	order.len = strings.len;
	return !strings.cut && send_fds(guard, &order, fds) &&
	       send_all(guard, strings.data, strings.len);
}

static int start_error(const char *name, int code, struct err *err)
{
	errno = code;
	if (code == ENOENT || code == ENOTDIR) {
		return err_set(err, ERR_NOT_FOUND, "%s: command not found", *name ? name : "''");
	}
	if (code == EACCES || code == ENOEXEC || code == EISDIR || code == ELIBBAD) {
		return err_sys(err, ERR_NOEXEC, "%s: cannot be executed", name);
	}
	return err_sys(err, ERR_IO, "%s: cannot be started", name);
}

static void order(const struct guard *guard, enum guard_order_kind kind, int64_t linger_us)
{
	struct guard_order order = {.kind = kind, .linger_us = linger_us};

	(void)send_all(guard, &order, sizeof(order));
}

static bool next(const struct guard *guard, struct guard_note *out)
{
	char *at = (char *)out;
	size_t len = sizeof(*out);

	while (len > 0) {
		ssize_t n = read(guard->fd, at, len);

		if (n == 0 || (n < 0 && errno != EINTR)) {
			return false;
		}
		at += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return true;
}

bool guard_next(struct guard_note *out)
{
	return next(&common, out);
}

/*
 * The answer to ORDER_START, which a hanging file system must not make us wait for too long, once
 * somebody wants to stop least of all. It comes at once otherwise, and the signal is seen later.
 */
static int wait_for_start(const struct guard *guard, const char *name, struct guard_note *note,
			  struct err *err)
{
	struct pollfd pfds[] = {
		{.fd = guard->fd, .events = POLLIN},
		{.fd = signals_fd(), .events = POLLIN},
	};

	for (int ms = 0; ms < START_MS && poll(pfds, ARRAY_LEN(pfds), WAKE_MS) <= 0;
	     ms += WAKE_MS) {
		/* the command may have stopped it before it could answer */
		wake(guard);
	}
	if (!pfds[0].revents && pfds[1].revents) {
		poll(pfds, 1, STOPPED_MS);
	}
	if (pfds[0].revents && next(guard, note)) {
		return 0;
	}
	return err_set(err, ERR_IO, "%s: the guardian does not start it", name);
}

/* The guardian is of no use any more when that is neither ERR_NOT_FOUND nor ERR_NOEXEC. */
static int start_command(const struct guard *guard, const struct guard_command *command, pid_t *pid,
			 struct err *err)
{
	struct guard_note note = {0};

	if (!send_command(guard, command)) {
		return err_set(err, ERR_IO, "%s: cannot be handed to the guardian",
			       command->argv[0]);
	}
	if (wait_for_start(guard, command->argv[0], &note, err) < 0) {
		return -1;
	}
	if (note.kind == NOTE_FAILED) {
		return start_error(command->argv[0], note.value, err);
	}
	if (note.kind != NOTE_STARTED || note.pid <= 0) {
		return err_set(err, ERR_IO, "%s: the guardian is out of step", command->argv[0]);
	}
	*pid = note.pid;
	return 0;
}

int guard_command(const struct guard_command *command, pid_t *pid, struct err *err)
{
	if (guard_start(err) < 0) {
		return -1;
	}
	guard_wake();
	prctl(PR_SET_CHILD_SUBREAPER, command->adopt ? 1 : 0);
	if (start_command(&common, command, pid, err) == 0) {
		return 0;
	}
	if (err->code == ERR_IO) {
		/* it may have started it all the same */
		guard_drop();
		guard_sweep(SWEEP_US, 0, NULL);
	}
	return -1;
}

int guard_lone_start(const struct guard_command *command, struct guard *out, struct err *err)
{
	if (command->adopt) {
		prctl(PR_SET_CHILD_SUBREAPER, 1);
	}
	if (start(out, err) < 0) {
		return -1;
	}
	if (start_command(out, command, &out->leader, err) < 0) {
		drop(out);
		return -1;
	}
	return 0;
}

bool guard_lone_next(struct guard *guard, int *status)
{
	struct guard_note note = {0};
	bool lost = !next(guard, &note);

	if (lost || note.kind == NOTE_ENDED) {
		*status = lost ? SIGKILL : note.value;
	}
	return lost || note.kind == NOTE_ENDED;
}

/* Whoever goes on stopping it has had his time. */
static bool answers(const struct guard *guard)
{
	struct pollfd pfd = {.fd = guard->fd, .events = POLLIN};

	for (int i = 0; i < ANSWERS; i++) {
		wake(guard);
		if (poll(&pfd, 1, WAKE_MS) > 0) {
			return true;
		}
	}
	return false;
}

void guard_lone_end(struct guard *guard, int *status)
{
	struct guard_note note = {0};

	order(guard, ORDER_END, 0);
	while (answers(guard) && next(guard, &note) && note.kind != NOTE_EMPTY) {
		*status = note.kind == NOTE_ENDED ? note.value : *status;
	}
	drop(guard);
	if (note.kind != NOTE_EMPTY) {
		guard_sweep(SWEEP_US, 0, NULL);
	}
}

void guard_folder(const char *path)
{
	cleanup_free(&folder);
	folder = mem_str(path);
	tell(ORDER_FOLDER, folder, folder ? strlen(folder) : 0);
}

void guard_kept(const char *packed, size_t len)
{
	cleanup_free(&kept);
	kept = len ? mem_array(len, 1) : NULL;
	kept_len = len;
	if (len) {
		memcpy(kept, packed, len);
	}
	tell(ORDER_KEPT, kept, len);
}

void guard_order(enum guard_order_kind kind, int64_t linger_us)
{
	order(&common, kind, linger_us);
}
