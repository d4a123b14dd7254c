/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/beliefs.h"

#include "base/mem.h"
#include "base/str.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* What people may know better of their own tests, and between what it makes sense. */
static const struct belief {
	const char *name;
	size_t offset;
	double low, high;
} beliefs[] = {
	{"flaky", offsetof(struct prior, flaky), 0.0001, 0.9},
	{"a", offsetof(struct prior, a), 0.01, 100},
	{"b", offsetof(struct prior, b), 0.01, 10000},
	{"from-start", offsetof(struct prior, from_start), 0.01, 0.99},
};

static const struct belief *find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(beliefs); i++) {
		if (str_eq(beliefs[i].name, name)) {
			return &beliefs[i];
		}
	}
	return NULL;
}

static int read_word(const char *word, struct prior *out, struct err *err)
{
	AUTO_FREE char *name = mem_strn(word, strcspn(word, "="));
	const struct belief *belief = find(name);
	const char *number = strchr(word, '=');
	char *end = NULL;
	double value = 0;

	if (!belief || !number) {
		return err_set(err, ERR_USAGE,
			       "--prior: %s: flaky=, a=, b= or from-start= is expected", word);
	}
	value = strtod(number + 1, &end);
	if (end == number + 1 || *end || !(value >= belief->low && value <= belief->high)) {
		return err_set(err, ERR_USAGE, "--prior: %s: a number from %g to %g is expected",
			       word, belief->low, belief->high);
	}
	*(double *)(void *)((char *)out + belief->offset) = value;
	return 0;
}

int beliefs_read(const char *words, struct prior *out, struct err *err)
{
	*out = prior_default;
	for (const char *at = words; at && *at; at += strspn(at, ",")) {
		size_t len = strcspn(at, ",");
		AUTO_FREE char *word = mem_strn(at, len);

		if (read_word(word, out, err) < 0) {
			return -1;
		}
		at += len;
	}
	return 0;
}
