/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A child program that does what test programs do when they go wrong: misbehave VERB [ARG…].
 * `misbehave` alone lists the verbs. A FILE that tells a process id or a port is complete as soon
 * as it exists, so that a test can wait for it. Exit code 2: used wrongly, 3: the system refused.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define MS_PER_S 1000

_Noreturn static void refused(const char *what)
{
	fprintf(stderr, "misbehave: %s: %s\n", what, strerror(errno));
	exit(3);
}

static long number(const char *text)
{
	char *end = NULL;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	if (errno || end == text || *end || value < 0) {
		fprintf(stderr, "misbehave: not a number: %s\n", text);
		exit(2);
	}
	return value;
}

static int small_number(const char *text)
{
	long value = number(text);

	return value > INT_MAX ? INT_MAX : (int)value;
}

static void nap(const char *ms)
{
	int left = small_number(ms);

	while (left > 0) {
		int part = left > MS_PER_S ? MS_PER_S : left;

		poll(NULL, 0, part);
		left -= part;
	}
}

_Noreturn static void hang_on(void)
{
	for (;;) {
		pause();
	}
}

/* The whole text appears under the name at once, or not at all. */
static void write_file(const char *path, const char *text)
{
	char temporary[PATH_MAX];
	FILE *file;

	snprintf(temporary, sizeof(temporary), "%s.%ld", path, (long)getpid());
	file = fopen(temporary, "we");
	if (!file || fputs(text, file) < 0 || fclose(file) != 0 || rename(temporary, path) != 0) {
		refused(path);
	}
}

static void write_number(const char *path, long value)
{
	char text[32];

	snprintf(text, sizeof(text), "%ld\n", value);
	write_file(path, text);
}

static void handle(int sig, void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler};

	if (sigaction(sig, &action, NULL) != 0) {
		refused("sigaction");
	}
}

static int do_hang(char **args)
{
	(void)args;
	hang_on();
}

static int do_ignore(char **args)
{
	for (; *args; args++) {
		handle(small_number(*args), SIG_IGN);
	}
	puts("ready");
	fflush(stdout);
	hang_on();
}

static int do_die(char **args)
{
	int sig = small_number(args[0]);
	struct rlimit none = {0, 0};
	sigset_t all;

	setrlimit(RLIMIT_CORE, &none);
	if (sig != SIGKILL && sig != SIGSTOP) {
		handle(sig, SIG_DFL);
	}
	sigfillset(&all);
	sigprocmask(SIG_UNBLOCK, &all, NULL);
	raise(sig);
	return 3;
}

static int do_exit(char **args)
{
	return small_number(args[0]);
}

/* Forks a child that writes its id and hangs; `alone` puts it into a session of its own. */
static void leave_child(const char *file, int alone)
{
	int ready[2];
	char byte;
	pid_t pid;

	if (pipe2(ready, O_CLOEXEC) != 0) {
		refused("pipe");
	}
	pid = fork();
	if (pid < 0) {
		refused("fork");
	}
	if (pid == 0) {
		if (alone) {
			setsid();
		}
		write_number(file, (long)getpid());
		close(ready[0]);
		close(ready[1]);
		hang_on();
	}
	close(ready[1]);
	/* The child's end closes when its file is written. */
	while (read(ready[0], &byte, 1) < 0 && errno == EINTR) {
	}
	close(ready[0]);
}

static int do_fork(char **args)
{
	leave_child(args[0], 0);
	return args[1] ? small_number(args[1]) : 0;
}

static int do_daemon(char **args)
{
	leave_child(args[0], 1);
	return args[1] ? small_number(args[1]) : 0;
}

static int do_flood(char **args)
{
	static char block[65536];
	FILE *out = args[1] && strcmp(args[1], "stderr") == 0 ? stderr : stdout;

	for (size_t i = 0; i < sizeof(block); i++) {
		block[i] = (char)(i % 64 == 63 ? '\n' : 'a' + i % 26);
	}
	for (long left = number(args[0]); left > 0;) {
		size_t part = left < (long)sizeof(block) ? (size_t)left : sizeof(block);

		if (fwrite(block, 1, part, out) != part) {
			refused("write");
		}
		left -= (long)part;
	}
	return fflush(out) == 0 ? 0 : 3;
}

