/* SPDX-License-Identifier: Apache-2.0 */
#include "folder.h"

#include "base/mem.h"
#include "base/str.h"
#include "os/listeners.h"

#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define REST " 00000000:00000000 00:00000000 00000000  1000        0 "

static void rows_of_tcp(void **state)
{
	static const struct {
		uint64_t inode;
		const char *at;
	} rows[] = {
		{11, "127.0.0.1:5432"}, {12, "0.0.0.0:80"},   {14, "10.0.0.1:81"},
		{15, "[::1]:82"},       {16, "127.0.0.1:83"}, {17, "[fe80::5054:ff:fe1d:adb6]:84"},
		{18, "[::]:85"},
	};
	CLEANUP(listener_list_release) struct listener_list list = {0};
	AUTO_FREE char *text = mem_str(
		"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt\n"
		"   0: 0100007F:1538 00000000:0000 0A" REST "11 1 0\n"
		"   1: 00000000:0050 00000000:0000 0A" REST "12 1 0\n"
		"   2: 0100007F:1538 0100007F:9999 01" REST "13 1 0\n" /* a connection */
		"   3: 0100000A:0051 00000000:0000 0A" REST "14 1 0\n"
		"   4: 00000000000000000000000001000000:0052 "
		"00000000000000000000000000000000:0000 0A" REST "15 1 0\n"
		"   5: 0000000000000000FFFF00000100007F:0053 "
		"00000000000000000000000000000000:0000 0A" REST "16 1 0\n"
		"   6: 000080FE00000000FF005450B6AD1DFE:0054 "
		"00000000000000000000000000000000:0000 0A" REST "17 1 0\n"
		"   7: 00000000000000000000000000000000:0055 "
		"00000000000000000000000000000000:0000 0A" REST "18 1 0\n"
		"   8: 0100007F:1538 00000000:0000 0A" REST "\n" /* cut off */
		"junk\n");

	(void)state;
	listeners_parse(text, SOCKET_TCP, &list);
	assert_int_equal(list.len, ARRAY_LEN(rows));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(buf_release) struct buf at = BUF_INIT(100);

		assert_int_equal(list.items[i].inode, rows[i].inode);
		endpoint_show(&at, &list.items[i].at);
		assert_string_equal(buf_str(&at), rows[i].at);
		assert_null(list.items[i].path);
	}
}

static void rows_of_unix(void **state)
{
	CLEANUP(listener_list_release) struct listener_list list = {0};
	AUTO_FREE char *text =
		mem_str("Num       RefCount Protocol Flags    Type St Inode Path\n"
			"0000000000000000: 00000002 00000000 00010000 0001 01 21 /run/a b.sock\n"
			"0000000000000000: 00000003 00000000 00000000 0001 03 22 /run/a b.sock\n"
			"0000000000000000: 00000002 00000000 00010000 0001 01 23 @abstract\n"
			"0000000000000000: 00000002 00000000 00010000 0001 01 24\n");

	(void)state;
	listeners_parse(text, SOCKET_UNIX, &list);
	assert_int_equal(list.len, 2);
	assert_int_equal(list.items[0].inode, 21);
	assert_string_equal(list.items[0].path, "/run/a b.sock");
	assert_int_equal(list.items[1].inode, 23);
	assert_string_equal(list.items[1].path, "@abstract");
}

static const struct listener *find(const struct listener_list *list, uint16_t port,
				   const char *path)
{
	/* never returned; the compiler does not know that a failed assertion does not come back */
	static const struct listener none;

	VEC_EACH (const struct listener, listener, list) {
		if (path ? str_eq(listener->path, path) : listener->at.port == port) {
			return listener;
		}
	}
	fail_msg("nobody listens there");
	return &none;
}

/* What this process itself listens at. */
static void sockets_of_this_machine(void **state)
{
	CLEANUP(listener_list_release) struct listener_list list = {0};
	AUTO_CLOSE int tcp = socket(AF_INET, SOCK_STREAM, 0);
	AUTO_CLOSE int local = socket(AF_UNIX, SOCK_STREAM, 0);
	AUTO_FREE char *name = mem_fmt("@steady-%d", (int)getpid());
	struct sockaddr_in address = {.sin_family = AF_INET};
	struct sockaddr_un path = {.sun_family = AF_UNIX};
	socklen_t len = sizeof(address);
	const struct listener *found = NULL;
	struct proc_info owner;

	(void)state;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	memcpy(path.sun_path + 1, name + 1, strlen(name + 1));
	assert_int_equal(bind(tcp, (struct sockaddr *)&address, len), 0);
	assert_int_equal(listen(tcp, 1), 0);
	assert_int_equal(getsockname(tcp, (struct sockaddr *)&address, &len), 0);
	len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
	assert_int_equal(bind(local, (struct sockaddr *)&path, len), 0);
	assert_int_equal(listen(local, 1), 0);

	assert_true(listeners_read(&list));
	found = find(&list, ntohs(address.sin_port), NULL);
	assert_true(endpoint_is_loopback(&found->at));
	assert_true(listener_owner(found->inode, &owner));
	assert_int_equal(owner.pid, getpid());
	found = find(&list, 0, name);
	assert_true(listener_owner(found->inode, &owner));
	assert_int_equal(owner.pid, getpid());
	assert_false(listener_owner(UINT64_MAX, &owner));
}

static bool looks(struct listener_list *out)
{
	listener_list_release(out);
	return listeners_read_at(".", out);
}

/* A table that is not there is none; one that cannot be read might have shown anybody. */
static void half_a_look(void **state)
{
	static const char row[] = "   0: 0100007F:1538 00000000:0000 0A" REST "11 1 0\n";
	CLEANUP(listener_list_release) struct listener_list list = {0};
	struct err err = ERR_INIT;

	(void)state;
	assert_false(looks(&list));
	assert_int_equal(file_write("tcp", row, strlen(row), &err), 0);
	assert_true(looks(&list));
	assert_int_equal(find(&list, 5432, NULL)->inode, 11);
	assert_int_equal(file_make_dirs("tcp6", 0700, &err), 0);
	assert_false(looks(&list));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_of_tcp),
		cmocka_unit_test(rows_of_unix),
		cmocka_unit_test(sockets_of_this_machine),
		cmocka_unit_test_setup_teardown(half_a_look, folder_enter, folder_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
