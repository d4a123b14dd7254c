/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_XML_H
#define STEADY_JUNIT_XML_H

#include "base/err.h"

#include <stddef.h>

/*
 * XML as events, whatever library reads it. Nothing outside the bytes handed in is ever opened, no
 * entity is declared or expanded beyond XML's own five, a DOCTYPE is refused.
 */
struct junit_attr {
	const char *name; /* without its namespace prefix */
	const char *value;
};

struct junit_attrs {
	const struct junit_attr *items;
	size_t len;
};

/* NULL when the element has no such attribute. */
const char *junit_attr_get(const struct junit_attrs *attrs, const char *name);

/* All text is UTF-8 and borrowed for the call. */
struct junit_xml_events {
	/* An element begins; -1 with err set stops the reading and refuses the document. */
	int (*open)(void *payload, const char *name, const struct junit_attrs *attrs,
		    struct err *err);
	void (*close)(void *payload);
	void (*text)(void *payload, const char *text, size_t len);
};

enum junit_xml_state {
	XML_GOING,
	XML_BROKEN, /* not well-formed, or it ends too soon */
	XML_REFUSED /* a DOCTYPE, too deep, or what `open` refused */
};

struct junit_xml;

/* events is borrowed until junit_xml_free(). */
struct junit_xml *junit_xml_new(const struct junit_xml_events *events, void *payload);

/* Feeds the next bytes; does nothing once the state is another than XML_GOING. */
void junit_xml_feed(struct junit_xml *xml, const char *data, size_t len);

/* Tells that no more bytes come: an open element makes the document broken now. */
void junit_xml_end(struct junit_xml *xml);

enum junit_xml_state junit_xml_state(const struct junit_xml *xml);

/* "line 3: …" of the first fault; "" while there is none. */
const char *junit_xml_error(const struct junit_xml *xml);
void junit_xml_free(struct junit_xml *xml);

#endif
