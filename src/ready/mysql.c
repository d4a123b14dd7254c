/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "base/str.h"
#include "ready/kinds.h"
#include "ready/wire.h"

#include <string.h>

/*
 * The greeting tells whether the server takes logins. The handshake is then finished, with a login
 * that may well fail: a server counts clients that hang up in the middle of it, and blocks the
 * whole host after some.
 */

#define PACKET_MAX 4096
#define PROTOCOL   "MySQL"

#define LONG_PASSWORD 0x1u
#define PROTOCOL_41   0x200u
#define SECURE        0x8000u

struct packet {
	unsigned char number;
	size_t len;
	char text[PACKET_MAX + 1];
};

static bool read_packet(struct wire *wire, struct packet *out)
{
	unsigned char head[4];

	if (!wire_read(wire, head, sizeof(head))) {
		return false;
	}
	out->number = head[3];
	out->len = (size_t)head[0] | (size_t)head[1] << 8 | (size_t)head[2] << 16;
	if (out->len == 0 || out->len > PACKET_MAX) {
		return wire_strange(wire, PROTOCOL);
	}
	out->text[out->len] = '\0';
	return wire_read(wire, out->text, out->len);
}

static bool send_packet(struct wire *wire, unsigned char number, const struct buf *data)
{
	CLEANUP(buf_release) struct buf packet = BUF_INIT(PACKET_MAX + 4);

	buf_char(&packet, (char)(data->len & 0xff));
	buf_char(&packet, (char)(data->len >> 8 & 0xff));
	buf_char(&packet, (char)(data->len >> 16 & 0xff));
	buf_char(&packet, (char)number);
	buf_add(&packet, buf_str(data), data->len);
	return wire_send(wire, buf_str(&packet), packet.len);
}

static bool is_error(const struct packet *packet)
{
	return (unsigned char)packet->text[0] == 0xff && packet->len >= 3;
}

static int error_code(const struct packet *packet)
{
	return (unsigned char)packet->text[1] | (unsigned char)packet->text[2] << 8;
}

static bool refuse(struct wire *wire, const struct packet *packet)
{
	static const int permanent[] = {1129, 1130, 1251}; /* host blocked, not allowed; too old */
	const char *text = packet->text + 3;
	int code = error_code(packet);
	bool lasts = false;

	for (size_t i = 0; i < ARRAY_LEN(permanent); i++) {
		lasts = lasts || permanent[i] == code;
	}
	/* "#" and five characters of SQLSTATE */
	text += *text == '#' && packet->len >= 9 ? 6 : 0;
	return wire_refused(wire, lasts, "%s (%d)", text, code);
}

/* Whether a login is right is the client's affair; these are about the server. */
static bool is_about_login(int code)
{
	static const int codes[] = {1044, 1045, 1049, 1524, 1698, 1862, 3118, 4151};

	for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
		if (codes[i] == code) {
			return true;
		}
	}
	return false;
}

static bool send_login(struct wire *wire, const struct target *target, unsigned char number)
{
	CLEANUP(buf_release) struct buf login = BUF_INIT(PACKET_MAX);
	const char *user = str_or(target->user, "steady");
	uint32_t flags = LONG_PASSWORD | PROTOCOL_41 | SECURE;
	char head[32] = {0};

	for (size_t i = 0; i < 4; i++) {
		head[i] = (char)(flags >> (8 * i) & 0xff);
	}
	head[6] = 1;  /* packets of at most 64 KB */
	head[8] = 33; /* utf8 */
	buf_add(&login, head, sizeof(head));
	buf_add(&login, user, strlen(user) + 1);
	buf_char(&login, '\0'); /* no password */
	return send_packet(wire, number, &login);
}

static void say_goodbye(struct wire *wire)
{
	CLEANUP(buf_release) struct buf quit = BUF_INIT(1);

	buf_char(&quit, 1);
	(void)send_packet(wire, 0, &quit);
}

/* False only when the server itself says that it cannot serve. */
static bool finish_handshake(struct wire *wire, const struct target *target, unsigned char number)
{
	CLEANUP(buf_release) struct buf nothing = BUF_INIT(1);
	struct packet packet = {0};

	if (!send_login(wire, target, number) || !read_packet(wire, &packet)) {
		return !wire->out->stopped;
	}
	/* another way to authenticate is asked for: none */
	if ((unsigned char)packet.text[0] == 0xfe &&
	    (!send_packet(wire, (unsigned char)(packet.number + 1), &nothing) ||
	     !read_packet(wire, &packet))) {
		return !wire->out->stopped;
	}
	if (is_error(&packet)) {
		return is_about_login(error_code(&packet)) || refuse(wire, &packet);
	}
	say_goodbye(wire);
	return true;
}

static bool talk(const struct target *target, const struct peer *peer, const struct limits *limits,
		 struct attempt_result *out)
{
	struct wire wire = wire_open(peer, limits, out);
	struct packet packet = {0};

	if (!read_packet(&wire, &packet)) {
		return false;
	}
	if (is_error(&packet)) {
		return refuse(&wire, &packet);
	}
	if (packet.number != 0 || packet.text[0] != 10 ||
	    !memchr(packet.text + 1, '\0', packet.len - 1)) {
		return wire_strange(&wire, PROTOCOL);
	}
	if (!finish_handshake(&wire, target, 1)) {
		return false;
	}
	out->error[0] = '\0';
	attempt_reach(out, STAGE_APPLICATION);
	return true;
}

void probe_mysql(const struct target *target, const struct limits *limits,
		 struct attempt_result *out)
{
	net_try(target, limits, talk, out);
}
