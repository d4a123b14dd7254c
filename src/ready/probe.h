/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_READY_PROBE_H
#define STEADY_READY_PROBE_H

#include "base/err.h"
#include "base/strv.h"
#include "model/wait.h"
#include "os/sockets.h"
#include "ready/words.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Inside the room: what a target is after parsing, and how one attempt at it is made. A new kind
 * of target is a row in the table of target.c and a probe function.
 */

struct target;

/* One attempt. A probe sets stage, and an error when it was not ready. */
struct attempt_result {
	bool ready;
	bool busy;      /* another attempt at the same target was under way: says nothing new */
	bool stopped;   /* told to stop: the attempt says nothing */
	bool absent;    /* this machine has no such kind of address */
	bool gone;      /* not ready because there is nothing: refused, no such file, … */
	bool permanent; /* not ready, and time alone will hardly help */
	bool over;      /* not ready, and it never will be */
	enum wait_stage stage;
	int64_t passed_us[STAGE_COUNT]; /* when it was left behind, monotonic; 0 never */
	char error[256];                /* one short clause without the target's name */
	struct endpoint peer;           /* of whom this is told; family 0: unknown */
};

/* When an attempt has to end. */
struct limits {
	int64_t until_us; /* monotonic */
	int stop_fd;      /* readable: at once; it stays readable. Negative: none */
};

/* Makes one attempt that ends within the limits (the settle time may come on top). Attempts at
 * different targets run at once, each in a thread with all signals blocked. */
typedef void probe_fn(const struct target *target, const struct limits *limits,
		      struct attempt_result *out);

/* One attempt as the target is meant: with invert, gone is ready and nothing else is. */
void probe_target(const struct target *target, const struct limits *limits,
		  struct attempt_result *out);

/* On to a stage: the one before it is passed. */
void attempt_reach(struct attempt_result *result, enum wait_stage stage);

/* Always returns false, so that a probe can end with it. */
bool attempt_failed(struct attempt_result *result, enum wait_stage stage, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The same for an attempt that was told to stop. */
bool attempt_stopped(struct attempt_result *result, enum wait_stage stage);

/* "connection refused" and the like for an errno value; other texts are the system's. */
const char *connect_error(int code);

enum patience { PATIENCE_READY, PATIENCE_TIMEOUT, PATIENCE_STOPPED };

/* Waits until fd has one of the events or a limit is reached. fd may be negative: only the limits. */
enum patience wait_for_fd(int fd, short events, const struct limits *limits);

/* Where a target looks, so that `doctor` can ask where nothing is. */
enum place { PLACE_PORT, PLACE_PATH, PLACE_PID, PLACE_NAME, PLACE_NONE };

/* Groups of words besides those for all targets. */
enum {
	KEYS_GONE = 1 << 0, /* the probe can tell that the service is gone */
	KEYS_HTTP = 1 << 1,
	KEYS_FILE = 1 << 2,
	KEYS_LOG = 1 << 3,
};

/* Reads what stands behind "SCHEME:". */
typedef int read_fn(struct target *target, const char *rest, struct err *err);

struct scheme {
	const char *name;
	const char *probe_name;
	probe_fn *probe;
	read_fn *read;
	const char *default_port; /* NULL: the target must say it */
	bool has_path;            /* a path, a query and user:password@ may follow */
	enum place place;
	unsigned keys; /* KEYS_…, those that it knows */
};

/* What only http and https have. */
struct http_words {
	int status; /* asked for; 0: any from 200 to 399 */
	char *method;
	struct strv headers;              /* "NAME: VALUE", of the request */
	struct regex *body;               /* must match the answer */
	char *json_path, *json_value;     /* must be that; without a value be there and be true */
	char *header_name, *header_value; /* of the answer */
	bool insecure;
	char *ca; /* path of a file */
};

void http_words_release(struct http_words *words);

/* Shared with the attempt that is being made, if there is one. */
struct target {
	atomic_int holders;
	atomic_flag busy; /* an attempt is being made */
	const struct scheme *scheme;
	char *text; /* as given, secrets masked */
	char *url;  /* with them */
	char *host; /* without brackets */
	char *port;
	char *service;       /* host:port, an IPv6 address in brackets */
	int64_t limit_us;    /* 0: the default; INT64_MAX none */
	int64_t attempt_us;  /* the same for one attempt */
	int64_t interval_us; /* the first pause; 0: the default */
	int64_t stable_us;   /* so long it must stay ready */
	int successes;       /* so many times in a row it must be ready; 0 and 1 once */
	bool invert;         /* ready means gone */
	bool optional;       /* without it the wait succeeds too */
	bool fail_fast;      /* what is permanent ends the wait */
	char *user, *password, *database; /* of a server; NULL none */
	struct word_list words; /* of the text; the first own_words belong to the scheme */
	size_t own_words;
	char *path;       /* of a file, a socket, a log */
	bool size_stable; /* of a file: it must not grow */
	int64_t pid;
	struct strv argv; /* of a command */
	struct log_reader *log;
	const struct service *served_by; /* who has to listen there; NULL anybody */
	bool was_ready;                  /* in the end of its last wait, and where; both are */
	struct endpoint answered;        /* for the thread that waits alone */
	int count;                       /* so many lines must match; 0: one */
	struct http_words http;
};

/* Fills in a usage error that names the target; returns -1. */
int target_unusable(const struct target *target, struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* One more holder, who calls target_free() as well. */
struct target *target_hold(struct target *target);

#endif
