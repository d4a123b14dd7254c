/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RERUN_SPELL_H
#define STEADY_RERUN_SPELL_H

#include "rerun/preset.h"

/*
 * A test's name as its framework wants it on the command line, from what its report says; see
 * struct naming. Most reports join what the command line wants apart, or the other way round.
 * Inside the room.
 */
char *spell_name(const struct first_run *first, const struct result *test);
char *spell_trimmed(const struct first_run *first, const struct result *test);
char *spell_unittest(const struct first_run *first, const struct result *test);
char *spell_vitest(const struct first_run *first, const struct result *test);
char *spell_mocha(const struct first_run *first, const struct result *test);
char *spell_node(const struct first_run *first, const struct result *test);
char *spell_playwright(const struct first_run *first, const struct result *test);
char *spell_phpunit(const struct first_run *first, const struct result *test);
char *spell_surefire(const struct first_run *first, const struct result *test);
char *spell_gradle(const struct first_run *first, const struct result *test);
char *spell_dotnet(const struct first_run *first, const struct result *test);
char *spell_googletest(const struct first_run *first, const struct result *test);
char *spell_catch2(const struct first_run *first, const struct result *test);

/* The file that the report names, or that stands where the class should, or in front of ":LINE"
 * there; NULL when there is no such file from here. */
char *file_of_test(const struct first_run *first, const struct result *test);
char *file_of_class(const struct first_run *first, const struct result *test);
char *file_of_place(const struct first_run *first, const struct result *test);

void surefire_also(const struct first_run *first, struct strv *out);

#endif
