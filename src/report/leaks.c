/* SPDX-License-Identifier: Apache-2.0 */
#include "report/leaks.h"

#include "base/str.h"
#include "text/utf8.h"

#define NAMED_MAX     5
#define COMMAND_WIDTH 60

/* All leaks with one command line. */
struct kind {
	const char *command;
	size_t count;
	struct strv ports;
};

struct kind_list {
	VEC(struct kind)
};

static void kind_list_release(struct kind_list *list)
{
	VEC_EACH (struct kind, kind, list) {
		strv_release(&kind->ports);
	}
	VEC_FREE(list);
}

static struct kind *find_kind(struct kind_list *kinds, const char *command)
{
	struct kind *added = NULL;

	VEC_EACH (struct kind, kind, kinds) {
		if (str_eq(kind->command, command)) {
			return kind;
		}
	}
	added = VEC_PUSH(kinds);
	added->command = command;
	return added;
}

static void add_leak(struct kind *kind, const struct attempt_leak *leak)
{
	kind->count++;
	VEC_EACH (char *, port, &leak->listens) {
		if (!strv_has(&kind->ports, *port)) {
			strv_add(&kind->ports, *port);
		}
	}
}

static void count_leaks(const struct run *run, bool unended, struct kind_list *kinds)
{
	VEC_EACH (const struct attempt, attempt, &run->attempts) {
		VEC_EACH (const struct attempt_leak, leak, &attempt->leaks) {
			const char *command = str_or(leak->command, str_or(leak->name, "?"));

			if (leak->unended == unended) {
				add_leak(find_kind(kinds, command), leak);
			}
		}
	}
}

static void show_kind(struct buf *out, const struct kind *kind)
{
	const char *gap = kind->ports.len == 1 ? " (port " : " (ports ";

	utf8_cut(out, kind->command, COMMAND_WIDTH);
	if (kind->count > 1) {
		buf_fmt(out, " (%zu×)", kind->count);
	}
	VEC_EACH (char *, port, &kind->ports) {
		buf_fmt(out, "%s%s", gap, *port);
		gap = ", ";
	}
	buf_str_add(out, kind->ports.len ? ")" : "");
}

static void show_leaks(struct buf *out, const struct run *run, bool unended)
{
	CLEANUP(kind_list_release) struct kind_list kinds = {0};
	const char *start =
		unended ? "left running, and could not be ended: " : "left running and ended: ";

	count_leaks(run, unended, &kinds);
	if (kinds.len && out->len) {
		buf_str_add(out, "; ");
	}
	for (size_t i = 0; i < kinds.len && i < NAMED_MAX; i++) {
		buf_str_add(out, i ? ", " : start);
		show_kind(out, &kinds.items[i]);
	}
	if (kinds.len > NAMED_MAX) {
		buf_fmt(out, " and %zu more", kinds.len - NAMED_MAX);
	}
}

void leaks_words(struct buf *out, const struct run *run)
{
	size_t untold = 0;

	show_leaks(out, run, false);
	show_leaks(out, run, true);
	VEC_EACH (const struct attempt, attempt, &run->attempts) {
		untold += attempt->leaks_untold;
	}
	if (untold > 0) {
		buf_fmt(out, "; and %zu more processes", untold);
	}
}
