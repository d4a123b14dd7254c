/* SPDX-License-Identifier: Apache-2.0 */
#include "run/dumps.h"

#include "autopsy/proc_text.h"
#include "autopsy/read.h"
#include "base/mem.h"

#include <sys/syscall.h>
#include <unistd.h>

static bool is_still_it(const struct dump *dump)
{
	char text[PROC_TEXT_MAX];
	struct stat_fact stat;

	return proc_read(text, sizeof(text), "/proc/%d/stat", dump->pid) > 0 &&
	       proc_text_stat(text, &stat) && stat.start == dump->start;
}

/* Through a descriptor: the number of a process that has ended may be somebody else's by now. */
static bool ask(const struct dump *dump)
{
	AUTO_CLOSE int fd = (int)syscall(SYS_pidfd_open, dump->pid, 0);

	return fd >= 0 && is_still_it(dump) &&
	       syscall(SYS_pidfd_send_signal, fd, dump->runtime->signal, NULL, 0) == 0;
}

bool dumps_ask(const struct dump_list *dumps, bool deadly)
{
	bool asked = false;

	VEC_EACH (const struct dump, dump, dumps) {
		if (dump->ready && dump->runtime->kills == deadly) {
			asked |= ask(dump);
		}
	}
	return asked;
}
