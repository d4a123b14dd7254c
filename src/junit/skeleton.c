/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/skeleton.h"

#include "base/mem.h"
#include "base/str.h"
#include "junit/limits.h"
#include "junit/shape.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define ROOT       "steady-report"
#define QUEUE_MAX  (2 * JUNIT_KILOBYTE)
#define VALUES_MAX (QUEUE_MAX * 4 + JUNIT_ATTRIBUTE_MAX)
#define TAGS_FULL  (64 * JUNIT_KILOBYTE)
#define TAGS_MAX   (TAGS_FULL + 320 * JUNIT_KILOBYTE) /* and the longest tag without values */
#define WORD_SLOTS 256
/* Spaces behind the tags: some versions of the parser want to see a little more than a tag. */
#define FILLER "        "

/* How libxml2's SAX2 interface lays out an attribute. */
enum { RAW_NAME, RAW_WIDTH = 5 };

/* One thing in the order of the file. */
struct item {
	const char *text; /* NULL: a tag */
	size_t len;
	size_t offset;
	bool empty;                 /* a tag that both opens and closes */
	size_t first_value, values; /* of a tag */
	size_t tag, tag_len;        /* in the tags, when the parser has to judge its attributes */
	const struct junit_shape *shape; /* NULL: it has to */
};

/* Names are compared by their pointer in the parser's dictionary. */
struct slot {
	const xmlChar *name;
	enum junit_word word;
};

struct junit_skeleton {
	xmlParserCtxtPtr parser;
	const struct junit_markup *markup;
	void *payload;
	struct junit_faults *faults;
	struct item *queue;
	size_t queued;
	size_t next; /* what the parser tells of next */
	size_t depth;
	bool in_root;               /* the synthetic one */
	struct junit_value *values; /* of all tags in the queue */
	size_t values_len;
	char *tags;
	size_t tags_len;
	int own_names; /* that the dictionary had before any file was read */
	struct slot slots[WORD_SLOTS];
	struct junit_shapes shapes;
	struct junit_attr attrs[JUNIT_ATTRIBUTE_MAX];
};

static const char *chars(const xmlChar *text)
{
	return (const char *)text;
}

static size_t slot_of(const xmlChar *name)
{
	uintptr_t bits = (uintptr_t)name;

	return (size_t)(bits ^ bits >> 8) % WORD_SLOTS;
}

static void learn_words(struct junit_skeleton *skeleton)
{
	for (enum junit_word word = WORD_NONE + 1; word < WORD_COUNT; word++) {
		const xmlChar *name = xmlDictLookup(skeleton->parser->dict,
						    (const xmlChar *)junit_word_text(word), -1);
		size_t slot = slot_of(name);

		while (skeleton->slots[slot].name) {
			slot = (slot + 1) % WORD_SLOTS;
		}
		skeleton->slots[slot] = (struct slot){name, word};
	}
}

static enum junit_word word_of(const struct junit_skeleton *skeleton, const xmlChar *name)
{
	size_t slot = slot_of(name);

	while (skeleton->slots[slot].name && skeleton->slots[slot].name != name) {
		slot = (slot + 1) % WORD_SLOTS;
	}
	return skeleton->slots[slot].name ? skeleton->slots[slot].word : WORD_NONE;
}

/* Hands on the text up to the next tag in the queue; NULL when there is no tag. */
static struct item *deliver_texts(struct junit_skeleton *skeleton)
{
	while (skeleton->next < skeleton->queued && junit_faults_going(skeleton->faults)) {
		struct item *item = &skeleton->queue[skeleton->next];

		skeleton->faults->here = item->offset;
		if (!item->text) {
			return item;
		}
		skeleton->markup->text(skeleton->payload, item->text, item->len);
		skeleton->next++;
	}
	return NULL;
}

static void stop_if_over(struct junit_skeleton *skeleton)
{
	if (!junit_faults_going(skeleton->faults)) {
		xmlStopParser(skeleton->parser);
	}
}

