/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TESTS_UNIT_CONFIG_LOADED_H
#define STEADY_TESTS_UNIT_CONFIG_LOADED_H

#include "check.h"

#include "base/mem.h"
#include "config/options.h"
#include "os/file.h"

#include <stdlib.h>
#include <string.h>

/* What comes of a .steady.yml. Zero-initialise. */
struct loaded {
	struct options options;
	struct err err;
	int rc;
	char *path; /* where it was */
};

static inline void loaded_release(struct loaded *loaded)
{
	options_release(&loaded->options);
	free(loaded->path);
}

/* Loads one of that text. */
static inline void load(struct loaded *out, enum command_flags command, const char *text)
{
	char folder[] = "/tmp/steady-config-XXXXXX";
	struct err err = ERR_INIT;

	assert_non_null(mkdtemp(folder));
	out->path = path_join(folder, ".steady.yml");
	assert_int_equal(file_write(out->path, text, strlen(text), &err), 0);
	options_init(&out->options);
	out->rc = options_load_file(out->path, command, &out->options, &out->err);
	file_remove_tree(folder);
}

#endif
