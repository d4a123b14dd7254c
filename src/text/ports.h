/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TEXT_PORTS_H
#define STEADY_TEXT_PORTS_H

/* The well-known port of a URL's scheme, and back; NULL unknown. */
const char *port_of_scheme(const char *scheme);
const char *scheme_of_port(const char *port);

#endif
