/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "base/str.h"
#include "ready/kinds.h"
#include "ready/wire.h"

#include <string.h>

#define LINE_MAX_BYTES 512

static void add_word(struct buf *out, const char *word)
{
	buf_fmt(out, "$%zu\r\n%s\r\n", strlen(word), word);
}

static bool ask(struct wire *wire, const struct target *target)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(65536);

	if (target->password) {
		buf_fmt(&text, "*%d\r\n", str_empty(target->user) ? 2 : 3);
		add_word(&text, "AUTH");
		if (!str_empty(target->user)) {
			add_word(&text, target->user);
		}
		add_word(&text, target->password);
	}
	buf_str_add(&text, "*1\r\n");
	add_word(&text, "PING");
	return wire_send(wire, buf_str(&text), text.len);
}

/* Without the password NOAUTH is all that comes, also while data are loaded: it proves nothing. */
static bool is_permanent(const char *error)
{
	static const char *const starts[] = {
		"NOAUTH",
		"WRONGPASS",
		"NOPERM",
		"DENIED",
		"ERR AUTH",
		"ERR invalid password",
		"ERR Client sent AUTH",
	};

	for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
		if (str_starts(error, starts[i])) {
			return true;
		}
	}
	return false;
}

static bool expect(struct wire *wire, const char *wanted)
{
	char line[LINE_MAX_BYTES];

	/* others may never end their line */
	if (!wire_read(wire, line, 1)) {
		return false;
	}
	if (*line != '+' && *line != '-') {
		return wire_strange(wire, "Redis");
	}
	if (!wire_line(wire, line + 1, sizeof(line) - 1, "Redis")) {
		return false;
	}
	if (*line == '-') {
		return wire_refused(wire, is_permanent(line + 1), "%s", line + 1);
	}
	return str_eq(line, wanted) || wire_strange(wire, "Redis");
}

static bool talk(const struct target *target, const struct peer *peer, const struct limits *limits,
		 struct attempt_result *out)
{
	struct wire wire = wire_open(peer, limits, out);

	if (!ask(&wire, target) || (target->password && !expect(&wire, "+OK")) ||
	    !expect(&wire, "+PONG")) {
		return false;
	}
	attempt_reach(out, STAGE_APPLICATION);
	return true;
}

void probe_redis(const struct target *target, const struct limits *limits,
		 struct attempt_result *out)
{
	net_try(target, limits, talk, out);
}
