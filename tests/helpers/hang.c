/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A child program that hangs in one of the ways that test programs hang: hang VERB [ARG…].
 * `hang` alone lists the verbs. Exit code 2: used wrongly, 3: the system refused.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

_Noreturn static void refused(const char *what)
{
	fprintf(stderr, "hang: %s: %s\n", what, strerror(errno));
	exit(3);
}

static long must(long result, const char *what)
{
	if (result < 0) {
		refused(what);
	}
	return result;
}

_Noreturn static void hang_on(void)
{
	for (;;) {
		pause();
	}
}

/* A child that does as the function says; the parent's death ends it. */
static pid_t child_of(void (*act)(void *), void *what)
{
	pid_t pid = (pid_t)must(fork(), "fork");

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		act(what);
		hang_on();
	}
	return pid;
}

static void act_nothing(void *what)
{
	(void)what;
}

static void start_thread(void *(*run)(void *), void *what, pthread_t *id)
{
	pthread_attr_t small;

	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 65536);
	errno = pthread_create(id, &small, run, what);
	must(errno ? -1 : 0, "pthread_create");
	pthread_attr_destroy(&small);
}

static pthread_mutex_t mutexes[2] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static pthread_barrier_t both;

static void *lock_crosswise(void *what)
{
	int mine = *(int *)what;

	prctl(PR_SET_NAME, mine == 0 ? "worker-1" : "worker-2");
	pthread_mutex_lock(&mutexes[mine]);
	pthread_barrier_wait(&both);
	pthread_mutex_lock(&mutexes[1 - mine]);
	return NULL;
}

static void cross(void)
{
	static int first = 0, second = 1;
	pthread_t ids[2];

	pthread_barrier_init(&both, NULL, 2);
	start_thread(lock_crosswise, &first, &ids[0]);
	start_thread(lock_crosswise, &second, &ids[1]);
	pthread_join(ids[0], NULL);
}

static void init_mutexes(int type, int protocol, int robust)
{
	pthread_mutexattr_t attr;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_settype(&attr, type);
	pthread_mutexattr_setprotocol(&attr, protocol);
	pthread_mutexattr_setrobust(&attr, robust);
	pthread_mutex_init(&mutexes[0], &attr);
	pthread_mutex_init(&mutexes[1], &attr);
}

static int do_mutex_deadlock(char **args)
{
	const char *kind = args[0] ? args[0] : "normal";

	if (strcmp(kind, "recursive") == 0) {
		init_mutexes(PTHREAD_MUTEX_RECURSIVE, PTHREAD_PRIO_NONE, PTHREAD_MUTEX_STALLED);
	} else if (strcmp(kind, "inherit") == 0) {
		init_mutexes(PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_INHERIT, PTHREAD_MUTEX_STALLED);
	} else if (strcmp(kind, "robust") == 0) {
		init_mutexes(PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_NONE, PTHREAD_MUTEX_ROBUST);
	}
	cross();
	return 3;
}

static int do_mutex_self(char **args)
{
	(void)args;
	pthread_mutex_lock(&mutexes[0]);
	pthread_mutex_lock(&mutexes[0]);
	return 3;
}

static void *lock_and_end(void *what)
{
	pthread_mutex_lock(what);
	return NULL;
}

static int do_mutex_abandoned(char **args)
{
	pthread_t id;

	(void)args;
	start_thread(lock_and_end, &mutexes[0], &id);
	pthread_join(id, NULL);
	pthread_mutex_lock(&mutexes[0]);
	return 3;
}

static void *hang_thread(void *what)
{
	(void)what;
	hang_on();
}

static int do_join(char **args)
{
	pthread_t id;

	(void)args;
	start_thread(hang_thread, NULL, &id);
	pthread_join(id, NULL);
	return 3;
}

static pthread_cond_t never = PTHREAD_COND_INITIALIZER;

static int do_condition(char **args)
{
	(void)args;
	pthread_mutex_lock(&mutexes[0]);
	pthread_cond_wait(&never, &mutexes[0]);
	return 3;
}

static int do_threads(char **args)
{
	pthread_t id;

	for (int left = (int)strtol(args[0], NULL, 10); left > 0; left--) {
		start_thread(hang_thread, NULL, &id);
	}
	hang_on();
}

static int do_wait_child(char **args)
{
	(void)args;
	waitpid(child_of(act_nothing, NULL), NULL, 0);
	return 3;
}

