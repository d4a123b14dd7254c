/* SPDX-License-Identifier: Apache-2.0 */
#include "failure/endpoint.h"

#include "base/mem.h"
#include "base/str.h"
#include "text/ports.h"
#include "text/regex.h"

#include <stdlib.h>
#include <string.h>

#define IP4  "\\d{1,3}(?:\\.\\d{1,3}){3}"
#define IP6  "[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}"
#define NAME "[A-Za-z0-9_](?:[\\w.-]*[\\w])?"
#define HOST "(?<host>" NAME "|" IP6 ")"
#define PORT "(?<port>\\d{1,5})(?!\\d)"

/* Names of files end so; "app.py:12" is no service. */
#define NO_FILE \
	"(?![\\w.-]*\\.(?:c|cc|cpp|cs|ex|exs|go|h|java|js|jsx|kt|lua|mjs|php|py|rb|rs|sh|sql|" \
	"swift|" \
	"ts|tsx|yml|yaml):)"

/* What a reader is pointed to is no service. */
#define NO_DOCS \
	"(?<!error at: )(?<!nfo: )(?<!ee )(?<!ee: )(?<!isit )(?<!ocs: )(?<!ocumentation: )" \
	"(?<!ead more: )(?<!etails: )"
#define NO_DOCS_HOST \
	"(?!sqlalche\\.me|pris\\.ly|docs?\\.|developer\\.|github\\.com|stackoverflow\\.com|" \
	"nodejs\\.org|bit\\.ly|go\\.dev)"

struct form {
	const char *pattern, *example;
};

/* The surest first. */
/* clang-format off */
static const struct form forms[] = {
	{"unix:(?://)?(?<path>/[^\\s\"',)]*[^\\s\"',).:])", "unix:///run/x.sock"},
	{"dial unix (?<path>/[^\\s:]+)", "Go"},
	{"socket [\"'](?<path>/[^\"']+)", "libpq, MySQL"},
	{"(?<path>/[^\\s\"':,()]*(?:\\.sock|\\.s\\.PGSQL\\.\\d+))", "any other socket file"},
	{"->\\[?" HOST "\\]?:" PORT, "read tcp 127.0.0.1:33590->127.0.0.1:5432"},
	{"\\blookup " HOST, "Go"},
	{"\"" HOST "\"(?: \\([^)]*\\))?,? port \"?" PORT, "at \"db\" (10.0.0.2), port 5432; Ruby"},
	{"host=['\"]?" HOST "['\"]?, ?port=" PORT, "Python's requests"},
	{"\\(['\"]" HOST "['\"], " PORT, "('::1', 5432, 0, 0)"},
	{"(?:to|host) (?:host )?" HOST " port " PORT, "curl, nc, ssh"},
	{NO_DOCS "\\b(?<scheme>[a-z][a-z0-9+.-]*)://(?:[^\\s/@]*@)?" NO_DOCS_HOST "(?:\\[(?<host>" IP6 ")\\]|(?<host>" NAME
	 "))(?::" PORT ")?", "a URL"},
	{"\\[(?<host>" IP6 ")\\]:" PORT, "[::1]:5432"},
	{"(?<![\\w.])(?<host>" IP4 "|localhost):" PORT, "127.0.0.1:5432"},
	{"(?<![\\w:.])(?<host>" IP6 "):" PORT, "::1:5432 of Node"},
	{"/dev/tcp/" HOST "/" PORT, "bash"},
	{"(?<![\\w/.:\"'-])" NO_FILE "(?<host>[A-Za-z][\\w.-]*):(?<port>\\d{2,5})(?![\\d:]*\\d)",
	 "mongo:27017"},
	{"getaddrinfo (?:E[A-Z_]+ |for )" HOST, "Node, PHP"},
	{"resolve host(?:name)?:? ['\"]?" HOST, "curl"},
	{"UnknownHostException: " HOST, "Java"},
	{"host name \"" HOST, "libpq"},
	{"hostname: '" HOST, "Node"},
	{"(?i)server (?:host |on )?'" HOST, "MySQL"},
};
/* clang-format on */

/* Compiled when first needed, kept until the process ends. */
static struct regex *compile(size_t index)
{
	static struct regex *compiled[ARRAY_LEN(forms)];
	struct err err = ERR_INIT;

	if (!compiled[index]) {
		AUTO_FREE char *pattern = mem_fmt("(?J)%s", forms[index].pattern);

		if (regex_compile(pattern, &compiled[index], &err) < 0) {
			abort();
		}
	}
	return compiled[index];
}

static char *group(struct regex *regex, const char *name, const char *line)
{
	const char *start = NULL;
	size_t len = 0;

	return regex_group(regex, name, line, &start, &len) ? mem_strn(start, len) : NULL;
}

static void add(struct regex *regex, const char *line, struct buf *out)
{
	AUTO_FREE char *path = group(regex, "path", line);
	AUTO_FREE char *host = group(regex, "host", line);
	AUTO_FREE char *port = group(regex, "port", line);
	AUTO_FREE char *scheme = group(regex, "scheme", line);
	const char *known = port ? port : str_or(port_of_scheme(str_or(scheme, "")), "");

	if (path) {
		buf_fmt(out, "unix:%s", path);
		return;
	}
	if (strchr(str_or(host, ""), ':')) {
		buf_fmt(out, "[%s]", host);
	} else {
		buf_str_add(out, str_or(host, ""));
	}
	buf_str_add(out, *known ? ":" : "");
	buf_str_add(out, known);
}

bool endpoint_find(const char *line, size_t len, struct buf *out)
{
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		if (regex_find(compile(i), line, len)) {
			add(compile(i), line, out);
			return true;
		}
	}
	return false;
}
