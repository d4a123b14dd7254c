/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "os/sockets.h"

#include "base/mem.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <string.h>

/* As recorded: a listener with a full queue, a connection it has not accepted, one it was not able
 * to answer, one to another machine. */
static const char tcp[] = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when "
			  "retrnsmt   uid  timeout "
			  "inode                                                     \n"
			  "   0: 0100007F:D3DD 00000000:0000 0A 00000000:00000001 00:00000000 "
			  "00000000     0        0 "
			  "77262 2 00000000043789b0 100 0 0 10 0                     \n"
			  "   2: 0100007F:ECCC 0100007F:D3DD 01 00000000:00000000 00:00000000 "
			  "00000000     0        0 "
			  "77263 2 000000008adc152d 20 0 0 10 -1                     \n"
			  "   3: 0100007F:ECD8 0100007F:D3DD 02 00000001:00000000 01:00000021 "
			  "00000000     0        0 "
			  "77264 2 00000000c22afe46 100 0 0 10 -1                    \n"
			  "   5: 0100007F:D3DD 0100007F:ECCC 01 00000000:00000000 00:00000000 "
			  "00000000     0        0 "
			  "0 1 000000009cf8049f 20 0 0 10 -1                         \n"
			  "   6: 020200C0:EAFA 507100CB:0050 01 00000000:00000007 00:00000000 "
			  "00000000    42        0 "
			  "77186 2 00000000146322f6 20 4 1 93 -1                     \n"
			  "   7: 0100007F:ECD8 01000";

/* ::1 and an IPv4 address inside IPv6 */
static const char tcp6[] =
	"   0: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A "
	"00000000:00000000 00:00000000 00000000     0        0 900 1 0 100 0 0 10 0\n"
	"   1: 00000000000000000000000001000000:1F90 00000000000000000000000001000000:D000 01 "
	"00000000:00000000 00:00000000 00000000     0        0 901 1 0 100 0 0 10 0\n"
	"   2: 0000000000000000FFFF00000100007F:1F90 0000000000000000FFFF00000100007F:D001 01 "
	"00000000:00000000 00:00000000 00000000     0        0 902 1 0 100 0 0 10 0\n";

static const char unix_table[] =
	"Num       RefCount Protocol Flags    Type St Inode Path\n"
	"00000000d079ade4: 00000003 00000000 00000000 0001 03  1600\n"
	"00000000b0f877b1: 00000002 00000000 00010000 0001 01  1599 /run/a socket\n"
	"00000000b0f877b2: 00000002 00000000 00010000 0001 01  1598 @abstract\n"
	"garbage\n";

static void free_list(struct socket_list *list)
{
	VEC_FREE(list);
}

static void check_name(const struct endpoint *endpoint, const char *expected)
{
	CLEANUP(buf_release) struct buf name = BUF_INIT(100);

	endpoint_show(&name, endpoint);
	assert_string_equal(buf_str(&name), expected);
}

static void parse(const char *table, enum socket_kind kind, struct socket_list *out)
{
	AUTO_FREE char *copy = mem_str(table);

	sockets_parse(copy, kind, out);
}

static void test_tcp(void **state)
{
	CLEANUP(free_list) struct socket_list list = {0};
	const struct socket_fact *row = NULL;

	(void)state;
	parse(tcp, SOCKET_TCP, &list);
	assert_int_equal(list.len, 5);
	row = sockets_by_inode(&list, 77264);
	assert_int_equal(row->state, TCP_SYN_SENT);
	assert_int_equal(row->sent, 1);
	check_name(&row->local, "127.0.0.1:60632");
	check_name(&row->remote, "127.0.0.1:54237");
	assert_true(socket_is_local(row));
	row = sockets_by_inode(&list, 77186);
	check_name(&row->remote, "203.0.113.80:80");
	assert_int_equal(row->received, 7);
	assert_false(socket_is_local(row));
	assert_null(sockets_peer(&list, row));
	assert_null(sockets_by_inode(&list, 0));
}

static void test_listener_and_peer(void **state)
{
	CLEANUP(free_list) struct socket_list list = {0};
	struct socket_fact *listener = NULL;
	const struct socket_fact *client = NULL;

	(void)state;
	parse(tcp, SOCKET_TCP, &list);
	client = sockets_by_inode(&list, 77263);
	listener = sockets_by_inode(&list, 77262);
	assert_true(listener->listens);
	assert_ptr_equal(sockets_listener(&list, &client->remote), listener);
	assert_null(sockets_listener(&list, &client->local));
	assert_int_equal(sockets_peer(&list, client)->inode, 0);
	/* full only when the limit is known */
	assert_false(socket_queue_full(listener));
	listener->queue_max = 0;
	assert_true(socket_queue_full(listener));
	listener->queue_max = 1;
	assert_false(socket_queue_full(listener));
}

static void test_tcp6(void **state)
{
	CLEANUP(free_list) struct socket_list list = {0};
	struct endpoint v4 = endpoint_make(AF_INET, "\x7f\0\0\1", 8080);
	struct endpoint other = endpoint_make(AF_INET, "\x7f\0\0\1", 8081);

	(void)state;
	parse(tcp6, SOCKET_TCP, &list);
	assert_int_equal(list.len, 3);
	check_name(&list.items[1].remote, "[::1]:53248");
	assert_true(socket_is_local(&list.items[1]));
	check_name(&list.items[2].local, "127.0.0.1:8080");
	/* [::] takes IPv4 as well */
	assert_int_equal(sockets_listener(&list, &v4)->inode, 900);
	assert_null(sockets_listener(&list, &other));
}

static void test_unix(void **state)
{
	CLEANUP(free_list) struct socket_list list = {0};

	(void)state;
	parse(unix_table, SOCKET_UNIX, &list);
	assert_int_equal(list.len, 3);
	assert_false(list.items[0].listens);
	assert_string_equal(list.items[0].path, "");
	assert_int_equal(sockets_unix_listener(&list, "/run/a socket")->inode, 1599);
	assert_int_equal(sockets_unix_listener(&list, "@abstract")->inode, 1598);
	assert_null(sockets_unix_listener(&list, "/run/a"));
	list.items[0].peer = 1599;
	assert_int_equal(sockets_peer(&list, &list.items[0])->inode, 1599);
}

static void test_states(void **state)
{
	(void)state;
	assert_string_equal(socket_state_name(TCP_SYN_SENT), "SYN_SENT");
	assert_string_equal(socket_state_name(TCP_CLOSE_WAIT), "CLOSE_WAIT");
	assert_string_equal(socket_state_name(0), "");
	assert_string_equal(socket_state_name(99), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tcp),    cmocka_unit_test(test_listener_and_peer),
		cmocka_unit_test(test_tcp6),   cmocka_unit_test(test_unix),
		cmocka_unit_test(test_states),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
