/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/secrets.h"
#include "ready/wait.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "ready/keys.h"
#include "ready/kinds.h"
#include "ready/logfile.h"
#include "ready/words.h"

#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

static const struct scheme schemes[] = {
	{"tcp", "tcp", probe_tcp, read_url, NULL, false, PLACE_PORT, KEYS_GONE},
	{"http", "http", probe_http, read_url, "80", true, PLACE_PORT, KEYS_GONE | KEYS_HTTP},
	{"https", "http", probe_http, read_url, "443", true, PLACE_PORT, KEYS_GONE | KEYS_HTTP},
	{"postgres", "postgres", probe_postgres, read_server, "5432", true, PLACE_PORT, KEYS_GONE},
	{"postgresql", "postgres", probe_postgres, read_server, "5432", true, PLACE_PORT,
	 KEYS_GONE},
	{"mysql", "mysql", probe_mysql, read_server, "3306", true, PLACE_PORT, KEYS_GONE},
	{"mariadb", "mysql", probe_mysql, read_server, "3306", true, PLACE_PORT, KEYS_GONE},
	{"redis", "redis", probe_redis, read_server, "6379", true, PLACE_PORT, KEYS_GONE},
	{"amqp", "amqp", probe_amqp, read_server, "5672", true, PLACE_PORT, KEYS_GONE},
	{"unix", "unix", probe_unix, read_socket, NULL, false, PLACE_PATH, KEYS_GONE},
	{"file", "file", probe_file, read_path, NULL, false, PLACE_PATH, KEYS_GONE | KEYS_FILE},
	{"log", "log", probe_log, read_log, NULL, false, PLACE_PATH, KEYS_LOG},
	{"pid", "pid", probe_pid, read_pid, NULL, false, PLACE_PID, KEYS_GONE},
	{"dns", "dns", probe_dns, read_name, NULL, false, PLACE_NAME, KEYS_GONE},
	{"exec", "exec", probe_exec, read_command, NULL, false, PLACE_NONE, 0},
};

static size_t authority_len(const char *text)
{
	return strcspn(text, "/?# ");
}

/* What a mistaken target may mean by its authority: a password with a slash in it reaches further
 * than an authority can, and errors must not show it. */
static size_t word_len(const char *text)
{
	return strcspn(text, " ");
}

/* Replaces user:password@ by ***@ in every URL. */
static char *mask_logins(const char *text, size_t (*authority)(const char *text))
{
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	const char *start = NULL;

	while ((start = strstr(text, "://"))) {
		const char *at = NULL;

		start += strlen("://");
		at = memrchr(start, '@', authority(start));
		buf_add(&out, text, (size_t)(start - text));
		buf_str_add(&out, at ? "***" : "");
		text = at ? at : start;
	}
	buf_str_add(&out, text);
	return buf_take(&out);
}

/* To the next space that is in no quotes. */
static size_t whole_word(const char *text)
{
	size_t len = 0;
	char quote = '\0';

	for (; text[len] && (quote || text[len] != ' '); len++) {
		if (quote ? text[len] == quote : strchr("'\"", text[len]) != NULL) {
			quote = quote ? '\0' : text[len];
		}
	}
	return len;
}

/* Without a colon it is a mistake, and all of it may be the token. */
static void add_masked(struct buf *out, const char *word)
{
	static const char name[] = "request-header=";
	const char *header = strstr(word, name);
	size_t len = 0;

	if (!header) {
		buf_str_add(out, word);
		return;
	}
	len = strlen(name) + strcspn(header + strlen(name), ": ");
	len = header[len] == ':' ? len + 1 : strlen(name);
	buf_add(out, word, (size_t)(header - word) + len);
	buf_str_add(out, "***");
}

/* Tokens travel in headers: of request-header=NAME:VALUE the value is not shown. */
static char *mask_headers(const char *text)
{
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);

	while (*text) {
		size_t spaces = strspn(text, " "), len = whole_word(text + spaces);
		AUTO_FREE char *word = mem_strn(text + spaces, len);

		buf_add(&out, text, spaces);
		add_masked(&out, word);
		text += spaces + len;
	}
	return buf_take(&out);
}

static char *mask(const char *text, size_t (*authority)(const char *text))
{
	AUTO_FREE char *bare = mask_headers(text);

	return mask_logins(bare, authority);
}

char *target_mask(const char *text)
{
	return mask(text, word_len);
}

int target_unusable(const struct target *target, struct err *err, const char *fmt, ...)
{
	CLEANUP(buf_release) struct buf reason = BUF_INIT(sizeof(err->msg));
	va_list ap;

	va_start(ap, fmt);
	buf_vfmt(&reason, fmt, ap);
	va_end(ap);
	if (reason.len > 0) {
		secrets_hide(target, reason.data);
	}
	return err_set(err, ERR_USAGE, "target \"%s\": %s", target->text, buf_str(&reason));
}

/* "SCHEME:" in front; "://" too where the word is no scheme of ours. */
static int find_scheme(struct target *target, const char **rest, struct err *err)
{
	CLEANUP(buf_release) struct buf known = BUF_INIT(256);
	size_t len = strcspn(target->url, ":");

	for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
		if (target->url[len] && strlen(schemes[i].name) == len &&
		    strncasecmp(schemes[i].name, target->url, len) == 0) {
			target->scheme = &schemes[i];
			*rest = target->url + len + 1;
			return 0;
		}
		buf_fmt(&known, "%s%s", i ? ", " : "", schemes[i].name);
	}
	if (!str_starts(target->url + len, "://")) {
		return target_unusable(target, err,
				       "no scheme; write for example tcp://127.0.0.1:5432");
	}
	return target_unusable(target, err, "unknown scheme \"%.*s\"; known: %s", (int)len,
			       target->url, buf_str(&known));
}

