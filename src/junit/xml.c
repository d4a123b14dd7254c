/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/xml.h"

#include "base/mem.h"
#include "base/str.h"
#include "base/vec.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 1000u

/* How libxml2's SAX2 interface lays out an attribute. */
enum { RAW_NAME, RAW_PREFIX, RAW_URI, RAW_START, RAW_END, RAW_WIDTH };

struct junit_xml {
	xmlParserCtxtPtr parser;
	const struct junit_xml_events *events;
	void *payload;
	enum junit_xml_state state;
	struct err err;
	size_t lines; /* line breaks fed */
	size_t depth;
	bool has_root;
	char *values; /* the attribute values of the element that begins, one after another */
	size_t values_cap;
	struct {
		VEC(struct junit_attr)
	} attrs;
};

static const char *chars(const xmlChar *text)
{
	return (const char *)text;
}

/* The first fault stays; the parser reports more of them on its way out. */
static void note(struct junit_xml *xml, enum junit_xml_state state, const struct err *err)
{
	if (xml->state == XML_GOING) {
		xml->state = state;
		xml->err = *err;
	}
}

static void refuse(struct junit_xml *xml, struct err *err)
{
	err_wrap(err, "line %d", xmlSAX2GetLineNumber(xml->parser));
	note(xml, XML_REFUSED, err);
	xmlStopParser(xml->parser);
}

/* Without entity replacement the library leaves "&#38;" in attribute values for every "&", however
 * that was written; no other "&" is left. Copies decoded; returns the end, behind the NUL. */
static char *decode(char *to, const xmlChar *from, const xmlChar *end)
{
	static const char ampersand[] = "&#38;";
	const size_t len = sizeof(ampersand) - 1;

	while (from < end) {
		bool found = (size_t)(end - from) >= len && memcmp(from, ampersand, len) == 0;

		*to++ = (char)*from;
		from += found ? len : 1;
	}
	*to++ = '\0';
	return to;
}

static void take_attrs(struct junit_xml *xml, const xmlChar *const *raw, size_t count)
{
	size_t size = 0;
	char *at = NULL;

	for (size_t i = 0; i < count; i++) {
		size += (size_t)(raw[i * RAW_WIDTH + RAW_END] - raw[i * RAW_WIDTH + RAW_START]) + 1;
	}
	if (size > xml->values_cap) {
		xml->values = mem_resize(xml->values, size, 1);
		xml->values_cap = size;
	}
	xml->attrs.len = 0;
	at = xml->values;
	for (; count > 0; count--, raw += RAW_WIDTH) {
		*VEC_PUSH(&xml->attrs) = (struct junit_attr){chars(raw[RAW_NAME]), at};
		at = decode(at, raw[RAW_START], raw[RAW_END]);
	}
}

/* The many parameters are libxml2's. NOLINTNEXTLINE(readability-function-size) */
static void on_open(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
		    int spaces_len, const xmlChar **spaces, int attrs_len, int defaulted,
		    const xmlChar **raw)
{
	struct junit_xml *xml = ctx;
	struct junit_attrs attrs = {0};
	struct err err = ERR_INIT;

	(void)prefix, (void)uri, (void)spaces_len, (void)spaces, (void)defaulted;
	if (xml->state != XML_GOING) {
		return;
	}
	if (++xml->depth > DEPTH_MAX) {
		err_set(&err, ERR_INPUT, "elements are nested more than %u deep", DEPTH_MAX);
		refuse(xml, &err);
		return;
	}
	xml->has_root = true;
	take_attrs(xml, (const xmlChar *const *)raw, (size_t)attrs_len);
	attrs = (struct junit_attrs){xml->attrs.items, xml->attrs.len};
	if (xml->events->open(xml->payload, chars(name), &attrs, &err) < 0) {
		refuse(xml, &err);
	}
}

static void on_close(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct junit_xml *xml = ctx;

	(void)name, (void)prefix, (void)uri;
	if (xml->state == XML_GOING) {
		xml->depth--;
		xml->events->close(xml->payload);
	}
}

static void on_text(void *ctx, const xmlChar *text, int len)
{
	struct junit_xml *xml = ctx;

	if (xml->state == XML_GOING) {
		xml->events->text(xml->payload, chars(text), (size_t)len);
	}
}

/* Called for a DOCTYPE before anything in it is read. */
static void on_doctype(void *ctx, const xmlChar *name, const xmlChar *public_id,
		       const xmlChar *system_id)
{
	struct err err = ERR_INIT;

	(void)name, (void)public_id, (void)system_id;
	err_set(&err, ERR_INPUT, "DOCTYPE is not allowed");
	refuse(ctx, &err);
}

#if LIBXML_VERSION >= 21200
typedef const xmlError *raw_error;
#else
typedef xmlErrorPtr raw_error;
#endif

static const char *reason(raw_error error)
{
	if (error->code == XML_ERR_DOCUMENT_EMPTY) {
		return "this is not XML";
	}
	return error->message ? error->message : "not well-formed";
}

