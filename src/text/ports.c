/* SPDX-License-Identifier: Apache-2.0 */
#include "text/ports.h"

#include "base/mem.h"
#include "base/str.h"

/* Of schemes with one port the first is its usual name. */
static const struct {
	const char *scheme, *port;
} schemes[] = {
	{"http", "80"},    {"https", "443"},    {"ws", "80"},         {"wss", "443"},
	{"amqp", "5672"},  {"redis", "6379"},   {"postgres", "5432"}, {"postgresql", "5432"},
	{"mysql", "3306"}, {"mariadb", "3306"}, {"mongodb", "27017"},
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
		if (str_eq(port, schemes[i].port)) {
			return schemes[i].scheme;
		}
	}
	return NULL;
}
