/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/net.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "ready/curl.h"
#include "ready/http_answer.h"
#include "ready/kinds.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Of a longer answer the rest is not waited for: a stream of events never ends. */
#define BODY_MAX   65536
#define LOOKED_MAX 1048576 /* the same where the body is looked at */

/* One question and what came back. */
struct exchange {
	CURLM *multi;
	CURL *easy;
	struct curl_slist *address, *headers;
	const struct http_words *words;
	struct http_answer answer;
	int fd;
	size_t seen, most; /* bytes of the body */
};

static size_t take_body(char *data, size_t size, size_t count, void *payload)
{
	struct exchange *exchange = payload;

	buf_add(&exchange->answer.body, data, size * count);
	exchange->seen += size * count;
	/* anything but the whole count makes curl end the transfer */
	return exchange->seen > exchange->most ? 0 : size * count;
}

static size_t take_header(char *data, size_t size, size_t count, void *payload)
{
	struct exchange *exchange = payload;
	struct buf *value = &exchange->answer.header;
	const char *name = exchange->words->header_name;
	size_t len = size * count, at = name ? strlen(name) : len;

	if (at < len && data[at] == ':' && strncasecmp(data, name, at) == 0) {
		for (at++; at < len && (data[at] == ' ' || data[at] == '\t'); at++) {
		}
		while (len > at && strchr("\r\n \t", data[len - 1])) {
			len--;
		}
		buf_clear(value);
		buf_add(value, data + at, len - at);
		exchange->answer.has_header = true;
	}
	return size * count;
}

/* curl talks over the connection that is there already, and leaves it open. */
static curl_socket_t give_socket(void *payload, curlsocktype purpose, struct curl_sockaddr *address)
{
	const struct exchange *exchange = payload;

	(void)purpose;
	(void)address;
	return exchange->fd;
}

static int is_connected(void *payload, curl_socket_t fd, curlsocktype purpose)
{
	(void)payload;
	(void)fd;
	(void)purpose;
	return CURL_SOCKOPT_ALREADY_CONNECTED;
}

static int keep_socket(void *payload, curl_socket_t fd)
{
	(void)payload;
	(void)fd;
	return 0;
}

/* The name is looked up already, too. */
static struct curl_slist *known_address(const struct target *target, const struct peer *peer)
{
	char name[NI_MAXHOST], entry[NI_MAXHOST + 512];

	if (strchr(target->host, ':')) {
		return NULL; /* no name */
	}
	net_address(peer->address, name, sizeof(name));
	snprintf(entry, sizeof(entry), "%s:%s:%s", target->host, target->port, name);
	return curl.slist_append(NULL, entry);
}

static void set_connection(struct exchange *exchange)
{
	CURL *easy = exchange->easy;

	curl.easy_setopt(easy, CURLOPT_RESOLVE, exchange->address);
	curl.easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, give_socket);
	curl.easy_setopt(easy, CURLOPT_OPENSOCKETDATA, exchange);
	curl.easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, is_connected);
	curl.easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, keep_socket);
	curl.easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl.easy_setopt(easy, CURLOPT_NOPROXY, "*");
}

static void set_question(struct exchange *exchange, const struct target *target,
			 const struct limits *limits)
{
	CURL *easy = exchange->easy;
	long limit_ms = (long)((limits->until_us - clock_mono_us()) / US_PER_MS);

	curl.easy_setopt(easy, CURLOPT_URL, target->url);
	curl.easy_setopt(easy, CURLOPT_USERAGENT, "steady");
	curl.easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl.easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl.easy_setopt(easy, CURLOPT_TIMEOUT_MS, limit_ms > 0 ? limit_ms : 1L);
	curl.easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	curl.easy_setopt(easy, CURLOPT_WRITEDATA, exchange);
	curl.easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
	curl.easy_setopt(easy, CURLOPT_HEADERDATA, exchange);
}

static void set_words(struct exchange *exchange, const struct http_words *words)
{
	CURL *easy = exchange->easy;
	const char *ca = words->ca ? words->ca : curl_certificates();

	if (words->method) {
		curl.easy_setopt(easy, CURLOPT_CUSTOMREQUEST, words->method);
		curl.easy_setopt(easy, CURLOPT_NOBODY, str_eq(words->method, "HEAD") ? 1L : 0L);
	}
	VEC_EACH (char *const, header, &words->headers) {
		exchange->headers = curl.slist_append(exchange->headers, *header);
	}
	curl.easy_setopt(easy, CURLOPT_HTTPHEADER, exchange->headers);
	if (words->insecure) {
		curl.easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
		curl.easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
	}
	if (ca) {
		curl.easy_setopt(easy, CURLOPT_CAINFO, ca);
	}
}