/* Takes the place of libxml2's own printing. Undeclared namespace prefixes and the like are no
 * faults here: only names without them count. */
static void on_error(void *ctx, raw_error error)
{
	struct junit_xml *xml = ctx;
	struct err err = ERR_INIT;

	if (error->level == XML_ERR_FATAL) {
		err_set(&err, ERR_INPUT, "line %d: %.*s (column %d)", error->line,
			(int)strcspn(reason(error), "\n"), reason(error), error->int2);
		note(xml, XML_BROKEN, &err);
	}
}

struct junit_xml *junit_xml_new(const struct junit_xml_events *events, void *payload)
{
	xmlSAXHandler handler = {
		.initialized = XML_SAX2_MAGIC,
		.internalSubset = on_doctype,
		.startElementNs = on_open,
		.endElementNs = on_close,
		.characters = on_text,
		.ignorableWhitespace = on_text,
		.cdataBlock = on_text,
		.serror = on_error,
	};
	struct junit_xml *xml = mem_alloc(sizeof(*xml));

	xml->events = events;
	xml->payload = payload;
	xml->parser = xmlCreatePushParserCtxt(&handler, xml, NULL, 0, NULL);
	if (!xml->parser) {
		abort();
	}
	xmlCtxtUseOptions(xml->parser, XML_PARSE_NONET);
	return xml;
}

/* Some faults of encodings are reported outside of any parser, to handlers that print. */
static void ignore_error(void *ctx, raw_error error)
{
	(void)ctx, (void)error;
}

static void ignore_message(void *ctx, const char *format, ...)
{
	(void)ctx, (void)format;
}

/* The handlers belong to the thread and maybe to others in it: they come back after the call. */
static int parse_quietly(xmlParserCtxtPtr parser, const char *data, int len, bool last)
{
	xmlStructuredErrorFunc structured = xmlStructuredError;
	void *structured_ctx = xmlStructuredErrorContext;
	xmlGenericErrorFunc generic = xmlGenericError;
	void *generic_ctx = xmlGenericErrorContext;
	int code = 0;

	xmlSetStructuredErrorFunc(NULL, ignore_error);
	xmlSetGenericErrorFunc(NULL, ignore_message);
	code = xmlParseChunk(parser, data, len, last ? 1 : 0);
	xmlSetStructuredErrorFunc(structured_ctx, structured);
	xmlSetGenericErrorFunc(generic_ctx, generic);
	return code;
}

/* A fault that came without a message must not pass as a good end. */
static void parse(struct junit_xml *xml, const char *data, int len, bool last)
{
	struct err err = ERR_INIT;
	int code = parse_quietly(xml->parser, data, len, last);
	bool halted = xml->parser->instate == XML_PARSER_EOF && !last;

	if (halted || xml->parser->disableSAX || !xml->parser->wellFormed) {
		err_set(&err, ERR_INPUT, "line %zu: the text cannot be decoded (libxml2 error %d)",
			xml->lines + 1, code);
		note(xml, XML_BROKEN, &err);
	}
}

static size_t count_lines(const char *data, size_t len)
{
	const char *end = data + len;
	size_t lines = 0;

	while (data < end && (data = memchr(data, '\n', (size_t)(end - data))) != NULL) {
		lines++;
		data++;
	}
	return lines;
}

void junit_xml_feed(struct junit_xml *xml, const char *data, size_t len)
{
	xml->lines += count_lines(data, len);
	while (len > 0 && xml->state == XML_GOING) {
		int part = len > INT_MAX ? INT_MAX : (int)len;

		parse(xml, data, part, false);
		data += part;
		len -= (size_t)part;
	}
}

/* Asked for the end, the parser would take an unfinished start tag for a whole one. */
void junit_xml_end(struct junit_xml *xml)
{
	struct err err = ERR_INIT;

	if (xml->state != XML_GOING) {
		return;
	}
	if (!xml->has_root) {
		err_set(&err, ERR_INPUT, "line %zu: the file ends before its first element",
			xml->lines + 1);
		note(xml, XML_BROKEN, &err);
	} else if (xml->depth > 0) {
		err_set(&err, ERR_INPUT, "line %zu: the file breaks off, %zu elements are open",
			xml->lines + 1, xml->depth);
		note(xml, XML_BROKEN, &err);
	} else {
		parse(xml, NULL, 0, true);
	}
}

enum junit_xml_state junit_xml_state(const struct junit_xml *xml)
{
	return xml->state;
}

const char *junit_xml_error(const struct junit_xml *xml)
{
	return xml->err.msg;
}

const char *junit_attr_get(const struct junit_attrs *attrs, const char *name)
{
	for (size_t i = 0; i < attrs->len; i++) {
		if (str_eq(attrs->items[i].name, name)) {
			return attrs->items[i].value;
		}
	}
	return NULL;
}

void junit_xml_free(struct junit_xml *xml)
{
	if (!xml) {
		return;
	}
	xmlFreeParserCtxt(xml->parser);
	free(xml->values);
	VEC_FREE(&xml->attrs);
	free(xml);
}
