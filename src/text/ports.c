/* SPDX-License-Identifier: Apache-2.0 */
#include "text/ports.h"

#include "base/mem.h"
#include "base/str.h"

/* Of schemes with one port the first is its usual name; `target`: one can wait for it by that name. */
static const struct {
	const char *scheme, *port;
	bool target;
} schemes[] = {
	{"http", "80", true},       {"https", "443", true},       {"ws", "80", false},
	{"wss", "443", false},      {"amqp", "5672", true},       {"redis", "6379", true},
	{"postgres", "5432", true}, {"postgresql", "5432", true}, {"mysql", "3306", true},
	{"mariadb", "3306", true},  {"mongodb", "27017", false},
};

const char *port_of_scheme(const char *scheme)
{
	for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
		if (str_eq(scheme, schemes[i].scheme)) {
			return schemes[i].port;
		}
	}
	return NULL;
}

const char *scheme_of_port(const char *port)
{
	for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
		if (schemes[i].target && str_eq(port, schemes[i].port)) {
			return schemes[i].scheme;
		}
	}
	return NULL;
}
