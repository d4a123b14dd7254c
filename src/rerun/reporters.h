/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RERUN_REPORTERS_H
#define STEADY_RERUN_REPORTERS_H

#include "rerun/preset.h"

/*
 * Reporters that stand in a project's configuration give way to those of the command line. One of
 * the user's own may be a gate, so what is not known to be harmless forbids an addition. Inside the
 * room.
 */
struct reporters_rule {
	const char *const *files;   /* where the tool looks, in the folder it is started in */
	const char *member;         /* of package.json, whose value says the same; NULL none */
	const char *const *options; /* that name another file, or a folder with such */
	const char *const *roots;   /* that name another folder to start from */
	const char *const *keys;    /* behind which the reporters stand */
	const char *const *known;   /* those that only show or write something */
	bool above;                 /* it looks in the folders above too */
};

extern const struct reporters_rule jest_reporters, vitest_reporters, mocha_reporters,
	playwright_reporters, busted_reporters;

/* As the bar of struct results_rule. */
char *reporters_bar(const struct reporters_rule *rule, const struct command *command);

#endif
