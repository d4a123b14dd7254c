/* SPDX-License-Identifier: Apache-2.0 */
#include "os/spawn.h"

#include <signal.h>
#include <spawn.h>
#include <stddef.h>

static void set_attributes(posix_spawnattr_t *attr, bool own_session)
{
	sigset_t none, all;
	short group = own_session ? POSIX_SPAWN_SETSID : POSIX_SPAWN_SETPGROUP;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_init(attr);
	posix_spawnattr_setpgroup(attr, 0);
	posix_spawnattr_setsigmask(attr, &none);
	posix_spawnattr_setsigdefault(attr, &all);
	posix_spawnattr_setflags(attr,
				 (short)(group | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
}

int spawn(const struct spawn *spawn, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	int code = 0;

	set_attributes(&attr, spawn->own_session);
	posix_spawn_file_actions_init(&actions);
	for (int fd = 0; fd < 3; fd++) {
		posix_spawn_file_actions_adddup2(&actions, spawn->fds[fd], fd);
	}
	code = posix_spawnp(pid, spawn->argv[0], &actions, &attr, spawn->argv, spawn->env);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
	return code;
}
