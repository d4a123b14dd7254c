/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "base/str.h"
#include "ready/kinds.h"
#include "ready/wire.h"

#include <ctype.h>
#include <string.h>

/* A real startup packet: during recovery the server answers even a request for TLS, and only this
 * one tells whether it takes logins. */

#define PROTOCOL_3   0x00030000u
#define MESSAGE_MAX  65536u
#define MESSAGES_MAX 200 /* until a login is through */
#define PROTOCOL     "PostgreSQL"

struct message {
	char type;
	size_t len;
	char *text; /* NUL-terminated; the caller frees */
};

static void add_number(struct buf *out, uint32_t value)
{
	const unsigned char bytes[] = {
		(unsigned char)(value >> 24),
		(unsigned char)(value >> 16),
		(unsigned char)(value >> 8),
		(unsigned char)value,
	};

	buf_add(out, bytes, sizeof(bytes));
}

static void add_pair(struct buf *out, const char *key, const char *value)
{
	buf_add(out, key, strlen(key) + 1);
	buf_add(out, value, strlen(value) + 1);
}

static bool ask(struct wire *wire, const struct target *target)
{
	CLEANUP(buf_release) struct buf pairs = BUF_INIT(65536);
	CLEANUP(buf_release) struct buf packet = BUF_INIT(65536 + 64);
	const char *user = str_or(target->user, "postgres");

	add_pair(&pairs, "user", user);
	add_pair(&pairs, "database", str_or(target->database, user));
	add_pair(&pairs, "application_name", "steady");
	buf_char(&pairs, '\0');
	add_number(&packet, (uint32_t)pairs.len + 8);
	add_number(&packet, PROTOCOL_3);
	buf_add(&packet, buf_str(&pairs), pairs.len);
	return wire_send(wire, buf_str(&packet), packet.len);
}

static bool read_message(struct wire *wire, struct message *out)
{
	unsigned char head[5];
	uint32_t len = 0;

	if (!wire_read(wire, head, sizeof(head))) {
		return false;
	}
	len = wire_number(head + 1);
	if (!isalpha(head[0]) || len < 4 || len - 4 > MESSAGE_MAX) {
		return wire_strange(wire, PROTOCOL);
	}
	out->type = (char)head[0];
	out->len = len - 4;
	out->text = mem_alloc(out->len + 1);
	return wire_read(wire, out->text, out->len);
}

/* A field of an error, "" without it. */
static const char *field(const struct message *message, char type)
{
	size_t at = 0;

	while (at < message->len && message->text[at]) {
		const char *value = message->text + at + 1;

		if (message->text[at] == type) {
			return value;
		}
		at += 1 + strlen(value) + 1;
	}
	return "";
}

static bool is_code(const char *code)
{
	return strlen(code) == 5 && strspn(code, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 5;
}

/* What the server says of a user or a database counts only when the target names one. */
static bool judge_error(struct wire *wire, const struct target *target,
			const struct message *message)
{
	const char *code = field(message, 'C');
	bool login = str_starts(code, "28"), database = str_eq(code, "3D000");

	if (!is_code(code)) {
		return wire_strange(wire, PROTOCOL);
	}
	if ((login && str_empty(target->user)) || (database && str_empty(target->database))) {
		return true;
	}
	return wire_refused(wire, login || database || str_eq(code, "42501"), "%s (%s)",
			    str_or(field(message, 'M'), "no message"), code);
}

enum step { STEP_ON, STEP_READY, STEP_NOT_READY };

static enum step take(struct wire *wire, const struct target *target, const struct message *message)
{
	static const char bye[] = {'X', 0, 0, 0, 4};

	switch (message->type) {
	case 'E':
		return judge_error(wire, target, message) ? STEP_READY : STEP_NOT_READY;
	case 'R':
		/* asked for a password it takes logins; without one it goes on to the database */
		if (message->len < 4) {
			(void)wire_strange(wire, PROTOCOL);
			return STEP_NOT_READY;
		}
		return wire_number((const unsigned char *)message->text) ? STEP_READY : STEP_ON;
	case 'Z':
		(void)wire_send(wire, bye, sizeof(bye));
		return STEP_READY;
	case 'S':
	case 'K':
	case 'N':
	case 'v':
		return STEP_ON;
	default:
		(void)wire_strange(wire, PROTOCOL);
		return STEP_NOT_READY;
	}
}

static bool talk(const struct target *target, const struct peer *peer, const struct limits *limits,
		 struct attempt_result *out)
{
	struct wire wire = wire_open(peer, limits, out);
	enum step step = STEP_ON;

	if (!ask(&wire, target)) {
		return false;
	}
	for (int i = 0; i < MESSAGES_MAX && step == STEP_ON; i++) {
		struct message message = {0};

		step = read_message(&wire, &message) ? take(&wire, target, &message)
						     : STEP_NOT_READY;
		cleanup_free(&message.text);
	}
	if (step == STEP_READY) {
		attempt_reach(out, STAGE_APPLICATION);
	}
	return step == STEP_READY || (step == STEP_ON && wire_strange(&wire, PROTOCOL));
}

void probe_postgres(const struct target *target, const struct limits *limits,
		    struct attempt_result *out)
{
	net_try(target, limits, talk, out);
}
