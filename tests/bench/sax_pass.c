/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The yardstick for reading JUnit files: libxml2's SAX2 push parser with nothing around it that a
 * reader could do without. It copies out what a reader needs (names, time, kind and texts of a
 * failure) and drops it again, of each file. Prints "tests N failures N errors N skipped N bytes N".
 */
#include <fcntl.h>
#include <libxml/parser.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CHUNK      65536
#define VALUE_MAX  1024
#define TEXT_MAX   65536
#define ATTRIBUTES 5 /* libxml2 hands on five pointers an attribute */

struct pass {
	unsigned long tests, failures, errors, skipped, bytes;
	char name[VALUE_MAX], class_name[VALUE_MAX], file[VALUE_MAX], time[VALUE_MAX];
	char type[VALUE_MAX], message[VALUE_MAX];
	bool in_text;
	size_t text_len;
	char text[TEXT_MAX];
};

static void take_attribute(const xmlChar **attribute, const char *wanted, char *out)
{
	size_t len = (size_t)(attribute[4] - attribute[3]);

	if (strcmp((const char *)attribute[0], wanted) != 0) {
		return;
	}
	len = len < VALUE_MAX ? len : VALUE_MAX - 1;
	memcpy(out, attribute[3], len);
	out[len] = '\0';
}

static void take_failure(struct pass *pass, unsigned long *counter, int n, const xmlChar **list)
{
	*counter += 1;
	pass->type[0] = pass->message[0] = '\0';
	for (int i = 0; i < n; i++) {
		take_attribute(list + i * ATTRIBUTES, "type", pass->type);
		take_attribute(list + i * ATTRIBUTES, "message", pass->message);
	}
	pass->in_text = true;
	pass->text_len = 0;
}

static void start(void *context, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri,
		  int namespace_n, const xmlChar **namespaces, int n, int defaulted,
		  const xmlChar **list)
{
	struct pass *pass = context;
	const char *name = (const char *)local;

	(void)prefix, (void)uri, (void)namespace_n, (void)namespaces, (void)defaulted;
	if (strcmp(name, "testcase") == 0) {
		pass->tests++;
		pass->name[0] = pass->class_name[0] = pass->file[0] = pass->time[0] = '\0';
		for (int i = 0; i < n; i++) {
			take_attribute(list + i * ATTRIBUTES, "name", pass->name);
			take_attribute(list + i * ATTRIBUTES, "classname", pass->class_name);
			take_attribute(list + i * ATTRIBUTES, "file", pass->file);
			take_attribute(list + i * ATTRIBUTES, "time", pass->time);
		}
	} else if (strcmp(name, "failure") == 0) {
		take_failure(pass, &pass->failures, n, list);
	} else if (strcmp(name, "error") == 0) {
		take_failure(pass, &pass->errors, n, list);
	} else if (strcmp(name, "skipped") == 0) {
		take_failure(pass, &pass->skipped, n, list);
	}
}

static void end(void *context, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri)
{
	struct pass *pass = context;

	(void)local, (void)prefix, (void)uri;
	pass->in_text = false;
}

static void characters(void *context, const xmlChar *text, int len)
{
	struct pass *pass = context;
	size_t room = TEXT_MAX - pass->text_len;
	size_t take = (size_t)len < room ? (size_t)len : room;

	if (pass->in_text) {
		memcpy(pass->text + pass->text_len, text, take);
		pass->text_len += take;
	}
}

static int read_all(int fd, struct pass *pass, xmlParserCtxtPtr parser)
{
	static char chunk[CHUNK];
	ssize_t got = 0;

	while ((got = read(fd, chunk, sizeof(chunk))) > 0) {
		pass->bytes += (unsigned long)got;
		if (xmlParseChunk(parser, chunk, (int)got, 0) != 0) {
			return -1;
		}
	}
	return got < 0 || xmlParseChunk(parser, chunk, 0, 1) != 0 ? -1 : 0;
}

static int pass_file(const char *path, xmlSAXHandler *handler, struct pass *pass)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	xmlParserCtxtPtr parser = xmlCreatePushParserCtxt(handler, pass, NULL, 0, NULL);
	int failed = fd < 0 || !parser || read_all(fd, pass, parser) < 0;

	if (failed) {
		fprintf(stderr, "%s: cannot be read to its end\n", path);
	}
	xmlFreeParserCtxt(parser);
	if (fd >= 0) {
		close(fd);
	}
	return failed;
}

int main(int argc, char **argv)
{
	static struct pass pass;
	xmlSAXHandler handler = {.initialized = XML_SAX2_MAGIC,
				 .startElementNs = start,
				 .endElementNs = end,
				 .characters = characters,
				 .cdataBlock = characters};
	int failed = 0;

	if (argc < 2) {
		fprintf(stderr, "usage: sax_pass FILE…\n");
		return 2;
	}
	for (int i = 1; i < argc; i++) {
		failed |= pass_file(argv[i], &handler, &pass);
	}
	printf("tests %lu failures %lu errors %lu skipped %lu bytes %lu\n", pass.tests,
	       pass.failures, pass.errors, pass.skipped, pass.bytes);
	xmlCleanupParser();
	return failed ? 1 : 0;
}