/* Names that the parser tells of; the shape of the tag is known from now on. */
static void name_attrs(struct junit_skeleton *skeleton, const struct item *item,
		       const xmlChar **raw)
{
	struct junit_attrs attrs = {skeleton->attrs, item->values};

	for (size_t i = 0; i < item->values; i++, raw += RAW_WIDTH) {
		skeleton->attrs[i].word = word_of(skeleton, raw[RAW_NAME]);
		skeleton->attrs[i].name = chars(raw[RAW_NAME]);
	}
	if (item->values > 0) {
		junit_shapes_learn(&skeleton->shapes, skeleton->tags + item->tag, item->tag_len,
				   &attrs);
	}
}

/* The values come from the queue, in the order of the names. */
static struct junit_attrs take_attrs(struct junit_skeleton *skeleton, const struct item *item,
				     const xmlChar **raw)
{
	const struct junit_value *values = skeleton->values + item->first_value;

	if (item->shape) {
		memcpy(skeleton->attrs, item->shape->attrs,
		       item->values * sizeof(*skeleton->attrs));
	} else {
		name_attrs(skeleton, item, raw);
	}
	for (size_t i = 0; i < item->values; i++) {
		skeleton->attrs[i].value = values[i].text;
		skeleton->attrs[i].len = values[i].len;
	}
	return (struct junit_attrs){skeleton->attrs, item->values};
}

/* The many parameters are libxml2's. NOLINTNEXTLINE(readability-function-size) */
static void on_open(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
		    int spaces_len, const xmlChar **spaces, int attrs_len, int defaulted,
		    const xmlChar **raw)
{
	struct junit_skeleton *skeleton = ctx;
	struct junit_faults *faults = skeleton->faults;
	struct junit_element element;
	struct item *item = NULL;

	(void)prefix, (void)spaces_len, (void)spaces, (void)defaulted;
	if (!skeleton->in_root) {
		skeleton->in_root = true;
		skeleton->own_names = xmlDictSize(skeleton->parser->dict);
		return;
	}
	item = deliver_texts(skeleton);
	if (item && ++skeleton->depth > JUNIT_DEPTH_MAX) {
		junit_faults_refuse(faults, item->offset, "elements are nested more than %u deep",
				    JUNIT_DEPTH_MAX);
	} else if (item &&
		   xmlDictSize(skeleton->parser->dict) - skeleton->own_names > JUNIT_NAMES_MAX) {
		junit_faults_refuse(faults, item->offset, "more than %d different names",
				    JUNIT_NAMES_MAX);
	} else if (item && !item->shape && item->values != (size_t)attrs_len) {
		junit_faults_break(faults, item->offset, "the attributes of <%s> are odd", name);
	} else if (item && junit_faults_going(faults)) {
		element = (struct junit_element){word_of(skeleton, name), chars(name), chars(uri),
						 take_attrs(skeleton, item, raw)};
		skeleton->markup->open(skeleton->payload, &element);
		skeleton->next += item->empty ? 0 : 1;
	}
	stop_if_over(skeleton);
}

static void on_close(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct junit_skeleton *skeleton = ctx;
	struct item *item = deliver_texts(skeleton);

	(void)prefix, (void)uri;
	if (item && skeleton->depth == 0) {
		junit_faults_break(skeleton->faults, item->offset,
				   "the end tag </%s> closes nothing", name);
	} else if (item && junit_faults_going(skeleton->faults)) {
		skeleton->depth--;
		skeleton->markup->close(skeleton->payload);
		skeleton->next++;
	}
	stop_if_over(skeleton);
}

#if LIBXML_VERSION >= 21200
typedef const xmlError *raw_error;
#else
typedef xmlErrorPtr raw_error;
#endif

/* Where the parser is: at the tag that it has not told of yet. */
static size_t offset_now(const struct junit_skeleton *skeleton)
{
	size_t i = skeleton->next;

	while (i < skeleton->queued && skeleton->queue[i].text) {
		i++;
	}
	return i < skeleton->queued ? skeleton->queue[i].offset : skeleton->faults->here;
}

static void tell_mismatch(struct junit_skeleton *skeleton, raw_error error)
{
	size_t offset = offset_now(skeleton);

	if (str_eq(error->str1, ROOT)) {
		junit_faults_break(skeleton->faults, offset, "the end tag </%s> closes nothing",
				   error->str2);
	} else {
		junit_faults_break(skeleton->faults, offset,
				   "the end tag </%s> does not close <%s>", error->str2,
				   error->str1);
	}
}

