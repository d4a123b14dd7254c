/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/service.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"
#include "os/guard.h"
#include "os/proc.h"
#include "os/signals.h"
#include "ready/kinds.h"
#include "ready/logfile.h"
#include "ready/probe.h"
#include "ready/secrets.h"
#include "text/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOG_KEPT ((size_t)64 * 1024)
#define LOG_MOST ((int64_t)8 * 1024 * 1024) /* on the disk, but for what comes between two looks */

struct service {
	char *name;
	struct strv command, secrets;
	struct guard guard;
	int log_fd;
	int64_t started_us; /* wall */
	int64_t start_us;   /* monotonic */
	bool ended;         /* its command has, with this status */
	bool by_itself;
	int status;
};

/* A file that nobody else sees, and that goes with the last who has it open. */
static int open_log(void)
{
	const char *folder = str_or(getenv("TMPDIR"), "/tmp");
	int fd = open(folder, O_TMPFILE | O_RDWR | O_APPEND | O_CLOEXEC, 0600);

	if (fd < 0) {
		AUTO_FREE char *path = mem_fmt("%s/steady-log-XXXXXX", folder);

		fd = mkostemp(path, O_APPEND | O_CLOEXEC);
		if (fd >= 0) {
			unlink(path);
		}
	}
	return fd;
}

static void service_free(struct service *service)
{
	free(service->name);
	strv_release(&service->command);
	strv_release(&service->secrets);
	cleanup_close(&service->log_fd);
	free(service);
}

void target_before_start(struct target *target)
{
	if (target->log) {
		log_skip(target->log, target->path);
	}
}

int service_start(const struct service_spec *plan, struct service **out, struct err *err)
{
	AUTO_CLOSE int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct service *service = mem_alloc(sizeof(*service));
	CLEANUP(strv_release) struct strv argv = {0};
	struct guard_command spec = {.in = null, .folder = plan->folder, .adopt = true};

	service->name = mem_str(plan->name);
	strv_add_all(&service->command, plan->shown);
	strv_add_all(&service->secrets, plan->secrets);
	strv_add_all(&argv, plan->command);
	service->log_fd = open_log();
	service->started_us = clock_wall_us();
	service->start_us = clock_mono_us();
	spec.argv = strv_argv(&argv);
	spec.out = spec.err = service->log_fd;
	if (service->log_fd < 0) {
		err_sys(err, ERR_IO, "service %s: no file for its output", plan->name);
	} else if (guard_lone_start(&spec, &service->guard, err) == 0) {
		*out = service;
		return 0;
	} else {
		err_wrap(err, "service %s", plan->name);
	}
	service_free(service);
	return -1;
}

void target_serve(struct target *target, const struct service *service)
{
	target->served_by = service;
}

bool service_is_alive(const struct service *service)
{
	struct proc_info info;

	return proc_look(service->guard.leader, &info);
}

void service_processes(const struct service *service, struct pid_list *out)
{
	proc_descendants(service->guard.pid, out);
}

void service_trim(const struct service *service)
{
	file_keep_end(service->log_fd, LOG_MOST, LOG_KEPT);
}

static void wait_for_end(struct service *service, int64_t until_us)
{
	const struct limits limits = {until_us, signals_fd()};

	enum patience patience = PATIENCE_READY;

	while (!service->ended && patience == PATIENCE_READY) {
		patience = wait_for_fd(service->guard.fd, POLLIN, &limits);
		if (patience == PATIENCE_READY) {
			service->ended = guard_lone_next(&service->guard, &service->status);
		}
	}
	if (patience == PATIENCE_STOPPED) {
		(void)signals_take();
	}
}

void service_stop(struct service *service)
{
	wait_for_end(service, clock_mono_us());
	service->by_itself = service->ended;
	if (!service->ended) {
		kill(-service->guard.leader, SIGTERM);
		kill(-service->guard.leader, SIGCONT);
	}
}

static char *read_end(int fd, int64_t *bytes)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(4 * LOG_KEPT);
	AUTO_FREE char *raw = mem_alloc(LOG_KEPT);
	struct stat st = {0};
	off_t from = 0;
	ssize_t n = 0;

	(void)fstat(fd, &st);
	*bytes = st.st_size;
	from = st.st_size > (off_t)LOG_KEPT ? st.st_size - (off_t)LOG_KEPT : 0;
	n = pread(fd, raw, LOG_KEPT, from);
	utf8_clean(&text, raw, n > 0 ? (size_t)n : 0);
	return buf_take(&text);
}

void service_end(struct service *service, int64_t until_us, struct started_service *out)
{
	int status = 0;

	wait_for_end(service, until_us);
	guard_lone_end(&service->guard, &service->status);
	status = service->status;
	*out = (struct started_service){
		.name = mem_str(service->name),
		.started_us = service->started_us,
		.duration_us = clock_mono_us() - service->start_us,
		.by_itself = service->by_itself,
		.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
		.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0,
	};
	strv_add_all(&out->command, &service->command);
	out->log = read_end(service->log_fd, &out->log_bytes);
	secrets_hide_values(&service->secrets, out->log);
	service_free(service);
}
