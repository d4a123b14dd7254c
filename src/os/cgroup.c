/* SPDX-License-Identifier: Apache-2.0 */
#include "os/cgroup.h"

#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX  ((size_t)256 << 10)
#define FIELD_MAX 1024

/* Version 1 says "no limit" by a huge number. */
#define MEMORY_MAX (INT64_C(1) << 60)

/* The text of a small file; NULL when it is not there. The caller frees. */
static char *slurp(const char *root, const char *folder, const char *name)
{
	AUTO_FREE char *path = mem_fmt("%s%s%s%s", root, folder, *name ? "/" : "", name);

	return file_text(path, TEXT_MAX, NULL);
}

/* The number behind "key " at the start of a line; -1 when there is none. */
static int64_t keyed(const char *text, const char *key)
{
	size_t len = strlen(key);

	while (text) {
		if (strncmp(text, key, len) == 0 && text[len] == ' ') {
			return strtoll(text + len, NULL, 10);
		}
		text = strchr(text, '\n');
		text = text ? text + 1 : NULL;
	}
	return -1;
}

static int64_t number(const char *text)
{
	return text && *text >= '0' && *text <= '9' ? strtoll(text, NULL, 10) : -1;
}

/* quota and period in microseconds */
static void take_quota(int64_t quota, int64_t period, struct cgroup_limits *out)
{
	double cpus = quota > 0 && period > 0 ? (double)quota / (double)period : 0;

	if (cpus > 0 && (out->cpus <= 0 || cpus < out->cpus)) {
		out->cpus = cpus;
	}
}

static void take_memory(int64_t limit, struct cgroup_limits *out)
{
	if (limit > 0 && limit < MEMORY_MAX && (out->memory == 0 || limit < out->memory)) {
		out->memory = limit;
	}
}

/* "50000 100000" or "max 100000" */
static void read_cpu_2(const char *root, const char *folder, struct cgroup_limits *out)
{
	AUTO_FREE char *text = slurp(root, folder, "cpu.max");
	const char *space = text ? strchr(text, ' ') : NULL;

	if (space) {
		take_quota(number(text), number(space + 1), out);
	}
}

/* The limit in one file, how often the kernel killed in another: the two versions differ in names. */
static void read_memory(const char *root, const char *folder, const char *limit, const char *kills,
			struct cgroup_limits *out)
{
	AUTO_FREE char *most = slurp(root, folder, limit);
	AUTO_FREE char *events = slurp(root, folder, kills);

	take_memory(number(most), out);
	if (out->oom_kills < 0) {
		out->oom_kills = keyed(events, "oom_kill");
	}
}

static void read_group_2(const char *root, const char *folder, struct cgroup_limits *out)
{
	read_cpu_2(root, folder, out);
	read_memory(root, folder, "memory.max", "memory.events", out);
}

static void read_cpu_1(const char *root, const char *folder, struct cgroup_limits *out)
{
	AUTO_FREE char *quota = slurp(root, folder, "cpu.cfs_quota_us");
	AUTO_FREE char *period = slurp(root, folder, "cpu.cfs_period_us");

	take_quota(number(quota), number(period), out);
}

static void read_memory_1(const char *root, const char *folder, struct cgroup_limits *out)
{
	read_memory(root, folder, "memory.limit_in_bytes", "memory.oom_control", out);
}

typedef void level_fn(const char *root, const char *folder, struct cgroup_limits *out);

/* From the group itself up to where its hierarchy is mounted. */
static void climb(const char *root, const char *mount, const char *group, level_fn *level,
		  struct cgroup_limits *out)
{
	AUTO_FREE char *folder = mem_fmt("%s%s", mount, str_eq(group, "/") ? "" : group);
	size_t top = strlen(mount);

	for (;;) {
		char *slash = NULL;

		level(root, folder, out);
		slash = strrchr(folder, '/');
		if (strlen(folder) <= top || !slash || (size_t)(slash - folder) < top) {
			return;
		}
		*slash = '\0';
	}
}

static bool has_word(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = strstr(list, word); at; at = strstr(at + 1, word)) {
		bool starts = at == list || at[-1] == ',';

		if (starts && (at[len] == ',' || at[len] == '\0')) {
			return true;
		}
	}
	return false;
}

/* The group of a controller in /proc/self/cgroup ("4:memory:/a"); "" is version 2. The caller
 * frees; NULL none. */
static char *group_of(const char *cgroups, const char *controller)
{
	AUTO_FREE char *text = mem_str(cgroups);

	for (char *line = text; line && *line;) {
		char *end = strchr(line, '\n');
		char *list = strchr(line, ':');
		char *group = list ? strchr(list + 1, ':') : NULL;

		if (end) {
			*end = '\0';
		}
		if (group && (!end || group < end)) {
			*group++ = '\0';
			if (*controller ? has_word(list + 1, controller) : list[1] == '\0') {
				return mem_str(group);
			}
		}
		line = end ? end + 1 : NULL;
	}
	return NULL;
}

/* One line of mountinfo: "31 23 0:28 ROOT POINT opts … - TYPE SOURCE SUPEROPTS" */
struct mount {
	char from[FIELD_MAX], point[FIELD_MAX], type[32], options[FIELD_MAX];
};

static bool parse_mount(const char *line, struct mount *out)
{
	const char *dash = strstr(line, " - ");
	const char *end = strchr(line, '\n');

	return dash && (!end || dash < end) &&
	       sscanf(line, "%*d %*d %*s %1023s %1023s", out->from, out->point) == 2 &&
	       sscanf(dash + 3, "%31s %*s %1023s", out->type, out->options) == 2;
}

/* A container sees its own group mounted: the part of the path above it is not there. */
static const char *below_mount(const char *group, const char *from)
{
	if (!str_eq(from, "/") && str_starts(group, from)) {
		group += strlen(from);
	}
	return *group ? group : "/";
}

static void read_mount(const char *root, const char *cgroups, const struct mount *mount,
		       struct cgroup_limits *out)
{
	static const struct {
		const char *type, *controller;
		level_fn *level;
	} rows[] = {
		{"cgroup2", "", read_group_2},
		{"cgroup", "cpu", read_cpu_1},
		{"cgroup", "memory", read_memory_1},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *controller = rows[i].controller;

		if (str_eq(mount->type, rows[i].type) &&
		    (!*controller || has_word(mount->options, controller))) {
			AUTO_FREE char *group = group_of(cgroups, controller);

			if (group) {
				climb(root, mount->point, below_mount(group, mount->from),
				      rows[i].level, out);
			}
		}
	}
}

void cgroup_read(const char *root, struct cgroup_limits *out)
{
	AUTO_FREE char *mounts = slurp(root, "/proc/self/mountinfo", "");
	AUTO_FREE char *cgroups = slurp(root, "/proc/self/cgroup", "");

	*out = (struct cgroup_limits){.oom_kills = -1};
	for (const char *line = cgroups ? mounts : NULL; line && *line;) {
		const char *next = strchr(line, '\n');
		struct mount mount;

		if (parse_mount(line, &mount)) {
			read_mount(root, cgroups, &mount, out);
		}
		line = next ? next + 1 : NULL;
	}
}
