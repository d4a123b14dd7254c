/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/probe.h"

#include "base/clock.h"
#include "base/mem.h"
#include "ready/curl.h"

#include <errno.h>

/* Of a longer answer the rest is not waited for: a stream of events never ends. */
#define BODY_MAX 65536

static size_t discard(char *data, size_t size, size_t count, void *payload)
{
	size_t *seen = payload;

	(void)data;
	*seen += size * count;
	/* anything but the whole count makes curl end the transfer */
	return *seen > BODY_MAX ? 0 : size * count;
}

static CURL *prepare(const struct target *target, const struct limits *limits, size_t *seen)
{
	CURL *easy = curl.easy_init();
	long limit_ms = (long)((limits->until_us - clock_mono_us()) / US_PER_MS);

	if (!easy) {
		return NULL;
	}
	curl.easy_setopt(easy, CURLOPT_URL, target->url);
	curl.easy_setopt(easy, CURLOPT_USERAGENT, "steady");
	curl.easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl.easy_setopt(easy, CURLOPT_NOPROXY, "*");
	curl.easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl.easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl.easy_setopt(easy, CURLOPT_TIMEOUT_MS, limit_ms > 0 ? limit_ms : 1L);
	curl.easy_setopt(easy, CURLOPT_WRITEFUNCTION, discard);
	curl.easy_setopt(easy, CURLOPT_WRITEDATA, seen);
	return easy;
}

/* Runs the transfer to its end; false when a stop signal came first. curl keeps to the limit. */
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

static bool refused_or_other(CURL *easy, struct attempt_result *out)
{
	long code = 0;

	curl.easy_getinfo(easy, CURLINFO_OS_ERRNO, &code);
	if (code == ECONNRESET) {
		return attempt_failed(out, STAGE_RESPONSE, "connected, then reset");
	}
	if (code == 0 || code == EINPROGRESS) {
		return attempt_failed(out, STAGE_CONNECT, "no connection");
	}
	return attempt_failed(out, STAGE_CONNECT, "%s%s", code == ECONNREFUSED ? "connection " : "",
			      connect_error((int)code));
}

static bool timed_out(CURL *easy, struct attempt_result *out)
{
	curl_off_t resolved = 0, connected = 0;
	long status = 0;

	curl.easy_getinfo(easy, CURLINFO_NAMELOOKUP_TIME_T, &resolved);
	curl.easy_getinfo(easy, CURLINFO_CONNECT_TIME_T, &connected);
	curl.easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	if (resolved == 0) {
		return attempt_failed(out, STAGE_RESOLVE, "name not resolved in time");
	}
	if (connected == 0) {
		return attempt_failed(out, STAGE_CONNECT, "no answer");
	}
	if (status == 0) {
		return attempt_failed(out, STAGE_RESPONSE, "connected, but no answer");
	}
	return attempt_failed(out, STAGE_RESPONSE, "HTTP %ld, but the answer did not end", status);
}

static bool failed(CURL *easy, CURLcode code, struct attempt_result *out)
{
	static const struct {
		CURLcode code;
		enum stage stage;
		const char *text;
	} rows[] = {
		{CURLE_COULDNT_RESOLVE_HOST, STAGE_RESOLVE, "name not found"},
		{CURLE_GOT_NOTHING, STAGE_RESPONSE, "connected, then closed without an answer"},
		{CURLE_RECV_ERROR, STAGE_RESPONSE, "connected, then reset"},
		{CURLE_SEND_ERROR, STAGE_RESPONSE, "connected, then reset"},
		{CURLE_PARTIAL_FILE, STAGE_RESPONSE, "the answer is cut short"},
		{CURLE_UNSUPPORTED_PROTOCOL, STAGE_RESPONSE, "the answer is not HTTP"},
		{CURLE_WEIRD_SERVER_REPLY, STAGE_RESPONSE, "the answer is not HTTP"},
		{CURLE_SSL_CONNECT_ERROR, STAGE_RESPONSE, "no TLS connection"},
		{CURLE_PEER_FAILED_VERIFICATION, STAGE_RESPONSE, "TLS certificate not trusted"},
	};

	if (code == CURLE_COULDNT_CONNECT) {
		return refused_or_other(easy, out);
	}
	if (code == CURLE_OPERATION_TIMEDOUT) {
		return timed_out(easy, out);
	}
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].code == code) {
			return attempt_failed(out, rows[i].stage, "%s", rows[i].text);
		}
	}
	return attempt_failed(out, STAGE_RESPONSE, "%s", curl.easy_strerror(code));
}

static bool judge(const struct target *target, CURL *easy, struct attempt_result *out)
{
	long status = 0;

	curl.easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	if (target->status && status != target->status) {
		return attempt_failed(out, STAGE_RESPONSE, "HTTP %ld instead of %d", status,
				      target->status);
	}
	if (!target->status && (status < 200 || status > 399)) {
		return attempt_failed(out, STAGE_RESPONSE, "HTTP %ld", status);
	}
	out->ready = true;
	out->stage = STAGE_RESPONSE;
	return true;
}

void probe_http(const struct target *target, const struct limits *limits,
		struct attempt_result *out)
{
	CURLcode code = CURLE_OK;
	CURLM *multi = NULL;
	CURL *easy = NULL;
	size_t seen = 0;

	if (!curl_load()) {
		attempt_failed(out, STAGE_RESOLVE, "%s", curl_trouble());
		return;
	}
	multi = curl.multi_init();
	easy = prepare(target, limits, &seen);
	if (!multi || !easy || curl.multi_add_handle(multi, easy) != CURLM_OK) {
		attempt_failed(out, STAGE_RESOLVE, "no resources");
	} else if (!run(multi, limits->stop_fd, &code)) {
		out->stopped = true;
	} else if (code != CURLE_OK && seen <= BODY_MAX) {
		failed(easy, code, out);
	} else {
		judge(target, easy, out);
	}
	if (multi && easy) {
		curl.multi_remove_handle(multi, easy);
	}
	curl.easy_cleanup(easy);
	curl.multi_cleanup(multi);
}