/* Runs the transfer to its end; false when told to stop. curl keeps to the limit. */
static bool run(CURLM *multi, int stop_fd, CURLcode *code)
{
	struct curl_waitfd stop = {.fd = (curl_socket_t)stop_fd, .events = CURL_WAIT_POLLIN};
	const CURLMsg *message = NULL;
	int running = 1, queued = 0;

	for (;;) {
		if (curl.multi_perform(multi, &running) != CURLM_OK || running == 0) {
			break;
		}
		stop.revents = 0;
		if (curl.multi_poll(multi, &stop, stop.fd >= 0 ? 1 : 0, 1000, NULL) != CURLM_OK) {
			break;
		}
		if (stop.revents) {
			return false;
		}
	}
	message = curl.multi_info_read(multi, &queued);
	*code = message ? message->data.result : CURLE_FAILED_INIT;
	return true;
}

static bool timed_out(CURL *easy, struct attempt_result *out)
{
	long status = 0;

	curl.easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	if (status == 0) {
		return attempt_failed(out, STAGE_PROTOCOL, "connected, but no answer");
	}
	return attempt_failed(out, STAGE_PROTOCOL, "HTTP %ld, but the answer did not end", status);
}

/* A container without the package for them, most of the time. */
static bool lacks_certificates(CURLcode code, const struct http_words *words)
{
	return !words->ca &&
	       (code == CURLE_SSL_CACERT_BADFILE ||
		(code == CURLE_PEER_FAILED_VERIFICATION && curl_lacks_certificates()));
}

static bool failed(const struct exchange *exchange, CURLcode code, struct attempt_result *out)
{
	static const struct {
		CURLcode code;
		bool permanent;
		const char *text;
	} rows[] = {
		{CURLE_GOT_NOTHING, false, "connected, then closed without an answer"},
		{CURLE_RECV_ERROR, false, "connected, then reset"},
		{CURLE_SEND_ERROR, false, "connected, then reset"},
		{CURLE_PARTIAL_FILE, false, "the answer is cut short"},
		{CURLE_UNSUPPORTED_PROTOCOL, false, "the answer is not HTTP"},
		{CURLE_WEIRD_SERVER_REPLY, false, "the answer is not HTTP"},
		{CURLE_SSL_CONNECT_ERROR, false, "no TLS connection"},
		{CURLE_PEER_FAILED_VERIFICATION, true, "TLS certificate not trusted"},
		{CURLE_SSL_CACERT_BADFILE, true, "the file of ca= cannot be used"},
	};

	if (code == CURLE_OPERATION_TIMEDOUT) {
		return timed_out(exchange->easy, out);
	}
	if (lacks_certificates(code, exchange->words)) {
		out->permanent = true;
		return attempt_failed(
			out, STAGE_PROTOCOL,
			"TLS certificate not trusted: no CA certificates on this machine "
			"(install ca-certificates, or give ca=FILE)");
	}
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].code == code) {
			out->permanent = rows[i].permanent;
			return attempt_failed(out, STAGE_PROTOCOL, "%s", rows[i].text);
		}
	}
	return attempt_failed(out, STAGE_PROTOCOL, "%s", curl.easy_strerror(code));
}

static bool ask(struct exchange *exchange, const struct target *target, const struct limits *limits,
		struct attempt_result *out)
{
	CURLcode code = CURLE_OK;

	attempt_reach(out, STAGE_PROTOCOL);
	set_connection(exchange);
	set_question(exchange, target, limits);
	set_words(exchange, &target->http);
	if (curl.multi_add_handle(exchange->multi, exchange->easy) != CURLM_OK) {
		return attempt_failed(out, STAGE_CONNECT, "no resources");
	}
	if (!run(exchange->multi, limits->stop_fd, &code)) {
		return attempt_stopped(out, STAGE_PROTOCOL);
	}
	if (code != CURLE_OK && exchange->seen <= exchange->most) {
		return failed(exchange, code, out);
	}
	curl.easy_getinfo(exchange->easy, CURLINFO_RESPONSE_CODE, &exchange->answer.status);
	attempt_reach(out, STAGE_APPLICATION);
	return http_judge(&target->http, &exchange->answer, out);
}

static bool talk(const struct target *target, const struct peer *peer, const struct limits *limits,
		 struct attempt_result *out)
{
	size_t most = target->http.body || target->http.json_path ? LOOKED_MAX : BODY_MAX;
	struct exchange exchange = {
		.multi = curl.multi_init(),
		.easy = curl.easy_init(),
		.address = known_address(target, peer),
		.words = &target->http,
		.answer = {.body = BUF_INIT(most), .header = BUF_INIT(1024)},
		.fd = peer->fd,
		.most = most,
	};
	bool ready = false;

	if (exchange.multi && exchange.easy) {
		ready = ask(&exchange, target, limits, out);
		curl.multi_remove_handle(exchange.multi, exchange.easy);
	} else {
		attempt_failed(out, STAGE_CONNECT, "no resources");
	}
	curl.easy_cleanup(exchange.easy);
	curl.multi_cleanup(exchange.multi);
	curl.slist_free_all(exchange.address);
	curl.slist_free_all(exchange.headers);
	buf_release(&exchange.answer.body);
	buf_release(&exchange.answer.header);
	return ready;
}

void probe_http(const struct target *target, const struct limits *limits,
		struct attempt_result *out)
{
	if (!curl_load()) {
		attempt_failed(out, STAGE_RESOLVE, "%s", curl_trouble());
		return;
	}
	net_try(target, limits, talk, out);
}
