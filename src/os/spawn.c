/* SPDX-License-Identifier: Apache-2.0 */
#include "os/spawn.h"

#include "base/mem.h"
#include "base/str.h"
#include "base/strv.h"
#include "os/file.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define STACK_SIZE ((size_t)64 * 1024)
#define PATH_USUAL "/bin:/usr/bin"

/* What the new process needs before it is another program; it shares our memory until then. */
struct birth {
	const struct spawn *spawn;
	const struct strv *files; /* to try in turn */
	pid_t parent;
	int code; /* errno, when none could be executed */
};

/* Where a program may lie; an empty folder in PATH is the current one. */
static void find_files(const char *name, struct strv *out)
{
	AUTO_FREE char *path = mem_str(str_or(getenv("PATH"), PATH_USUAL));
	char *rest = path;

	if (strchr(name, '/')) {
		strv_add(out, name);
		return;
	}
	for (char *folder = strsep(&rest, ":"); folder && *name; folder = strsep(&rest, ":")) {
		strv_give(out, path_join(*folder ? folder : ".", name));
	}
}

static void reset_signals(void)
{
	struct sigaction usual = {.sa_handler = SIG_DFL};
	sigset_t none;

	for (int number = 1; number < NSIG; number++) {
		sigaction(number, &usual, NULL);
	}
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static bool is_elsewhere(int code)
{
	return code == ENOENT || code == ENOTDIR || code == EACCES || code == ESTALE ||
	       code == ENODEV || code == ETIMEDOUT;
}

/* The errno of the file that could not be executed, rather than that of one that is not there. */
static int execute(const struct birth *birth)
{
	int code = ENOENT;

	VEC_EACH (char *, file, birth->files) {
		execve(*file, birth->spawn->argv, birth->spawn->env);
		code = code == EACCES && is_elsewhere(errno) ? code : errno;
		if (!is_elsewhere(code)) {
			break;
		}
	}
	return code;
}

/* In the new process, on a stack of its own: nothing that it changes in memory is its alone. */
static int be_born(void *payload)
{
	struct birth *birth = payload;

	if (birth->spawn->own_session) {
		setsid();
	} else {
		setpgid(0, 0);
	}
	for (int fd = 0; fd < 3; fd++) {
		dup2(birth->spawn->fds[fd], fd);
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* whoever died before that gave no signal */
	if (getppid() == birth->parent) {
		reset_signals();
		birth->code = execute(birth);
	}
	return 127;
}

int spawn(const struct spawn *spawn, pid_t *pid)
{
	AUTO_FREE char *stack = mem_array(STACK_SIZE, 1);
	CLEANUP(strv_release) struct strv files = {0};
	struct birth birth = {.spawn = spawn, .files = &files, .parent = getpid()};

	find_files(spawn->argv[0], &files);
	*pid = clone(be_born, stack + STACK_SIZE, CLONE_VM | CLONE_VFORK | SIGCHLD, &birth);
	if (*pid < 0) {
		return errno;
	}
	if (birth.code) {
		waitpid(*pid, NULL, 0);
	}
	return birth.code;
}
