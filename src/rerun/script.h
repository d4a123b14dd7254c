/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RERUN_SCRIPT_H
#define STEADY_RERUN_SCRIPT_H

#include "base/vec.h"

#include <stdbool.h>

/*
 * A configuration file in JavaScript, TypeScript, JSON, YAML or Lua, cut into words and strings.
 * Nothing is evaluated. Inside the room.
 */
enum token_kind { TOKEN_WORD, TOKEN_STRING, TOKEN_SIGN };

struct token {
	enum token_kind kind;
	char *text; /* of a string, what is between its quotes */
	bool plain; /* a string in which nothing is escaped or filled in */
	bool on_new_line;
};

struct token_list {
	VEC(struct token)
};

struct script {
	struct token_list tokens;
	bool open; /* a comment or string did not end: what stands behind its start is not seen */
};

/* In YAML words go on over "./@-", and "#" begins a comment. */
void script_read(const char *text, bool yaml, struct script *out);
void script_release(struct script *script);

#endif
