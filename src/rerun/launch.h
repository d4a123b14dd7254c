/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RERUN_LAUNCH_H
#define STEADY_RERUN_LAUNCH_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What may stand in front of a test program: programs that start a command given as their
 * arguments and hand on its exit code. Inside the room.
 */
struct launcher {
	const char *name;
	const char *letters; /* its options of one letter and without a value, several in a word */
	const char *last;    /* those of them behind which the program follows: "-m" */
	const char *const *flags;   /* the long ones without a value */
	const char *const *values;  /* options whose value is the next argument, or joined */
	const char *const *folders; /* of those, the ones for the folder in which it starts it */
	const char *const *code;    /* options behind which no program follows */
	const char *const *verbs;   /* one word in front of the program */
	bool (*operand)(const char *word); /* another word of its own in front of the program */
	bool many;                         /* any number of those */
	bool scripted; /* may run a script of the project of that name instead, with more in it */
};

/* The launcher of that base name; NULL when there is none. */
const struct launcher *launcher_find(const char *word);

/* A program as it is installed: found on PATH, in a folder of programs, or in that of a virtual
 * environment. A script of the project may bear any name. */
bool launcher_is_installed(const char *word);

/* What stands in front of the first word that is none of the launchers' own: up to there. */
struct start {
	size_t own;         /* that word's index; argc when there is none */
	bool opaque;        /* something there is not known to do no more than start a program */
	const char *folder; /* in which it is started; NULL the current one. Borrowed */
};

struct start launch_read(char *const *argv, size_t argc);

#endif