int read_path(struct target *target, const char *rest, struct err *err)
{
	if (!*rest) {
		return target_unusable(target, err, "no path; write %s:PATH", target->scheme->name);
	}
	target->path = mem_str(rest);
	target->service = mem_str(rest);
	return 0;
}

int read_socket(struct target *target, const char *rest, struct err *err)
{
	if (strlen(rest) >= sizeof(((struct sockaddr_un *)0)->sun_path)) {
		return target_unusable(target, err, "the path of a socket is at most %zu bytes",
				       sizeof(((struct sockaddr_un *)0)->sun_path) - 1);
	}
	return read_path(target, rest, err);
}

int read_log(struct target *target, const char *rest, struct err *err)
{
	const char *tilde = strchr(rest, '~');
	AUTO_FREE char *path = tilde ? mem_strn(rest, (size_t)(tilde - rest)) : NULL;
	struct err why = ERR_INIT;

	if (!tilde || tilde == rest || !tilde[1]) {
		return target_unusable(target, err, "write log:FILE~REGEX");
	}
	target->log = log_new(tilde + 1, &why);
	return target->log ? read_path(target, path, err)
			   : target_unusable(target, err, "%s", why.msg);
}

int read_pid(struct target *target, const char *rest, struct err *err)
{
	if (!str_to_int64(rest, 1, INT_MAX, &target->pid)) {
		return target_unusable(target, err, "\"%s\" is no process id", rest);
	}
	target->service = mem_fmt("pid %s", rest);
	return 0;
}

int read_name(struct target *target, const char *rest, struct err *err)
{
	if (!*rest || strpbrk(rest, "/:@ ")) {
		return target_unusable(target, err, "write dns:NAME");
	}
	target->host = mem_str(rest);
	target->service = mem_str(rest);
	return 0;
}

/* The words behind it are its own up to the last ones that are ours. */
int read_command(struct target *target, const char *rest, struct err *err)
{
	if (*rest) {
		strv_add(&target->argv, rest);
	}
	for (size_t i = 1; i < target->own_words; i++) {
		strv_add(&target->argv, target->words.items[i].value);
	}
	if (target->argv.len == 0 || !*target->argv.items[0]) {
		return target_unusable(target, err, "no command; write exec:COMMAND ARG…");
	}
	return 0;
}

/* How many words of the target come before those that are ours. */
static size_t own_words(const struct target *target)
{
	size_t count = target->words.len;

	if (target->scheme->place != PLACE_NONE) {
		return 1;
	}
	while (count > 1 && keys_know(target, &target->words.items[count - 1])) {
		count--;
	}
	return count;
}

/* Without the words that say how it is waited for: "exec:./check db". */
static char *own_text(const struct target *target)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	for (size_t i = 0; i < target->own_words; i++) {
		buf_fmt(&text, "%s%s", i ? " " : "", target->words.items[i].given);
	}
	return mask(buf_str(&text), authority_len);
}

static int fill(struct target *target, const char *text, struct err *err)
{
	struct err why = ERR_INIT;
	const char *rest = NULL;

	target->text = mask(text, word_len);
	if (words_split(text, &target->words, &why) < 0) {
		return target_unusable(target, err, "%s", why.msg);
	}
	if (target->words.len == 0 || str_empty(target->words.items[0].value)) {
		return err_set(err, ERR_USAGE, "a target is empty");
	}
	target->url = mem_str(target->words.items[0].value);
	if (find_scheme(target, &rest, err) < 0) {
		return -1;
	}
	target->own_words = own_words(target);
	if (target->scheme->read(target, rest, err) < 0 || keys_read(target, err) < 0) {
		return -1;
	}
	mem_replace(&target->text, NULL);
	target->text = mask(text, authority_len);
	if (!target->service) {
		target->service = own_text(target);
	}
	return 0;
}

int target_parse(const char *text, struct target **out, struct err *err)
{
	struct target *target = mem_alloc(sizeof(*target));

	atomic_init(&target->holders, 1);
	atomic_flag_clear(&target->busy);

	if (fill(target, text, err) < 0) {
		target_free(target);
		return -1;
	}
	*out = target;
	return 0;
}

struct target *target_hold(struct target *target)
{
	atomic_fetch_add(&target->holders, 1);
	return target;
}

void target_free(struct target *target)
{
	if (!target || atomic_fetch_sub(&target->holders, 1) > 1) {
		return;
	}
	free(target->text);
	free(target->url);
	free(target->host);
	free(target->port);
	free(target->service);
	free(target->path);
	http_words_release(&target->http);
	free(target->user);
	free(target->password);
	free(target->database);
	strv_release(&target->argv);
	log_free(target->log);
	word_list_release(&target->words);
	free(target);
}

void target_list_release(struct target_list *list)
{
	for (size_t i = 0; i < list->len; i++) {
		target_free(list->items[i]);
	}
	VEC_FREE(list);
}