/* Takes the place of libxml2's own printing. Undeclared namespace prefixes and the like are no
 * faults here: only names without them count. */
static void on_error(void *ctx, raw_error error)
{
	struct junit_skeleton *skeleton = ctx;
	const char *text = error->message ? error->message : "not well-formed";

	if (error->level != XML_ERR_FATAL) {
		return;
	}
	deliver_texts(skeleton);
	if (error->code == XML_ERR_TAG_NAME_MISMATCH && error->str1 && error->str2) {
		tell_mismatch(skeleton, error);
	} else {
		junit_faults_break(skeleton->faults, offset_now(skeleton), "%.*s",
				   (int)strcspn(text, "\n"), text);
	}
}

/* Some faults are reported outside of any parser, to handlers that print. */
static void ignore_error(void *ctx, raw_error error)
{
	(void)ctx, (void)error;
}

static void ignore_message(void *ctx, const char *format, ...)
{
	(void)ctx, (void)format;
}

/* The handlers belong to the thread and maybe to others in it: they come back after the call. */
static int parse_quietly(xmlParserCtxtPtr parser, const char *data, size_t len, bool last)
{
	xmlStructuredErrorFunc structured = xmlStructuredError;
	void *structured_ctx = xmlStructuredErrorContext;
	xmlGenericErrorFunc generic = xmlGenericError;
	void *generic_ctx = xmlGenericErrorContext;
	int code = 0;

	xmlSetStructuredErrorFunc(NULL, ignore_error);
	xmlSetGenericErrorFunc(NULL, ignore_message);
	code = xmlParseChunk(parser, data, (int)len, last ? 1 : 0);
	xmlSetStructuredErrorFunc(structured_ctx, structured);
	xmlSetGenericErrorFunc(generic_ctx, generic);
	return code;
}

/* A fault that came without a message must not pass as a good end. */
static void parse(struct junit_skeleton *skeleton, const char *data, size_t len, bool last)
{
	int code = parse_quietly(skeleton->parser, data, len, last);
	bool halted = skeleton->parser->instate == XML_PARSER_EOF && !last;

	if (halted || skeleton->parser->disableSAX || !skeleton->parser->wellFormed) {
		junit_faults_break(skeleton->faults, offset_now(skeleton),
				   "not well-formed (libxml2 error %d)", code);
	}
}

struct junit_skeleton *junit_skeleton_new(const struct junit_markup *markup, void *payload,
					  struct junit_faults *faults)
{
	xmlSAXHandler handler = {
		.initialized = XML_SAX2_MAGIC,
		.startElementNs = on_open,
		.endElementNs = on_close,
		.serror = on_error,
	};
	static pthread_once_t initialised = PTHREAD_ONCE_INIT;
	struct junit_skeleton *skeleton = mem_alloc(sizeof(*skeleton));

	skeleton->markup = markup;
	skeleton->payload = payload;
	skeleton->faults = faults;
	skeleton->queue = mem_array(QUEUE_MAX, sizeof(*skeleton->queue));
	skeleton->values = mem_array(VALUES_MAX, sizeof(*skeleton->values));
	skeleton->tags = mem_array(TAGS_MAX, 1);
	pthread_once(&initialised, xmlInitParser);
	skeleton->parser = xmlCreatePushParserCtxt(&handler, skeleton, NULL, 0, NULL);
	if (!skeleton->parser) {
		abort();
	}
	xmlCtxtUseOptions(skeleton->parser, XML_PARSE_NONET);
	learn_words(skeleton);
	parse(skeleton, "<" ROOT ">" FILLER, strlen("<" ROOT ">" FILLER), false);
	return skeleton;
}

void junit_skeleton_text(struct junit_skeleton *skeleton, const char *text, size_t len,
			 size_t offset)
{
	skeleton->queue[skeleton->queued++] =
		(struct item){.text = text, .len = len, .offset = offset};
}

static void put(struct junit_skeleton *skeleton, const char *text, size_t len)
{
	memcpy(skeleton->tags + skeleton->tags_len, text, len);
	skeleton->tags_len += len;
}

/* Declarations of namespaces are no attributes to the parser; it needs their values. Without a name
 * behind the colon it takes the whole for a name. */
