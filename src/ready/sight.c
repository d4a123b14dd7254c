/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/sight.h"

#include "base/mem.h"
#include "base/str.h"
#include "ready/listening.h"

static bool is_alive(pid_t pid)
{
	struct proc_info info;

	return proc_look(pid, &info);
}

const struct sight_eyes sight_system = {listener_owner, is_alive};

void sight_release(struct sight *sight)
{
	VEC_FREE(&sight->inodes);
}

static bool knows(const struct sight *sight, uint64_t inode)
{
	VEC_EACH (const uint64_t, known, &sight->inodes) {
		if (*known == inode) {
			return true;
		}
	}
	return false;
}

/* Of the sockets that listen there now: how many are there, and is one of them known? */
static size_t find(const struct sight *sight, const struct target *target,
		   const struct listener_list *all, bool *known)
{
	size_t count = 0;

	*known = false;
	VEC_EACH (const struct listener, listener, all) {
		if (target_has_listener(target, &sight->at, listener)) {
			count++;
			*known = *known || knows(sight, listener->inode);
		}
	}
	return count;
}

static void learn(struct sight *sight, const struct target *target, const struct listener_list *all)
{
	sight->inodes.len = 0;
	VEC_EACH (const struct listener, listener, all) {
		if (target_has_listener(target, &sight->at, listener)) {
			*VEC_PUSH(&sight->inodes) = listener->inode;
		}
	}
}

static struct proc_info owner_of(const struct sight *sight, const struct sight_eyes *eyes)
{
	struct proc_info info = {0};

	VEC_EACH (const uint64_t, inode, &sight->inodes) {
		if (eyes->owner(*inode, &info)) {
			return info;
		}
	}
	return (struct proc_info){0};
}

bool sight_begin(struct sight *sight, const struct target *target, const struct listener_list *all,
		 const struct sight_eyes *eyes)
{
	*sight = (struct sight){.at = target->answered};
	if (!target_is_seen(target, &sight->at)) {
		return false;
	}
	learn(sight, target, all);
	sight->owner = owner_of(sight, eyes);
	return sight->inodes.len > 0;
}

static char *gone(const struct sight *sight, const struct sight_eyes *eyes)
{
	const struct proc_info *owner = &sight->owner;

	if (!owner->pid) {
		return mem_str("nobody listens there any more");
	}
	return mem_fmt("nobody listens there any more, %s (pid %d) %s", owner->title,
		       (int)owner->pid, eyes->alive(owner->pid) ? "still runs" : "has ended");
}

/* A socket that was not there before. */
static bool taken_over(struct sight *sight, const struct sight_eyes *eyes,
		       enum service_change *change, char **detail)
{
	struct proc_info before = sight->owner, now = owner_of(sight, eyes);
	bool was_down = sight->down;

	sight->owner = now;
	sight->down = false;
	if (!now.pid || !before.pid) {
		*change = SERVICE_RESTARTED;
		*detail = mem_str("another socket listens there");
	} else if (now.pid == before.pid) {
		*change = SERVICE_UP;
		*detail = mem_fmt("%s (pid %d) listens again", now.title, (int)now.pid);
		return was_down;
	} else {
		*change = str_eq(now.name, before.name) ? SERVICE_RESTARTED : SERVICE_REPLACED;
		*detail = mem_fmt("%s (pid %d) listens there now, in the place of %s (pid %d)",
				  now.title, (int)now.pid, before.title, (int)before.pid);
	}
	return true;
}

bool sight_look(struct sight *sight, const struct target *target, const struct listener_list *all,
		const struct sight_eyes *eyes, enum service_change *change, char **detail)
{
	bool known = false;
	size_t count = find(sight, target, all, &known);

	*detail = NULL;
	if (count == 0) {
		if (sight->down) {
			return false;
		}
		sight->down = true;
		*change = SERVICE_DOWN;
		*detail = gone(sight, eyes);
		return true;
	}
	learn(sight, target, all);
	if (known) {
		bool was_down = sight->down;

		sight->down = false;
		*change = SERVICE_UP;
		return was_down;
	}
	if (!taken_over(sight, eyes, change, detail)) {
		cleanup_free(detail);
		return false;
	}
	return true;
}
