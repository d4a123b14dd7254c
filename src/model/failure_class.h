/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_MODEL_FAILURE_CLASS_H
#define STEADY_MODEL_FAILURE_CLASS_H

#include <stdbool.h>

/* The kind of cause of a failure (docs/classes.md). */
enum failure_class {
	CLASS_NONE, /* an ordinary failure, or nobody knows */
	CLASS_REFUSED,
	CLASS_NOT_SERVING,
	CLASS_DIED,
	CLASS_DNS,
	CLASS_CAPACITY,
	CLASS_TIMEOUT,
	CLASS_ASYNC_WAIT,
	CLASS_CONCURRENCY,
	CLASS_CRASH,
	CLASS_RESOURCE,
	CLASS_ORDER,
	CLASS_NONDET,
	CLASS_ENV,
	CLASS_INFRA
};

#define CLASS_COUNT 15

const char *failure_class_name(enum failure_class value);

/* The class of that name; false when there is none. */
bool failure_class_parse(const char *name, enum failure_class *out);

/* What it means and what to do about it, in a few words. "" for CLASS_NONE. */
const char *failure_class_advice(enum failure_class value);

/* A service was absent, not ready, gone, unreachable by name, full or too slow. */
bool failure_class_is_readiness(enum failure_class value);

#endif
