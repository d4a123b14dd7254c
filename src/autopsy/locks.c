/* SPDX-License-Identifier: Apache-2.0 */
#include "autopsy/locks.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * "1: FLOCK  ADVISORY  WRITE 29840 fe:00:10953058 0 EOF"
 * "1: -> FLOCK  ADVISORY  WRITE 29841 fe:00:10953058 0 EOF"	(waits for the one above)
 */
static bool parse_line(const char *line, bool *waits, pid_t *pid)
{
	char word[3][16];
	const char *rest = strchr(line, ':');
	char *end = NULL;
	int used = 0;

	if (!rest) {
		return false;
	}
	rest += 1 + strspn(rest + 1, " ");
	*waits = strncmp(rest, "->", 2) == 0;
	rest += *waits ? 2 : 0;
	if (sscanf(rest, " %15s %15s %15s %n", word[0], word[1], word[2], &used) != 3) {
		return false;
	}
	*pid = (pid_t)strtol(rest + used, &end, 10);
	return end != rest + used && *end == ' ';
}

void locks_parse(const char *text, struct lock_list *out)
{
	pid_t holder = -1;

	for (const char *line = text; line && *line;) {
		const char *next = strchr(line, '\n');
		bool waits = false;
		pid_t pid = 0;

		if (parse_line(line, &waits, &pid)) {
			if (waits) {
				*VEC_PUSH(out) =
					(struct lock_fact){.waiter = pid, .holder = holder};
			} else {
				holder = pid;
			}
		}
		line = next ? next + 1 : NULL;
	}
}

const struct lock_fact *locks_find(const struct lock_list *locks, pid_t waiter)
{
	VEC_EACH (const struct lock_fact, lock, locks) {
		if (lock->waiter == waiter) {
			return lock;
		}
	}
	return NULL;
}
