/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RERUN_PRESET_H
#define STEADY_RERUN_PRESET_H

#include "base/err.h"
#include "base/strv.h"
#include "model/run.h"

#include <stdbool.h>

/*
 * What steady knows about a test framework: how its command is recognised, where its JUnit report
 * goes, what its exit codes mean, how failed tests are named again and what proves a run complete.
 * One row each, in presets.c; only what a row cannot say is code. Lists end with NULL and may be
 * NULL themselves.
 */
struct command {
	char *const *argv;
	size_t argc;
	size_t first;       /* the index just behind the framework's own program name and verb */
	bool direct;        /* nothing stands in front of it that could fail in another way */
	const char *folder; /* in which it is started; NULL the current one. Borrowed */
	bool hidden;        /* the program stands in a script: options of its own are not seen */
};

struct json;
struct reporters_rule;

/* The first attempt, for those who prove it complete and name its failed tests. Borrows. */
struct first_run {
	const struct command *command;
	const struct attempt *attempt;
	const char *folder; /* private; what the framework wrote down for us lies there. NULL: none,
				  * because the command is only shown to people */
	const struct json *seen; /* that, when the preset has read it; else NULL */
};

/* How a command becomes one that writes its report to a path of ours. In what is added, and in the
 * text of `place`, "{path}" stands for that path and "{private}" for our folder, where `place` goes. */
struct results_rule {
	const char *const *options; /* its own option for the report, with synonyms */
	const char *prefix;         /* in front of the path in that option's value: "xml:" */
	const char *variable;       /* that says the same, where the option is not given */
	const char *const *base;    /* options for the folder that the path is relative to */
	const char *const *args; /* what is added; NULL: its option, and only if the user gave it */
	const char *const *env;
	bool clashes;       /* breaks it beside an option of the user's for the report */
	bool at_end;        /* added behind all other arguments, not in front of them */
	const char *module; /* a Node module that must be there for args to mean something */
	const char *const
		*probe; /* or a command that must succeed, after what starts the program */
	const char *const
		*yields_to; /* options of the user for the output: then nothing is added */
	/* Why nothing may be added, in one clause; NULL when it may. The caller frees. */
	char *(*bar)(const struct command *command);
	const struct reporters_rule *reporters; /* of a configuration, which may bar as well */
	const char *const *globs;               /* files that it writes anyway */
	/* What else a person reads afterwards, relative to the folder of `base`, and options with
	 * such a file: it stays the first attempt's. */
	const char *const *keeps, *const *keeps_of;
	const struct embedded *place; /* ends with one without a name */
};

/* The failed tests to run again. Borrows. */
struct selection {
	const struct result *const *tests;
	size_t count;
	enum rerun_level level;
};

/* What a framework left behind that was stopped. Borrows. */
struct last_words {
	const char *folder; /* private; what is noted there about an earlier attempt is gone */
	const char *path;   /* where its results were to go; NULL: the user's files */
	const char *output; /* the end of what it printed */
};

/* A file of ours that the framework loads. */
struct embedded {
	const char *name, *text;
};

/* What every retry gets behind the program, so that nothing is taken from the attempt before. */
struct again_rule {
	const char *const *args; /* with "{private}" as in struct results_rule */
	const struct embedded *place;
};

/* How failed tests are named again. */
struct naming {
	const char *option;       /* in front of a name or of all names; NULL: nothing */
	bool joined;              /* one argument: OPTION and the names without a gap */
	bool each;                /* one argument (and option) a test, not one for all */
	const char *open, *close; /* around all names, or each */
	const char *between;
	const char
		*special; /* characters of a name that lose their meaning by `escape` before them */
	char escape;
	bool first;       /* in front of the user's arguments */
	bool files;       /* the tests' files replace the user's paths */
	bool names_files; /* a name has its file in it: no path beside it */
	bool keeps_paths; /* the user's paths stay: its select() takes out what are some */
	const char *const *replaces; /* the user's selections, whose value is the next argument */
	const char *const *replaces_flag; /* those without a value */
	const char *const *values;        /* options whose value could be taken for a path */

	/* The name as the framework wants it, before it is quoted; NULL when the test has none.
	 * The caller frees. */
	char *(*spell)(const struct first_run *first, const struct result *test);
	/* The file to run, seen from the current folder; NULL unknown. The caller frees. */
	char *(*file)(const struct first_run *first, const struct result *test);
	/* What else the command needs, in front of the names. */
	void (*also)(const struct first_run *first, struct strv *out);
};

struct preset {
	const char *name;
	const char *const *programs;  /* base names of its program */
	const char *const *verbs;     /* one of which must follow it, behind options of its own */
	const char *const *words;     /* of its arguments one without which it runs no tests; ":x":
				       * one that ends so */
	const char *const *runs_none; /* arguments with which it does something else than testing */
	const char *const *marks;     /* for programs of any name: bytes inside the executable, with
				       * one "%" in them that stands for nothing */

	const char *const *forgives; /* types of errors that do not make it fail */
	struct results_rule results;
	struct naming naming;
	struct again_rule again;

	/* Appends the tests that had begun and not ended when it was stopped, named as its report
	 * would have. NULL: nothing tells. */
	void (*running)(const struct last_words *last, struct result_list *out);
	const char *report; /* who writes that report, for its reader; NULL: `name` */
	bool one_report;    /* it is one file, written when all tests are over */