static int do_close_output(char **args)
{
	close(STDOUT_FILENO);
	close(STDERR_FILENO);
	nap(args[0]);
	return args[1] ? small_number(args[1]) : 0;
}

static int do_fail_first(char **args)
{
	long before = 0;
	char text[32] = "";
	FILE *file = fopen(args[1], "re");

	if (file) {
		if (fgets(text, sizeof(text), file)) {
			text[strcspn(text, "\n")] = '\0';
			before = number(text);
		}
		fclose(file);
	}
	write_number(args[1], before + 1);
	if (before >= number(args[0])) {
		return 0;
	}
	return args[2] ? small_number(args[2]) : 1;
}

static int do_listen(char **args)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int yes = 1;

	nap(args[0]);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	address.sin_port = htons((uint16_t)number(args[1]));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, len) != 0 || listen(fd, 16) != 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &len) != 0) {
		refused("listen");
	}
	if (args[2]) {
		write_number(args[2], (long)ntohs(address.sin_port));
	}
	/* Connections stay open until this process ends: a probe that waits for a settle time sees
	 * them alive. */
	while (accept(fd, NULL, NULL) >= 0 || errno == EINTR || errno == ECONNABORTED) {
	}
	refused("accept");
}

static int do_write_after(char **args)
{
	nap(args[0]);
	write_file(args[1], args[2]);
	return 0;
}

static void print_json_string(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\') {
			printf("\\%c", c);
		} else if (c < 0x20 || c == 0x7f) {
			printf("\\u%04x", c);
		} else {
			putchar(c);
		}
	}
	puts("\"");
}

static int do_args(char **args)
{
	for (; *args; args++) {
		print_json_string(*args);
	}
	return fflush(stdout) == 0 ? 0 : 3;
}

static int do_wait_signal(char **args)
{
	sigset_t all;
	int sig = 0;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	if (args[0]) {
		write_number(args[0], (long)getpid());
	}
	puts("ready");
	fflush(stdout);
	sigwait(&all, &sig);
	printf("SIG%s\n", sigabbrev_np(sig));
	/* at once: a leak checker that attaches while everything is blocked may wait for ever */
	_exit(fflush(stdout) == 0 ? 0 : 3);
}

static const struct verb {
	const char *name;
	const char *help;
	int min;
	int max;
	int (*run)(char **args);
} verbs[] = {
	{"hang", "", 0, 0, do_hang},
	{"ignore", "SIGNAL...", 1, 16, do_ignore},
	{"die", "SIGNAL", 1, 1, do_die},
	{"exit", "CODE", 1, 1, do_exit},
	{"fork", "PIDFILE [CODE]", 1, 2, do_fork},
	{"daemon", "PIDFILE [CODE]", 1, 2, do_daemon},
	{"flood", "BYTES [stderr]", 1, 2, do_flood},
	{"close-output", "MS [CODE]", 1, 2, do_close_output},
	{"fail-first", "TIMES FILE [CODE]", 2, 3, do_fail_first},
	{"listen", "MS PORT|0 [PORTFILE]", 2, 3, do_listen},
	{"write-after", "MS FILE TEXT", 3, 3, do_write_after},
	{"args", "[ARG...]", 0, 99, do_args},
	{"wait-signal", "[PIDFILE]", 0, 1, do_wait_signal},
};

_Noreturn static void usage(void)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		fprintf(stderr, "misbehave %s %s\n", verbs[i].name, verbs[i].help);
	}
	exit(2);
}

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		const struct verb *verb = &verbs[i];

		if (strcmp(argv[1], verb->name) == 0 && argc - 2 >= verb->min &&
		    argc - 2 <= verb->max) {
			return verb->run(argv + 2);
		}
	}
	usage();
}
