/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes an autopsy of a running process and its descendants and prints what it found, for trying
 * by hand: autopsy [--json | --until TEXT] PID. With --until it looks again until a line holds the
 * text, at most 30 s. Exit code 1: not found, 2: used wrongly, 3: no such process.
 */
#include "autopsy/autopsy.h"
#include "base/clock.h"
#include "base/str.h"

#include <stdio.h>
#include <string.h>

#define PATIENCE_US (30 * US_PER_S)

static void print_json(const struct autopsy *autopsy)
{
	AUTO_JSON struct json *json = autopsy_json(autopsy);
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	json_write(json, 2, &text);
	puts(buf_str(&text));
}

static bool says(const struct autopsy *autopsy, const char *text)
{
	VEC_EACH (const struct finding, finding, &autopsy->findings) {
		if (strstr(finding->sentence, text)) {
			return true;
		}
	}
	return false;
}

static void print(const struct autopsy *autopsy)
{
	VEC_EACH (const struct finding, finding, &autopsy->findings) {
		printf("%s: %s\n", hang_kind_name(finding->kind), finding->sentence);
	}
	VEC_EACH (const struct dump, dump, &autopsy->dumps) {
		printf("dump: pid %d: %s, signal %d, %s%s\n", dump->pid, dump->runtime->name,
		       dump->runtime->signal, dump->ready ? "ready" : "not prepared",
		       dump->runtime->kills ? ", ends it" : "");
	}
	for (size_t i = 0; i < autopsy->caveats.len; i++) {
		printf("not seen: %s\n", autopsy->caveats.items[i]);
	}
}

/* 0 printed, 1 the text was not there, 3 no process. */
static int look(pid_t pid, bool json, const char *until)
{
	CLEANUP(autopsy_release) struct autopsy autopsy = {0};
	struct autopsy_hints hints = {0};
	struct err err = ERR_INIT;

	if (autopsy_take(pid, &hints, &autopsy, &err) < 0) {
		fprintf(stderr, "autopsy: %s\n", err.msg);
		return 3;
	}
	if (until && !says(&autopsy, until)) {
		return 1;
	}
	if (json) {
		print_json(&autopsy);
	} else {
		print(&autopsy);
	}
	return 0;
}

int main(int argc, char **argv)
{
	bool json = argc == 3 && strcmp(argv[1], "--json") == 0;
	const char *until = argc == 4 && strcmp(argv[1], "--until") == 0 ? argv[2] : NULL;
	int64_t pid = 0, end = clock_mono_us() + PATIENCE_US;
	int rc = 0;

	if ((argc != 2 && !json && !until) || !str_to_int64(argv[argc - 1], 1, INT32_MAX, &pid)) {
		fputs("autopsy [--json | --until TEXT] PID\n", stderr);
		return 2;
	}
	do {
		rc = look((pid_t)pid, json, until);
	} while (rc == 1 && clock_mono_us() < end);
	return rc;
}
