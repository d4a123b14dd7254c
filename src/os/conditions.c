/* SPDX-License-Identifier: Apache-2.0 */
#include "os/conditions.h"

#include "base/clock.h"
#include "base/mem.h"
#include "os/cgroup.h"
#include "os/file.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SMALL_MAX 4096

static char *slurp(const char *root, const char *path)
{
	AUTO_FREE char *full = mem_fmt("%s%s", root, path);

	return file_text(full, SMALL_MAX, NULL);
}

static int allowed_processors(void)
{
	cpu_set_t set;
	long all = sysconf(_SC_NPROCESSORS_ONLN);

	/* more processors than the set holds: no affinity worth speaking of */
	if (sched_getaffinity(0, sizeof(set), &set) < 0) {
		return all > 0 ? (int)all : 1;
	}
	return CPU_COUNT(&set);
}

/* "some avg10=0.00 avg60=1.72 avg300=4.70 total=47085983" */
static int64_t pressure_of(const char *text)
{
	const char *total = text ? strstr(text, "total=") : NULL;

	return total ? strtoll(total + strlen("total="), NULL, 10) : -1;
}

void conditions_sample_at(const char *root, int allowed, struct conditions_sample *out)
{
	AUTO_FREE char *load = slurp(root, "/proc/loadavg");
	AUTO_FREE char *pressure = slurp(root, "/proc/pressure/cpu");
	struct cgroup_limits limits;

	cgroup_read(root, &limits);
	*out = (struct conditions_sample){
		.at_us = clock_mono_us(),
		.cores = allowed,
		.load = load ? strtod(load, NULL) : -1,
		.pressure_us = pressure_of(pressure),
		.memory_limit = limits.memory,
		.oom_kills = limits.oom_kills,
	};
	if (limits.cpus > 0 && limits.cpus < out->cores) {
		out->cores = limits.cpus;
	}
}

void conditions_sample(struct conditions_sample *out)
{
	conditions_sample_at("", allowed_processors(), out);
}