/* The orphan's parent ends at once; this process goes on, and the pipe ends the orphan with it. */
static int do_orphan(char **args)
{
	pid_t middle = 0;
	int ends[2];

	(void)args;
	must(pipe(ends), "pipe");
	middle = (pid_t)must(fork(), "fork");
	if (middle == 0) {
		char byte;

		if (must(fork(), "fork") == 0) {
			prctl(PR_SET_NAME, "orphan");
			setsid();
			close(ends[1]);
			must(read(ends[0], &byte, 1), "read");
		}
		_exit(0);
	}
	waitpid(middle, NULL, 0);
	hang_on();
}

/* The classic: the parent waits for a child that waits for somebody to empty its pipe. */
static void fill(void *what)
{
	static const char block[4096];

	for (;;) {
		must(write(*(int *)what, block, sizeof(block)), "write");
	}
}

static int do_pipe_deadlock(char **args)
{
	int ends[2];
	pid_t pid;

	(void)args;
	must(pipe(ends), "pipe");
	pid = (pid_t)must(fork(), "fork");
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(ends[0]);
		fill(&ends[1]);
	}
	close(ends[1]);
	waitpid(pid, NULL, 0);
	return 3;
}

static int do_pipe_self(char **args)
{
	int ends[2];
	char byte;

	(void)args;
	must(pipe(ends), "pipe");
	must(read(ends[0], &byte, 1), "read");
	return 3;
}

static int listen_at(int backlog, struct sockaddr_in *address)
{
	socklen_t len = sizeof(*address);
	int fd = (int)must(socket(AF_INET, SOCK_STREAM, 0), "socket");

	*address = (struct sockaddr_in){.sin_family = AF_INET};
	address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	must(bind(fd, (struct sockaddr *)address, len), "bind");
	must(listen(fd, backlog), "listen");
	must(getsockname(fd, (struct sockaddr *)address, &len), "getsockname");
	return fd;
}

static int connect_to(const struct sockaddr_in *address)
{
	int fd = (int)must(socket(AF_INET, SOCK_STREAM, 0), "socket");

	must(connect(fd, (const struct sockaddr *)address, sizeof(*address)), "connect");
	return fd;
}

static int do_connect_unanswered(char **args)
{
	struct sockaddr_in address;

	(void)args;
	listen_at(0, &address);
	/* Linux takes one connection more than the backlog and lets the next wait for an answer */
	for (int i = 0; i < 8; i++) {
		connect_to(&address);
	}
	return 3;
}

static int do_unix_full(char **args)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = (int)must(socket(AF_UNIX, SOCK_STREAM, 0), "socket");

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", args[0]);
	must(bind(fd, (struct sockaddr *)&address, sizeof(address)), "bind");
	must(listen(fd, 0), "listen");
	for (int i = 0; i < 8; i++) {
		fd = (int)must(socket(AF_UNIX, SOCK_STREAM, 0), "socket");
		must(connect(fd, (struct sockaddr *)&address, sizeof(address)), "connect");
	}
	return 3;
}

static void accept_all(void *what)
{
	prctl(PR_SET_NAME, "server");
	while (accept(*(int *)what, NULL, NULL) >= 0) {
	}
}

static int server_in_tree(struct sockaddr_in *address)
{
	int fd = listen_at(8, address);

	child_of(accept_all, &fd);
	close(fd);
	return connect_to(address);
}

static void read_fd(int fd)
{
	char byte;

	must(read(fd, &byte, 1), "read");
}

static int do_socket_in_tree(char **args)
{
	struct sockaddr_in address;

	(void)args;
	read_fd(server_in_tree(&address));
	return 3;
}

static int do_socket_poll(char **args)
{
	struct sockaddr_in address;
	struct pollfd set = {.fd = server_in_tree(&address), .events = POLLIN};

	(void)args;
	poll(&set, 1, -1);
	return 3;
}

static int do_socket_select(char **args)
{
	struct sockaddr_in address;
	int fd = server_in_tree(&address);
	fd_set set;

	(void)args;
	FD_ZERO(&set);
	FD_SET(fd, &set);
	select(fd + 1, &set, NULL, NULL, NULL);
	return 3;
}

static int do_socket_epoll(char **args)
{
	struct sockaddr_in address;
	struct epoll_event event = {.events = EPOLLIN};
	int epoll = (int)must(epoll_create1(0), "epoll_create1");

	(void)args;
	must(epoll_ctl(epoll, EPOLL_CTL_ADD, server_in_tree(&address), &event), "epoll_ctl");
	epoll_wait(epoll, &event, 1, -1);
	return 3;
}

/* The connection is never accepted. */
static int do_socket_not_accepted(char **args)
{
	struct sockaddr_in address;
	int fd = listen_at(8, &address);

	(void)args;
	(void)fd;
	read_fd(connect_to(&address));
	return 3;
}

