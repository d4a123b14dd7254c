/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CI_RULE_H
#define STEADY_CI_RULE_H

#include "base/err.h"
#include "model/source.h"
#include "text/json.h"

#include <stdbool.h>
#include <stddef.h>

/* How providers say things. Inside the room. */

enum reading {
	READ_VALUE,
	READ_NOTHING, /* not here: the next rule of the field may know */
	READ_SETTLED, /* the field has no value, whatever other rules would say */
	READ_BAD      /* as nothing, with a warning */
};

struct rule;

/*
 * One spelling of a value. Pull requests decide much of the environment, so each reader checks
 * what it takes. Only READ_VALUE sets *out (given to the caller).
 */
typedef enum reading reader_fn(const struct rule *rule, const char *text, char **out);

/* A JSON file that the CI wrote about the event. It is read with the first rule that asks for it, for all of them. */
struct event {
	bool asked;
	const char *path;  /* borrowed */
	struct json *root; /* NULL: it cannot be used, */
	struct err why;    /* which this says */
};

/* The same for a value that stands in there. */
typedef enum reading event_fn(const struct rule *rule, const struct event *event, char **out);

struct rule {
	size_t field; /* offset of a char * in struct source */
	size_t from;  /* and of who said it */
	const char *variable;
	reader_fn *read;
	const char *
		when; /* applies only where NAME is set, or is VALUE by "NAME=VALUE"; NULL always */
	event_fn *take;   /* in place of `read` where the variable names an event file; else NULL */
	const char *path; /* of the value in it: "pull_request.head.sha" */
};

/* A CI: how to recognise it, and what its variables say. Of a field's rules the first that gives
 * a value wins. */
struct provider {
	const char *name;
	const char *variable;
	const char *value;        /* NULL: any but empty */
	const struct rule *rules; /* up to one without a variable */
	const char *workspace;    /* the variable with the folder of the checkout; NULL none */
};

/* 40 or 64 hex digits; some CIs say "HEAD" where they leave the choice to git. */
reader_fn ci_read_commit;

reader_fn ci_read_number;

/* Any text of one line, at most 255 bytes. */
reader_fn ci_read_name;

/* refs/heads/NAME; a tag or a pull request's ref is no branch. */
reader_fn ci_read_branch_ref;

/* The same, or the name alone. */
reader_fn ci_read_branch;

/* origin/NAME, or the name alone. */
reader_fn ci_read_remote_branch;

/* Of a tag: there is no branch, whatever else is said. */
reader_fn ci_read_tag;

/* A pull request in all spellings: 12, refs/pull/12/merge, https://HOST/…/12, false for none. */
reader_fn ci_read_pull;

void event_read(struct event *event, const char *path);
void event_release(struct event *event);

/* A number; warns where there is none, because a pull request has one. */
event_fn ci_take_number;

/* A commit or a tree. That it is not known is told by whoever needs it. */
event_fn ci_take_commit;

/* Of the run that started this one: its branch, with its owner in front where that is a fork ("ann:main" is
 * not our main), and its pull request, which forks do not have. */
event_fn ci_take_trigger_branch;
event_fn ci_take_trigger_pull;

/* The branch that a merge queue leads to: refs/heads/gh-readonly-queue/NAME/pr-12-COMMIT. */
reader_fn ci_read_queue;

/* Up to one without a name. */
extern const struct provider ci_providers[];

#endif
