/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CI_RULE_H
#define STEADY_CI_RULE_H

#include "model/source.h"

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

struct rule {
	size_t field; /* offset of a char * in struct source */
	size_t from;  /* and of who said it */
	const char *variable;
	reader_fn *read;
	const char *
		when; /* applies only where NAME is set, or is VALUE by "NAME=VALUE"; NULL always */
	const char *object, *member; /* where an event file has the number */
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

/* A number in a JSON file that the CI wrote about the event; warns itself, because it knows more. */
reader_fn ci_read_event;

/* A commit from the same file: an object with a `sha`, or the member itself. That it is not known is told by
 * whoever needs it. */
reader_fn ci_read_event_end;
reader_fn ci_read_event_commit;

/* Of the run that started this one: its branch, with its owner in front where that is a fork ("ann:main" is
 * not our main), the tree of its commit, and its pull request, which forks do not have. */
reader_fn ci_read_trigger_branch;
reader_fn ci_read_trigger_tree;
reader_fn ci_read_trigger_pull;

/* The branch that a merge queue leads to: refs/heads/gh-readonly-queue/NAME/pr-12-COMMIT. */
reader_fn ci_read_queue;

/* Up to one without a name. */
extern const struct provider ci_providers[];

#endif