static bool is_declaration(const struct junit_tag_attr *attr)
{
	const char *name = attr->name;

	if (attr->name_len < 5 || memcmp(name, "xmlns", 5) != 0) {
		return false;
	}
	return attr->name_len == 5 || (attr->name_len > 6 && name[5] == ':' && name[6] != ':' &&
				       junit_is_name_start(name[6]));
}

/* Only which namespace it is counts: what would have to be escaped stands as "_". */
static void put_uri(struct junit_skeleton *skeleton, const struct junit_value *value)
{
	for (size_t i = 0; i < value->len; i++) {
		put(skeleton, strchr("\"<&", value->text[i]) ? "_" : value->text + i, 1);
	}
}

static void put_attr(struct junit_skeleton *skeleton, const struct junit_tag_attr *attr)
{
	put(skeleton, " ", 1);
	put(skeleton, attr->name, attr->name_len);
	if (is_declaration(attr)) {
		put(skeleton, "=\"", 2);
		put_uri(skeleton, &attr->value);
		put(skeleton, "\"", 1);
		return;
	}
	put(skeleton, "=\"\"", 3);
	skeleton->values[skeleton->values_len++] = attr->value;
}

/* The parser needs not see attributes that it has judged before. */
static void put_attrs(struct junit_skeleton *skeleton, const struct junit_tag *tag,
		      struct item *item)
{
	size_t name_end = skeleton->tags_len;

	for (size_t i = 0; i < tag->attributes; i++) {
		put_attr(skeleton, &tag->attrs[i]);
	}
	item->values = skeleton->values_len - item->first_value;
	item->tag_len = skeleton->tags_len - item->tag;
	item->shape =
		junit_shapes_find(&skeleton->shapes, skeleton->tags + item->tag, item->tag_len);
	if (item->shape) {
		skeleton->tags_len = name_end;
	}
}

void junit_skeleton_tag(struct junit_skeleton *skeleton, const struct junit_tag *tag, size_t offset)
{
	struct item *item = &skeleton->queue[skeleton->queued++];

	*item = (struct item){
		.offset = offset,
		.empty = tag->empty,
		.first_value = skeleton->values_len,
		.tag = skeleton->tags_len,
	};
	put(skeleton, tag->closing ? "</" : "<", tag->closing ? 2 : 1);
	put(skeleton, tag->name, tag->name_len);
	if (tag->attributes > 0) {
		put_attrs(skeleton, tag, item);
	}
	put(skeleton, tag->empty ? "/>" : ">", tag->empty ? 2 : 1);
}

bool junit_skeleton_is_full(const struct junit_skeleton *skeleton)
{
	return skeleton->queued == QUEUE_MAX || skeleton->tags_len >= TAGS_FULL ||
	       skeleton->values_len > VALUES_MAX - JUNIT_ATTRIBUTE_MAX;
}

void junit_skeleton_flush(struct junit_skeleton *skeleton)
{
	if (skeleton->tags_len > 0) {
		put(skeleton, FILLER, strlen(FILLER));
		parse(skeleton, skeleton->tags, skeleton->tags_len, false);
	}
	if (deliver_texts(skeleton) && junit_faults_going(skeleton->faults)) {
		junit_faults_break(skeleton->faults, offset_now(skeleton),
				   "the parser does not take this tag");
	}
	skeleton->tags_len = skeleton->values_len = 0;
	skeleton->queued = 0;
	skeleton->next = 0;
}

void junit_skeleton_end(struct junit_skeleton *skeleton, size_t offset)
{
	if (skeleton->depth > 0) {
		junit_faults_break(skeleton->faults, offset,
				   "the file breaks off, %zu element%s open", skeleton->depth,
				   skeleton->depth == 1 ? " is" : "s are");
	} else if (junit_faults_going(skeleton->faults)) {
		parse(skeleton, "</" ROOT ">", strlen("</" ROOT ">"), true);
	}
}

void junit_skeleton_free(struct junit_skeleton *skeleton)
{
	if (!skeleton) {
		return;
	}
	xmlFreeParserCtxt(skeleton->parser);
	junit_shapes_release(&skeleton->shapes);
	free(skeleton->values);
	free(skeleton->tags);
	free(skeleton->queue);
	free(skeleton);
}
