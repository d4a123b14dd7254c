/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "os/conditions.h"

#include "base/clock.h"
#include "base/mem.h"
#include "os/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Recorded systems: files below a folder that stands for "/". */
static char root[32];

static int setup(void **state)
{
	(void)state;
	snprintf(root, sizeof(root), "/tmp/steady-conditions-XXXXXX");
	return mkdtemp(root) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	file_remove_tree(root);
	return 0;
}

static void put(const char *path, const char *text)
{
	AUTO_FREE char *full = mem_fmt("%s%s", root, path);
	AUTO_FREE char *folder = path_dir(full);
	struct err err = ERR_INIT;

	assert_int_equal(file_make_dirs(folder, 0755, &err), 0);
	assert_int_equal(file_write(full, text, strlen(text), &err), 0);
}

static struct conditions_sample sample(int allowed)
{
	struct conditions_sample out;

	conditions_sample_at(root, allowed, &out);
	return out;
}

static void check_real(double real, double expected)
{
	assert_true(real > expected - 1e-9 && real < expected + 1e-9);
}

static void test_version_2(void **state)
{
	struct conditions_sample out;

	(void)state;
	put("/proc/loadavg", "7.13 3.84 2.52 1/92 21898\n");
	put("/proc/pressure/cpu", "some avg10=0.00 avg60=1.72 avg300=4.70 total=47085983\n"
				  "full avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
	put("/proc/self/mountinfo", "20 1 0:5 / /proc rw - proc proc rw\n"
				    "31 23 0:28 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n");
	put("/proc/self/cgroup", "0::/a.slice/b.scope\n");
	put("/sys/fs/cgroup/a.slice/cpu.max", "150000 100000\n");
	put("/sys/fs/cgroup/a.slice/b.scope/cpu.max", "max 100000\n");
	put("/sys/fs/cgroup/a.slice/memory.max", "536870912\n");
	put("/sys/fs/cgroup/a.slice/b.scope/memory.max", "max\n");
	put("/sys/fs/cgroup/a.slice/b.scope/memory.events",
	    "low 0\nhigh 0\nmax 9\noom 4\noom_kill 3\noom_group_kill 0\n");
	out = sample(8);
	check_real(out.cores, 1.5);
	check_real(out.load, 7.13);
	assert_int_equal(out.pressure_us, 47085983);
	assert_int_equal(out.memory_limit, 536870912);
	assert_int_equal(out.oom_kills, 3);
	check_real(sample(1).cores, 1);
}

static void test_version_1(void **state)
{
	struct conditions_sample out;

	(void)state;
	put("/proc/self/mountinfo",
	    "32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"
	    "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
	    "33 31 0:30 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n");
	put("/proc/self/cgroup", "4:memory:/job/1\n2:cpu,cpuacct:/\n0::/\n");
	put("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "50000\n");
	put("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
	put("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
	put("/sys/fs/cgroup/memory/job/memory.limit_in_bytes", "1048576\n");
	put("/sys/fs/cgroup/memory/job/1/memory.limit_in_bytes", "2097152\n");
	put("/sys/fs/cgroup/memory/job/1/memory.oom_control",
	    "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
	out = sample(2);
	check_real(out.cores, 0.5);
	assert_int_equal(out.memory_limit, 1048576);
	assert_int_equal(out.oom_kills, 2);
	check_real(out.load, -1);
	assert_int_equal(out.pressure_us, -1);
}

/* A container sees only its own group, mounted as the top, but its whole path. */
static void test_container(void **state)
{
	(void)state;
	put("/proc/self/mountinfo",
	    "35 31 0:32 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n");
	put("/proc/self/cgroup", "4:memory:/docker/abc\n");
	put("/sys/fs/cgroup/memory/memory.limit_in_bytes", "1048576\n");
	assert_int_equal(sample(2).memory_limit, 1048576);
}

static void test_nothing_is_known(void **state)
{
	struct conditions_sample out = sample(2);

	(void)state;
	check_real(out.cores, 2);
	assert_int_equal(out.memory_limit, 0);
	assert_int_equal(out.oom_kills, -1);
	put("/proc/self/mountinfo", "garbage\n - \n1 2 3 - cgroup2\n");
	put("/proc/self/cgroup", "garbage\n::\n0\n");
	put("/proc/pressure/cpu", "");
	assert_int_equal(sample(2).pressure_us, -1);
}

static void test_this_system(void **state)
{
	struct conditions_sample out;

	(void)state;
	conditions_sample(&out);
	assert_true(out.cores > 0);
	assert_true(out.load >= 0);
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_version_2),        T(test_version_1),   T(test_container),
		T(test_nothing_is_known), T(test_this_system),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