	int tests_failed_code; /* the one exit code that means "tests failed" and nothing else; -1:
				* there is no such code */
	int soft_signal;       /* asks it to stop so that it still writes results */
	/* Is it told, on the command line or by the project, to try failed tests again by itself? Only
	 * then several cases of one name are believed to be tries. NULL: never. */
	bool (*tries_again)(const struct command *command);
	const char *const *stateful; /* options that select by what the last run left */

	/* What else than a class and a name it takes to name a test, though there is no such test:
	 * changes *test by what lies here and stands in the command. False when nothing here would
	 * do. May be NULL. */
	bool (*stranger)(const struct command *command, struct test_name *test);

	/* Prepares that the framework itself writes down what it did: puts files into the private
	 * folder and variables into *env. What is proven is that of attempt 1. May be NULL. */
	int (*watch)(const char *folder, int attempt, struct strv *env, struct err *err);

	/* What proves a failed run complete, for people; NULL together with doubt(). */
	const char *proof;

	/* Why the failed first attempt is not proven to have run every test and to have failed by
	 * its tests alone: one clause for people, which the caller frees; NULL when it is proven.
	 * *stateful: the command selects by what its last run left, so running it again is another
	 * selection. Without this function nothing is proven. */
	char *(*doubt)(const struct first_run *first, bool *stateful);

	/* Does what preset_select() does, where `naming` alone is not enough. */
	int (*select)(const struct preset *preset, const struct first_run *first,
		      const struct selection *selection, struct strv *out);
};

/* The row that recognises the command; NULL when none does. */
const struct preset *preset_detect(char *const *argv, size_t argc, struct command *out);

/* A row whose program is named somewhere else in such a command; NULL when there is none. */
const struct preset *preset_mentioned(char *const *argv, size_t argc);

/* The row of that name, or NULL. */
const struct preset *preset_find(const char *name);

/* Finds the framework's program anywhere in argv (the user said that it is there); when its name is
 * not there ("npm test --"), arguments go to the end. False for an empty command. */
bool preset_locate(const struct preset *preset, char *const *argv, size_t argc,
		   struct command *out);

/* The signal that asks the command to end; the preset may be NULL. */
int preset_soft_signal(const struct preset *preset);

/* Names a test that does not exist, by letters, digits and underscores, so that it can be asked for;
 * preset NULL: for a command of the user's own. False when its framework can name none here. */
bool preset_stranger(const struct preset *preset, const struct command *command,
		     struct test_name *out);

/* As the row's tries_again(); false without a preset. */
bool preset_tries_again(const struct preset *preset, const struct command *command);

/* Is that a type of error that does not make it fail? */
bool preset_forgives(const struct preset *preset, const char *type);

/* As the row's running(); nothing for a row without one. */
void preset_running(const struct preset *preset, const struct last_words *last,
		    struct result_list *out);

/* Forgets what is noted down about tests that run: another attempt begins. */
void preset_forget_running(const char *folder);

/* Row by index, NULL behind the last. */
const struct preset *preset_at(size_t index);

/* Where the command itself writes results; NULL when it does not say. The caller frees. */
char *preset_results_path(const struct preset *preset, const struct command *command);

/* Appends the globs of the other files that stay the first attempt's. */
void preset_kept(const struct preset *preset, const struct command *command, struct strv *out);

/* The folder of the tests that the command names by an option of its own; "" none. The caller
 * frees. */
char *preset_base(const struct preset *preset, const struct command *command);

/* Why nothing may be added to it, in one clause; NULL when nothing speaks against it. The caller
 * frees. */
char *preset_bar(const struct preset *preset, const struct command *command);

/* Can the command, when nothing bars it, be told to write its results to a path of ours? Asks the
 * machine. */
bool preset_can_redirect(const struct preset *preset, const struct command *command);

/* Where a command's report is to go: to path; what that needs is put into folder. */
struct redirection {
	const char *folder, *path;
};

/* Appends to *out the command with its report going there, its own option replaced, and to *env the
 * variables that belong to it. */
int preset_redirect(const struct preset *preset, const struct command *command,
		    const struct redirection *to, struct strv *out, struct strv *env,
		    struct err *err);

/* Appends to *out the command with what every retry needs; puts its files into folder. */
int preset_again(const struct preset *preset, const struct command *command, const char *folder,
		 struct strv *out, struct err *err);

/* The first thing that preset_redirect() adds, for people. Borrowed. */
const char *preset_addition(const struct preset *preset);

/* Appends to *out the command without any results option. */
void preset_without_results(const struct preset *preset, const struct command *command,
			    struct strv *out);

/* As the row's doubt(); also for rows without one. NULL when no such question arises, because the
 * attempt did not end with the code for failed tests. */
char *preset_doubt(const struct preset *preset, const struct first_run *first, bool *stateful);

/* Appends to *env what keeps a run of everything from using what the attempt before left; for every
 * command, because a framework may hide in it. What that needs goes into folder. */
void preset_forget_last_run(const char *folder, int attempt, struct strv *env);

/*
 * Appends to *out the command that runs only these tests, without any results option: named one by
 * one, or by their files. It may run more tests than asked for, never fewer by intent; results
 * decide. -1 when they cannot be named on that level.
 */
int preset_select(const struct preset *preset, const struct first_run *first,
		  const struct selection *selection, struct strv *out);

#endif
