/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Grows a random tree of processes that are hard to end: thicket SEED SIZE FILE [END].
 *
 * Each process appends one byte to FILE when it is there, and draws from its seed whether it leaves
 * its group or session, is forked twice, ignores signals, stops itself, executes itself again,
 * replaces children that die, ends early and leaves its children to others, or hops from process to
 * process. All others hang. The
 * first process waits until SIZE are there and then hangs too, or with END exits with that code.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CHILDREN_MAX 5
#define EXECS_MAX    3

static const char *program, *file;

/* splitmix64 */
static uint64_t draw(uint64_t *seed)
{
	uint64_t z = (*seed += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static bool one_in(uint64_t *seed, unsigned n)
{
	return draw(seed) % n == 0;
}

static void register_self(void)
{
	int fd = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, ".", 1) != 1) {
		_exit(3);
	}
	close(fd);
}

static void ignore_signals(void)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	static const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1};

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		sigaction(signals[i], &ignore, NULL);
	}
}

_Noreturn static void hang_on(void)
{
	for (;;) {
		pause();
	}
}

/* Ends `execs` programs, each the next one's beginning, and hangs in the last. */
_Noreturn static void execute_again(uint64_t execs)
{
	char count[24];

	if (execs == 0) {
		hang_on();
	}
	snprintf(count, sizeof(count), "%llu", (unsigned long long)execs);
	execl(program, program, "chain", count, file, (char *)NULL);
	_exit(3);
}

/* Children that are killed come back, for as long as this process lives. */
_Noreturn static void replace_children(void)
{
	for (;;) {
		pid_t pid = 0;

		if (waitpid(-1, NULL, 0) < 0 && errno == ECHILD) {
			hang_on();
		}
		pid = fork();
		if (pid == 0) {
			hang_on();
		}
	}
}

/* Never the same process for longer than a fork() takes: whoever aims at it comes too late. It goes
 * on for about as long as a trial: the dead of more would use up the machine's process numbers where
 * nobody reaps them quickly. */
#define HOPS 1000

_Noreturn static void hop(void)
{
	for (int i = 0; i < HOPS; i++) {
		if (fork() != 0) {
			_exit(0);
		}
	}
	hang_on();
}

static void become_odd(uint64_t *seed)
{
	switch (draw(seed) % 5) {
	case 0:
		setsid();
		break;
	case 1:
		setpgid(0, 0);
		break;
	default:
		break;
	}
	if (one_in(seed, 3)) {
		ignore_signals();
	}
	if (one_in(seed, 4)) {
		close(STDOUT_FILENO);
		close(STDERR_FILENO);
	}
	if (one_in(seed, 6)) {
		prctl(PR_SET_NAME, "a) R 1 (b");
	}
}

_Noreturn static void end_odd(uint64_t *seed)
{
	if (one_in(seed, 40)) {
		hop();
	}
	switch (draw(seed) % 6) {
	case 0:
		_exit(0);
	case 1:
		raise(SIGSTOP);
		break;
	case 2:
		execute_again(1 + draw(seed) % EXECS_MAX);
	case 3:
		replace_children();
	default:
		break;
	}
	hang_on();
}

/* Splits size - 1 processes among children. */
static void grow(uint64_t seed, uint64_t size);

static void sprout(uint64_t seed, uint64_t size)
{
	bool twice = one_in(&seed, 3);
	pid_t pid = fork();

	if (pid < 0) {
		_exit(3);
	}
	if (pid > 0) {
		if (twice) {
			waitpid(pid, NULL, 0);
		}
		return;
	}
	if (twice) {
		if (one_in(&seed, 2)) {
			setsid();
		}
		pid = fork();
		if (pid != 0) {
			_exit(pid < 0 ? 3 : 0);
		}
	}
	become_odd(&seed);
	grow(seed, size);
	end_odd(&seed);
}

static void grow(uint64_t seed, uint64_t size)
{
	uint64_t left = size - 1;

	register_self();
	for (unsigned i = 0; left > 0; i++) {
		uint64_t part = i == CHILDREN_MAX ? left : 1 + draw(&seed) % left;

		sprout(draw(&seed), part);
		left -= part;
	}
}

static void wait_for(uint64_t size)
{
	const struct timespec nap = {.tv_nsec = 1000000};
	struct stat st = {0};

	while (stat(file, &st) < 0 || (uint64_t)st.st_size < size) {
		nanosleep(&nap, NULL);
	}
}

int main(int argc, char **argv)
{
	uint64_t seed = 0, size = 0;

	program = "/proc/self/exe";
	if (argc == 4 && strcmp(argv[1], "chain") == 0) {
		file = argv[3];
		execute_again(strtoull(argv[2], NULL, 10) - 1);
	}
	if (argc < 4) {
		fputs("usage: thicket SEED SIZE FILE [END]\n", stderr);
		return 2;
	}
	seed = strtoull(argv[1], NULL, 10);
	size = strtoull(argv[2], NULL, 10);
	file = argv[3];
	/* the kernel sends it to a group that loses its last parent while a member is stopped, and
	 * whoever then has not started all its children yet would never */
	sigaction(SIGHUP, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
	if (one_in(&seed, 3)) {
		ignore_signals();
	}
	grow(seed, size);
	wait_for(size);
	if (argc > 4) {
		return (int)strtol(argv[4], NULL, 10);
	}
	hang_on();
}
