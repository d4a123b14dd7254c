/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/import.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"
#include "os/glob.h"
#include "text/duration.h"
#include "text/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void import_job_release(struct import_job *job)
{
	run_release(&job->run);
	strv_release(&job->files);
	strv_release(&job->warnings);
	strv_release(&job->faults);
}

void import_key(struct strv *digests, struct run *run)
{
	struct hash *hash = hash_new();

	strv_sort(digests);
	VEC_EACH (char *, digest, digests) {
		hash_field(hash, *digest);
	}
	hash_end(hash, run->key, HASH_HEX_MAX);
}

static void warn_unread(const struct strv *unread, struct import_job *job)
{
	VEC_EACH (char *, folder, unread) {
		strv_fmt(&job->warnings,
			 "%s: this folder cannot be read; results in it are left out", *folder);
	}
}

int import_find_files(const char *argument, struct import_job *out, struct err *err)
{
	CLEANUP(strv_release) struct strv unread = {0};
	struct strv *files = &out->files;
	size_t before = files->len;

	if (file_is_dir(argument)) {
		glob_tree(argument, ".xml", files, &unread);
		glob_tree(argument, ".xml.gz", files, &unread);
		warn_unread(&unread, out);
		if (files->len == before) {
			return err_set(err, ERR_INPUT, "%s: no .xml file in this folder", argument);
		}
	} else if (file_exists(argument) || !strpbrk(argument, "*?[")) {
		strv_add(files, argument); /* reading tells what is wrong with it */
	} else {
		glob_files(argument, files, &unread);
		warn_unread(&unread, out);
		if (files->len == before) {
			return err_set(err, ERR_INPUT, "%s: matches nothing", argument);
		}
	}
	return 0;
}

static bool is_object_id(const char *text)
{
	size_t len = strlen(text);

	return (len == 40 || len == 64) && strspn(text, "0123456789abcdefABCDEF") == len;
}

static int set_id(char **slot, const char *name, const char *value, struct err *err)
{
	if (!value) {
		return 0;
	}
	if (!is_object_id(value)) {
		return err_set(err, ERR_INPUT,
			       "%s: '%s' is not an object id of 40 or 64 hex digits", name, value);
	}
	mem_replace(slot, value);
	return 0;
}

static int set_time(struct run *run, const char *text, int64_t now_us, struct err *err)
{
	run->started_us = now_us;
	if (text && !time_parse(text, &run->started_us)) {
		return err_set(err, ERR_INPUT, "time: '%s' is not an RFC 3339 time", text);
	}
	/* a clock may be wrong by a time zone, and not by more */
	if (run->started_us > now_us + US_PER_DAY) {
		return err_set(err, ERR_INPUT, "time: '%s' lies in the future", text);
	}
	return 0;
}

static int set_key(struct run *run, const char *id, struct err *err)
{
	if (!id) {
		return 0;
	}
	if (!*id || strlen(id) > RUN_KEY_MAX) {
		return err_set(err, ERR_INPUT, "run: an id of 1 to %d bytes is expected",
			       RUN_KEY_MAX);
	}
	snprintf(run->key, sizeof(run->key), "%s", id);
	return 0;
}

static void add_attempt(struct run *run, int number)
{
	struct attempt *attempt = VEC_PUSH(&run->attempts);

	attempt->number = number;
	attempt->started_us = run->started_us;
	run->imported = true;
}

int import_from_options(const struct options *options, int64_t now_us, struct import_job *out,
			struct err *err)
{
	struct run *run = &out->run;

	if (set_id(&run->source.commit, "--commit", options->commit, err) < 0 ||
	    set_id(&run->source.tree, "--tree", options->tree, err) < 0 ||
	    set_key(run, options->run_id, err) < 0 ||
	    set_time(run, options->time, now_us, err) < 0 ||
	    place_variant(&options->variants, &run->variant, err) < 0) {
		return -1;
	}
	VEC_EACH (char *, parent, &options->parents) {
		char *id = NULL;

		if (set_id(&id, "--parent", *parent, err) < 0) {
			return -1;
		}
		strv_give(&run->source.parents, id);
	}
	mem_replace(&run->source.branch, options->branch);
	mem_replace(&run->source.pull_request, options->pr);
	mem_replace(&run->job, str_or(options->job, "default"));
	add_attempt(run, options->attempt);
	return 0;
}

/* Checks that every member of a manifest line is known and of its type. */
struct key_check {
	struct err *err;
	int rc;
};

