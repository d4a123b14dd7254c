/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RERUN_TEMPLATE_H
#define STEADY_RERUN_TEMPLATE_H

#include "base/err.h"
#include "base/strv.h"
#include "model/result.h"

/*
 * The user's own command for failed tests (--rerun 'mytool --only {tests}'). It is cut into words
 * once, as a shell would, and becomes an argv; no shell ever sees it or a test's name.
 *
 *	{tests}                        one argument a test: its name
 *	{class} {name} {suite} {path}  the word they stand in, once a test
 *	{regex}                        ^(?:NAME|NAME)$ with the names quoted
 *	{file}                         a file with one name a line
 *	{json}                         a file with a list of objects: suite, class, name, file
 *	{results}                      where the command is to write its JUnit report
 *
 * The names also stand in STEADY_TESTS, one a line, when they fit.
 */
struct template_input {
	const struct result *const *tests;
	size_t count;
	const char *folder;  /* private: for {file} and {json} */
	const char *results; /* for {results} */
};

/* Is it meant as a template? */
bool template_is(const char *text);

/* ERR_USAGE for an open quote, no word, or no placeholder that names tests. */
int template_parse(const char *text, struct strv *words, struct err *err);

/* Does a word ask for {results}? */
bool template_has_results(const struct strv *words);

/* Appends the command to *out and its variables to *env. -1 and ERR_IO when a file cannot be
 * written, ERR_INPUT when the names are too long for a command. */
int template_expand(const struct strv *words, const struct template_input *input, struct strv *out,
		    struct strv *env, struct err *err);

#endif
