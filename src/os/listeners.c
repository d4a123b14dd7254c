/* SPDX-License-Identifier: Apache-2.0 */
#include "os/listeners.h"

#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TABLE_MAX ((size_t)16 * 1024 * 1024)

#define TCP_LISTENS  0x0A
#define UNIX_ACCEPTS 0x10000 /* __SO_ACCEPTCON */

#define WORDS_MAX 4 /* of 32 bits, of an address */

void listener_list_release(struct listener_list *list)
{
	VEC_EACH (struct listener, listener, list) {
		free(listener->path);
	}
	VEC_FREE(list);
}

/* Each word is in the order of the network and printed in that of the machine. */
static size_t read_address(const char *hex, uint8_t out[WORDS_MAX * 4])
{
	size_t words = 0;
	uint32_t word = 0;

	while (words < WORDS_MAX && sscanf(hex + words * 8, "%8" SCNx32, &word) == 1) {
		memcpy(out + words * 4, &word, sizeof(word));
		words++;
	}
	return words * 4;
}

/* 127.0.0.0/8, also inside IPv6, ::1, and the addresses that stand for all. */
static bool is_loopback(const uint8_t *address, size_t len)
{
	static const uint8_t zeros[16];
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	static const uint8_t one[16] = {[15] = 1};

	if (memcmp(address, zeros, len) == 0) {
		return true;
	}
	if (len == 16 && memcmp(address, mapped, sizeof(mapped)) == 0) {
		return is_loopback(address + 12, 4);
	}
	return len == 4 ? address[0] == 127 : memcmp(address, one, sizeof(one)) == 0;
}

/* "sl local:port remote:port state queues timer retransmits uid timeout inode …" */
static void take_tcp(const char *line, struct listener_list *out)
{
	char hex[WORDS_MAX * 8 + 1];
	uint8_t address[WORDS_MAX * 4];
	unsigned port = 0, state = 0;
	uint64_t inode = 0;
	size_t len = 0;

	if (sscanf(line, "%*s %32[0-9A-F]:%x %*s %x %*s %*s %*s %*s %*s %" SCNu64, hex, &port,
		   &state, &inode) != 4 ||
	    state != TCP_LISTENS || port > UINT16_MAX) {
		return;
	}
	len = read_address(hex, address);
	if (len == 4 || len == 16) {
		*VEC_PUSH(out) = (struct listener){
			.inode = inode,
			.port = (uint16_t)port,
			.loopback = is_loopback(address, len),
		};
	}
}

void listeners_parse_tcp(char *text, struct listener_list *out)
{
	char *rest = text;

	for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n")) {
		take_tcp(line, out);
	}
}

/* "Num: RefCount Protocol Flags Type St Inode Path" */
void listeners_parse_unix(char *text, struct listener_list *out)
{
	char *rest = text;

	for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n")) {
		unsigned flags = 0;
		uint64_t inode = 0;
		int at = 0;

		if (sscanf(line, "%*s %*s %*s %x %*s %*s %" SCNu64 " %n", &flags, &inode, &at) ==
			    2 &&
		    flags & UNIX_ACCEPTS && at > 0 && line[at]) {
			*VEC_PUSH(out) = (struct listener){
				.inode = inode,
				.path = mem_str(line + at),
			};
		}
	}
}

bool listeners_read(struct listener_list *out)
{
	static const struct {
		const char *path;
		void (*parse)(char *text, struct listener_list *out);
	} tables[] = {
		{"/proc/net/tcp", listeners_parse_tcp},
		{"/proc/net/tcp6", listeners_parse_tcp},
		{"/proc/net/unix", listeners_parse_unix},
	};
	bool any = false;

	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		AUTO_FREE char *text = file_text(tables[i].path, TABLE_MAX, NULL);

		if (text) {
			tables[i].parse(text, out);
			any = true;
		}
	}
	return any;
}

bool listener_owner(uint64_t inode, struct proc_info *out)
{
	struct pid_list pids = {0};
	bool found = false;

	proc_all(&pids);
	for (size_t i = 0; i < pids.len && !found; i++) {
		found = proc_has_socket(pids.items[i], inode) && proc_look(pids.items[i], out);
	}
	VEC_FREE(&pids);
	return found;
}
