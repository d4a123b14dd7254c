/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RERUN_RUNNING_H
#define STEADY_RERUN_RUNNING_H

#include "rerun/preset.h"

/*
 * Which tests had begun and not ended when a framework was stopped: what a row's running() is. The
 * source is what the framework printed last, or what it or a file of ours noted down meanwhile. All
 * of it comes from outside and may break off anywhere. Inside the room.
 */

/* In our folder; rows of presets.c have these names too. */
#define RUNNING_NOTES     "running"
#define RUNNING_GO_EVENTS "events.json"
#define RUNNING_TEAMCITY  "teamcity.log"

/*
 * A file of ours in the framework notes what runs: a JSON list of objects with class, name, file,
 * suite and host, as far as they are part of a test's identity. Where several processes note for
 * themselves, each has a file of its own: "running-1", "running-2", …
 */
void running_noted(const struct last_words *last, struct result_list *out);

/* Removes these files. */
void running_forget(const char *folder);

/* "[ RUN      ] Suite.test" */
void running_googletest(const struct last_words *last, struct result_list *out);

/* "    Start 1: name"; several at a time with -j */
void running_ctest(const struct last_words *last, struct result_list *out);

/* The stream that our formatter keeps: "begin 1 title" */
void running_bats(const struct last_words *last, struct result_list *out);

/* What PHPUnit logs for TeamCity: "##teamcity[testStarted name='…' locationHint='…'" */
void running_phpunit(const struct last_words *last, struct result_list *out);

/* The events of `go test -json` that gotestsum keeps */
void running_go(const struct last_words *last, struct result_list *out);

#endif
