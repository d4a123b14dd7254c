/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/producer.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"

#include <stdbool.h>
#include <string.h>

/* A row fits when all it names fits. */
struct trait {
	enum junit_producer producer;
	const char *element;
	const char *order; /* all attribute names as written, each with a space behind */
	const char *attr;  /* an attribute… */
	const char *value; /* …and what its value contains */
};

static const struct trait traits[] = {
	/* pytest's own suite name can be changed, its attributes and their order cannot. */
	{PRODUCER_PYTEST, "testsuite",
	 "name errors failures skipped tests time timestamp hostname ", NULL, NULL},
	/* ctest 3.21 and later; one suite, written by hand. */
	{PRODUCER_CTEST, "testsuite",
	 "name tests failures disabled skipped hostname time timestamp ", NULL, NULL},
	{PRODUCER_GOOGLETEST, "testsuites", NULL, "name", "AllTests"},
	{PRODUCER_SUREFIRE, "testsuite", NULL, "noNamespaceSchemaLocation", "surefire"},
	{PRODUCER_SUREFIRE, "testsuite", NULL, "schemaLocation", "surefire"},
	{PRODUCER_GOTESTSUM, "testsuites", "tests failures errors time ", NULL, NULL},
};

static bool fits(const struct trait *trait, const char *element, const char *order,
		 const struct junit_attrs *attrs)
{
	const char *value = trait->attr ? junit_attr_get(attrs, trait->attr) : NULL;

	return str_eq(trait->element, element) && (!trait->order || str_eq(trait->order, order)) &&
	       (!trait->attr || (value && strstr(value, trait->value)));
}

enum junit_producer junit_producer_detect(const char *element, const struct junit_attrs *attrs)
{
	CLEANUP(buf_release) struct buf order = BUF_INIT(256);

	for (size_t i = 0; i < attrs->len; i++) {
		buf_str_add(&order, attrs->items[i].name);
		buf_char(&order, ' ');
	}
	for (size_t i = 0; i < ARRAY_LEN(traits); i++) {
		if (fits(&traits[i], element, buf_str(&order), attrs)) {
			return traits[i].producer;
		}
	}
	return PRODUCER_UNKNOWN;
}

const char *junit_producer_name(enum junit_producer producer)
{
	static const char *const names[] = {
		[PRODUCER_UNKNOWN] = NULL,        [PRODUCER_PYTEST] = "pytest",
		[PRODUCER_CTEST] = "ctest",       [PRODUCER_GOOGLETEST] = "googletest",
		[PRODUCER_SUREFIRE] = "surefire", [PRODUCER_GOTESTSUM] = "gotestsum",
	};

	return names[producer];
}
