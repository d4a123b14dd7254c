/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_FAILURE_RULES_H
#define STEADY_FAILURE_RULES_H

#include "base/err.h"
#include "base/vec.h"
#include "failure/parts.h"
#include "model/failure_class.h"
#include "text/needles.h"
#include "text/regex.h"

/*
 * The rules by which failures are classified, read from text (classes.rules tells how they look).
 * The order is the order of the file: of rules that match equally well the first one wins.
 */

/* One more place than lines have: in an assertion. */
#define IN_ASSERTION (1u << PLACE_COUNT)
#define IN_ANYWHERE  ((1u << PLACE_COUNT) - 1)

enum rule_kind {
	RULE_CLASS,  /* gives a class */
	RULE_QUOTES, /* the failure is an assertion that quotes words: no class */
	RULE_UNWRAPS /* an assertion that nothing is thrown: what was is in the group "what" */
};

struct rule {
	char *name;
	enum rule_kind kind;
	enum failure_class class;
	unsigned places; /* where a line may match: 1u << place, IN_ASSERTION */
	bool weak;       /* gives way to any rule that is not */
	char *code;      /* subcode, "" that of the group "code", if any */
	int line;        /* where it stands */
};

/* One way for a rule to match. */
struct rule_pattern {
	size_t rule;
	char *text;
	struct regex *regex; /* NULL until first needed */
	size_t then;         /* index + 1 of what has to match a later line; 0 none */
	int line;
	bool coded; /* has a piece (%{name}): codes, and texts of the system */
	bool off;   /* left out: for measuring what the others are worth */
};

struct rules {
	struct {
		VEC(struct rule)
	} rules;
	struct {
		VEC(struct rule_pattern)
	} patterns;
	struct needles *needles; /* by index of the pattern */
	uint64_t *always;        /* those that have none */
	char *version;
	size_t projects; /* of the rules, the first ones: a project added them */
	int64_t left_us; /* that theirs may still take; they match nothing any more when it is gone */
};

/* The error names file and line. The caller frees *out. */
int rules_read(const char *text, const char *file, struct rules **out, struct err *err);

/* The ones that come with steady; made when first needed, kept until the process ends. */
struct rules *rules_builtin(void);

/* Adds those behind what is there, and makes all of them ready. */
void rules_complete(struct rules *rules);

/* Adds the place of that name ("cause", "assertion"); false when there is none. */
bool rules_add_place(const char *name, unsigned *places);

/* Compiles all expressions now. The error names file and line. */
int rules_check(struct rules *rules, const char *file, struct err *err);

/* The compiled expression, or NULL where it is wrong. */
struct regex *rules_regex(struct rules *rules, size_t pattern);

/* Does the pattern match? Those of a project only while their time lasts. */
bool rules_find(struct rules *rules, size_t pattern, const char *text, size_t len);
void rules_free(struct rules *rules);

#endif
