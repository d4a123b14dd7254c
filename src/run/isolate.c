/* SPDX-License-Identifier: Apache-2.0 */
#include "run/isolate.h"

#include "base/mem.h"
#include "os/file.h"

/* Variables that lead below one of the two folders. */
static const struct {
	const char *name;
	const char *folder, *below;
} places[] = {
	{"HOME", "home", ""},
	{"XDG_CONFIG_HOME", "home", "/.config"},
	{"XDG_CACHE_HOME", "home", "/.cache"},
	{"XDG_DATA_HOME", "home", "/.local/share"},
	{"XDG_STATE_HOME", "home", "/.local/state"},
	{"TMPDIR", "tmp", ""},
	{"TMP", "tmp", ""},
	{"TEMP", "tmp", ""},
};

static const char *const fixed[] = {"LANG=C.UTF-8", "LC_ALL=C.UTF-8", "TZ=UTC"};

int isolate_begin(const char *folder, int attempt, struct strv *env, struct err *err)
{
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		AUTO_FREE char *place =
			mem_fmt("%s/%s-%d%s", folder, places[i].folder, attempt, places[i].below);

		if (!*places[i].below && file_make_dirs(place, 0700, err) < 0) {
			return -1;
		}
		strv_fmt(env, "%s=%s", places[i].name, place);
	}
	for (size_t i = 0; i < ARRAY_LEN(fixed); i++) {
		strv_add(env, fixed[i]);
	}
	return 0;
}

void isolate_end(const char *folder, int attempt)
{
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		AUTO_FREE char *place = mem_fmt("%s/%s-%d", folder, places[i].folder, attempt);

		if (!*places[i].below && file_is_dir(place)) {
			file_remove_tree(place);
		}
	}
}