static void check_key(const char *key, const struct json *value, void *payload)
{
	static const struct {
		const char *key;
		unsigned kinds;
	} known[] = {
		{"commit", 1U << JSON_KIND_STR},
		{"tree", 1U << JSON_KIND_STR},
		{"parents", 1U << JSON_KIND_ARRAY},
		{"branch", 1U << JSON_KIND_STR},
		{"pr", 1U << JSON_KIND_INT},
		{"job", 1U << JSON_KIND_STR},
		{"variant", 1U << JSON_KIND_OBJECT},
		{"run", 1U << JSON_KIND_STR | 1U << JSON_KIND_INT},
		{"attempt", 1U << JSON_KIND_INT},
		{"time", 1U << JSON_KIND_STR},
		{"files", 1U << JSON_KIND_ARRAY},
	};
	struct key_check *check = payload;

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		unsigned kind = 1U << json_kind(value);

		if (strcmp(known[i].key, key) != 0) {
			continue;
		}
		if (!(known[i].kinds & kind) && kind != 1U << JSON_KIND_NULL) {
			check->rc =
				err_set(check->err, ERR_INPUT, "\"%s\" is of the wrong type", key);
		}
		return;
	}
	check->rc = err_set(check->err, ERR_INPUT, "unknown key \"%s\"", key);
}

static int read_parents(const struct json *list, struct strv *out, struct err *err)
{
	for (size_t i = 0; i < json_len(list); i++) {
		char *id = NULL;

		if (set_id(&id, "parents", str_or(json_text(json_at(list, i)), ""), err) < 0) {
			return -1;
		}
		strv_give(out, id);
	}
	return 0;
}

struct variant_words {
	struct strv words;
	struct err *err;
	int rc;
};

/* A number with a point is refused: 3.10 would come out as 3.1. */
static void add_variant_word(const char *key, const struct json *value, void *payload)
{
	struct variant_words *variant = payload;
	const char *text = json_text(value);

	if (text) {
		strv_fmt(&variant->words, "%s=%s", key, text);
	} else if (json_kind(value) == JSON_KIND_INT) {
		strv_fmt(&variant->words, "%s=%lld", key, (long long)json_number(value));
	} else {
		variant->rc = err_set(variant->err, ERR_INPUT,
				      "variant: \"%s\" is neither a text nor a whole number", key);
	}
}

static int read_variant(const struct json *object, char **out, struct err *err)
{
	struct variant_words variant = {.err = err};
	int done;

	if (object) {
		json_each(object, add_variant_word, &variant);
	}
	done = variant.rc < 0 ? -1 : place_variant(&variant.words, out, err);
	strv_release(&variant.words);
	return done;
}

static int read_files(const struct json *list, const char *folder, struct import_job *out,
		      struct err *err)
{
	if (json_len(list) == 0) {
		return err_set(err, ERR_INPUT, "\"files\" is missing or empty");
	}
	for (size_t i = 0; i < json_len(list); i++) {
		const char *name = json_text(json_at(list, i));
		AUTO_FREE char *path = NULL;

		if (!name) {
			return err_set(err, ERR_INPUT, "\"files\" is a list of names");
		}
		path = path_join(folder, name);
		if (import_find_files(path, out, err) < 0) {
			return -1;
		}
	}
	return 0;
}

static int read_members(const struct json *object, int64_t now_us, struct run *run, struct err *err)
{
	const struct json *pr = json_get(object, "pr");
	const struct json *id = json_get(object, "run");
	const struct json *attempt = json_get(object, "attempt");
	int64_t number = attempt ? json_number(attempt) : 1;
	AUTO_FREE char *key = mem_str(json_get_str(object, "run"));

	if (id && json_kind(id) == JSON_KIND_INT) {
		key = mem_fmt("%lld", (long long)json_number(id));
	}
	if (number < 1 || number > 1000) {
		return err_set(err, ERR_INPUT, "\"attempt\" is a number from 1 to 1000");
	}
	if (pr && json_kind(pr) == JSON_KIND_INT) {
		run->source.pull_request = mem_fmt("%lld", (long long)json_number(pr));
	}
	if (set_id(&run->source.commit, "commit", json_get_str(object, "commit"), err) < 0 ||
	    set_id(&run->source.tree, "tree", json_get_str(object, "tree"), err) < 0 ||
	    set_key(run, key, err) < 0 ||
	    set_time(run, json_get_str(object, "time"), now_us, err) < 0 ||
	    read_variant(json_get(object, "variant"), &run->variant, err) < 0) {
		return -1;
	}
	mem_replace(&run->source.branch, json_get_str(object, "branch"));
	mem_replace(&run->job, str_or(json_get_str(object, "job"), "default"));
	add_attempt(run, (int)number);
	return read_parents(json_get(object, "parents"), &run->source.parents, err);
}

int import_from_line(const char *line, size_t len, const char *folder, int64_t now_us,
		     struct import_job *out, struct err *err)
{
	AUTO_JSON struct json *object = NULL;
	struct key_check check = {.err = err};

	if (json_parse(line, len, &object, err) < 0) {
		return -1;
	}
	if (json_kind(object) != JSON_KIND_OBJECT) {
		return err_set(err, ERR_INPUT, "an object is expected");
	}
	json_each(object, check_key, &check);
	if (check.rc < 0 || read_members(object, now_us, &out->run, err) < 0) {
		return -1;
	}
	return read_files(json_get(object, "files"), folder, out, err);
}
