/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_IMPORT_TOLD_H
#define STEADY_CLI_IMPORT_TOLD_H

#include "base/vec.h"
#include "model/results_file.h"

/* What is to be told of a batch of files, kept until the batch is on the disk: what is told as read is
 * recorded. */
enum told_kind {
	TOLD_FILE, /* a line of stdout */
	TOLD_MESSAGE,
	TOLD_WARNING
};

struct told {
	enum told_kind kind;
	char *text;
};

struct told_list {
	VEC(struct told)
};

void told_fmt(struct told_list *list, enum told_kind kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* What became of one file. */
struct file_account {
	const struct results_file *file;
	bool known; /* it was on record already */
	bool json;
	bool faults_only; /* nobody looks at the others */
};

/* A line for the file, and one for each thing that is wrong with it. */
void told_file(struct told_list *list, const struct file_account *account);

/* Prints all of it and forgets it. */
void told_say(struct told_list *list);
void told_release(struct told_list *list);

#endif