/* To a server of somebody else. */
static int do_socket_to(char **args)
{
	struct sockaddr_in address = {.sin_family = AF_INET};

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	address.sin_port = htons((uint16_t)strtol(args[0], NULL, 10));
	read_fd(connect_to(&address));
	return 3;
}

static int do_socket_pair(char **args)
{
	int ends[2];

	(void)args;
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "socketpair");
	child_of(act_nothing, NULL);
	close(ends[1]);
	read_fd(ends[0]);
	return 3;
}

static int do_accept(char **args)
{
	struct sockaddr_in address;

	(void)args;
	accept(listen_at(8, &address), NULL, NULL);
	return 3;
}

static int do_datagram(char **args)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	int fd = (int)must(socket(AF_INET, SOCK_DGRAM, 0), "socket");

	(void)args;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	must(bind(fd, (struct sockaddr *)&address, sizeof(address)), "bind");
	read_fd(fd);
	return 3;
}

static int do_fifo(char **args)
{
	must(open(args[0], O_RDONLY), args[0]);
	return 3;
}

static void take_lock(void *what)
{
	int fd = (int)must(open(what, O_RDWR | O_CREAT, 0600), what);

	flock(fd, LOCK_EX);
}

static int do_flock(char **args)
{
	take_lock(args[0]);
	child_of(take_lock, args[0]);
	hang_on();
}

static int do_sleep(char **args)
{
	(void)args;
	sleep(3600);
	return 3;
}

static volatile sig_atomic_t done;

static int do_busy(char **args)
{
	(void)args;
	while (!done) {
	}
	return 3;
}

/* More who want to run than there are processors, this one at the lowest priority. */
static void act_busy(void *what)
{
	do_busy(what);
}

static int do_starved(char **args)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	for (long i = 0; i < 2 * processors; i++) {
		child_of(act_busy, NULL);
	}
	must(setpriority(PRIO_PROCESS, 0, 19), "setpriority");
	return do_busy(args);
}

static int do_stopped(char **args)
{
	(void)args;
	raise(SIGSTOP);
	hang_on();
}

/* A name from outside that must not reach a terminal as it is. */
static int do_name(char **args)
{
	prctl(PR_SET_NAME, args[0]);
	hang_on();
}

static int do_output(char **args)
{
	static int out = STDOUT_FILENO;

	(void)args;
	fill(&out);
	return 3;
}

static int do_tree(char **args)
{
	for (long left = strtol(args[0], NULL, 10); left > 1; left--) {
		child_of(act_nothing, NULL);
	}
	hang_on();
}

static const struct verb {
	const char *name;
	const char *help;
	int args;
	int (*run)(char **args);
} verbs[] = {
	{"mutex-deadlock", "[normal|recursive|inherit|robust]", 0, do_mutex_deadlock},
	{"mutex-self", "", 0, do_mutex_self},
	{"mutex-abandoned", "", 0, do_mutex_abandoned},
	{"join", "", 0, do_join},
	{"condition", "", 0, do_condition},
	{"threads", "COUNT", 1, do_threads},
	{"wait-child", "", 0, do_wait_child},
	{"orphan", "", 0, do_orphan},
	{"pipe-deadlock", "", 0, do_pipe_deadlock},
	{"pipe-self", "", 0, do_pipe_self},
	{"connect-unanswered", "", 0, do_connect_unanswered},
	{"unix-full", "PATH", 1, do_unix_full},
	{"socket-in-tree", "", 0, do_socket_in_tree},
	{"socket-poll", "", 0, do_socket_poll},
	{"socket-select", "", 0, do_socket_select},
	{"socket-epoll", "", 0, do_socket_epoll},
	{"socket-not-accepted", "", 0, do_socket_not_accepted},
	{"socket-to", "PORT", 1, do_socket_to},
	{"socket-pair", "", 0, do_socket_pair},
	{"accept", "", 0, do_accept},
	{"datagram", "", 0, do_datagram},
	{"fifo", "PATH", 1, do_fifo},
	{"flock", "PATH", 1, do_flock},
	{"sleep", "", 0, do_sleep},
	{"busy", "", 0, do_busy},
	{"starved", "", 0, do_starved},
	{"stopped", "", 0, do_stopped},
	{"name", "NAME", 1, do_name},
	{"output", "", 0, do_output},
	{"tree", "COUNT", 1, do_tree},
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(argv[1], verbs[i].name) == 0 && argc - 2 >= verbs[i].args) {
			return verbs[i].run(argv + 2);
		}
	}
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		fprintf(stderr, "hang %s %s\n", verbs[i].name, verbs[i].help);
	}
	return 2;
}
