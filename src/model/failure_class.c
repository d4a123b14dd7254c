/* SPDX-License-Identifier: Apache-2.0 */
#include "model/failure_class.h"

#include "base/mem.h"
#include "base/str.h"

static const struct {
	const char *name, *advice;
} classes[CLASS_COUNT] = {
	[CLASS_NONE] = {"none", ""},
	[CLASS_REFUSED] = {"refused", "nobody listens there: add or lengthen a wait"},
	[CLASS_NOT_SERVING] = {"not-serving",
			       "it answers but does not serve yet: wait by protocol, "
			       "not by port"},
	[CLASS_DIED] = {"died", "the connection broke: find when and why the other side stopped"},
	[CLASS_DNS] = {"dns",
		       "the name does not resolve: look at container names and the resolver"},
	[CLASS_CAPACITY] = {"capacity", "it is full: run less at once, look for leaks"},
	[CLASS_TIMEOUT] = {"timeout", "time ran out: see what the processes did meanwhile"},
	[CLASS_ASYNC_WAIT] = {"async-wait", "a condition never came: look at the test's logic"},
	[CLASS_CONCURRENCY] = {"concurrency", "a race or a lock: isolate or serialise"},
	[CLASS_CRASH] = {"crash", "a process crashed: look at its core file and stderr"},
	[CLASS_RESOURCE] = {"resource",
			    "the machine ran short or a port was taken: ask the kernel"},
	[CLASS_ORDER] = {"order", "state left or missing from other tests: try it alone"},
	[CLASS_NONDET] = {"nondet", "time, chance or order of things decides"},
	[CLASS_ENV] = {"env", "the environment is set up wrong: a retry does not help"},
	[CLASS_INFRA] = {"infra", "outside of the repository: retry the job, not the test"},
};

const char *failure_class_name(enum failure_class value)
{
	return classes[value].name;
}

const char *failure_class_advice(enum failure_class value)
{
	return classes[value].advice;
}

bool failure_class_parse(const char *name, enum failure_class *out)
{
	for (size_t i = 0; i < CLASS_COUNT; i++) {
		if (str_eq(name, classes[i].name)) {
			*out = (enum failure_class)i;
			return true;
		}
	}
	return false;
}

bool failure_class_is_readiness(enum failure_class value)
{
	return value >= CLASS_REFUSED && value <= CLASS_TIMEOUT;
}
