/* SPDX-License-Identifier: Apache-2.0 */
#include "report/causes.h"

#include "base/buf.h"
#include "base/str.h"
#include "failure/classify.h"
#include "report/words.h"
#include "text/duration.h"
#include "text/ports.h"

#include <stdlib.h>
#include <string.h>

void cause_list_release(struct cause_list *list)
{
	VEC_EACH (struct cause, cause, list) {
		free(cause->text);
		free(cause->detail);
	}
	VEC_FREE(list);
}

size_t causes_blamed(const struct run *run)
{
	size_t count = 0;

	VEC_EACH (const struct failed_test, failed, &run->failed) {
		count += failed->service != NULL;
	}
	return count;
}

/* The cause of that text, counted once more. */
static struct cause *count(struct cause_list *list, char *text)
{
	AUTO_FREE char *owned = text;
	struct cause *cause = NULL;

	for (size_t i = 0; i < list->len && !cause; i++) {
		cause = str_eq(list->items[i].text, text) ? &list->items[i] : NULL;
	}
	if (!cause) {
		cause = VEC_PUSH(list);
		cause->text = TAKE(owned);
	}
	cause->failures++;
	return cause;
}

/* --- a service that went down --- */

/* The first one of that service, and how many there were. */
static const struct outage *outage_of(const struct outage_list *outages, const char *service,
				      size_t *count)
{
	const struct outage *first = NULL;

	*count = 0;
	VEC_EACH (const struct outage, outage, outages) {
		if (str_eq(outage->service, service)) {
			first = first ? first : outage;
			++*count;
		}
	}
	return first;
}

static char *outage_detail(const struct run *run, const struct outage *outage, size_t times)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	buf_str_add(&text, times > 1 ? "first " : "");
	time_show(&text, outage->from_us);
	buf_str_add(&text, ", ");
	duration_show(&text, outage->from_us - run->attempts.items[0].started_us);
	buf_str_add(&text, " after the command started");
	if (!str_empty(outage->began->detail)) {
		buf_fmt(&text, ": %s", outage->began->detail);
	}
	if (outage->until_us == INT64_MAX) {
		buf_str_add(&text, "; it did not come back");
	} else if (outage->until_us > outage->from_us) {
		buf_str_add(&text, "; back after ");
		duration_show(&text, outage->until_us - outage->from_us);
	}
	return buf_take(&text);
}

static void add_outage(const struct run *run, const struct outage_list *outages,
		       const char *service, struct cause_list *out)
{
	size_t times = 0;
	const struct outage *outage = outage_of(outages, service, &times);
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	struct cause *cause = NULL;

	if (!outage) {
		return;
	}
	buf_fmt(&text, "%s %s", service,
		outage->began->silent ? "stopped answering" : words_change(outage->began->change));
	if (times > 1) {
		buf_fmt(&text, " %zu times", times);
	}
	cause = count(out, buf_take(&text));
	if (!cause->detail) {
		cause->detail = outage_detail(run, outage, times);
	}
}

/* --- a service that failures name, or only speak of --- */

static const char *what_it_did(enum failure_class class)
{
	static const char *const words[CLASS_COUNT] = {
		[CLASS_REFUSED] = "refused connections",
		[CLASS_NOT_SERVING] = "was not serving yet",
		[CLASS_DIED] = "dropped connections",
		[CLASS_DNS] = "had no address",
		[CLASS_CAPACITY] = "was full",
		[CLASS_TIMEOUT] = "did not answer",
	};

	return str_or(words[class], "gave trouble");
}

static const struct wait *wait_for(const struct run *run, const char *endpoint)
{
	VEC_EACH (const struct wait, wait, &run->waits) {
		if ((wait->service && service_is_same(wait->service, endpoint)) ||
		    (wait->address && service_is_same(wait->address, endpoint))) {
			return wait;
		}
	}
	return NULL;
}

/* Its clients tell the host alone. */
static bool is_mysql(const struct classified *finding)
{
	const char *code = str_or(finding->subcode, "");

	return str_eq(code, "2002") || str_eq(code, "2003") || str_eq(code, "2006") ||
	       str_eq(code, "2013") || strstr(str_or(finding->line, ""), "MySQL");
}

/* The target to wait for, ready to be copied. */
static void add_target(struct buf *out, const struct classified *finding)
{
	const char *port = strrchr(finding->endpoint, ':');
	const char *scheme = port ? scheme_of_port(port + 1) : NULL;

	if (str_starts(finding->endpoint, "unix:")) {
		buf_str_add(out, finding->endpoint);
	} else if (!port && finding->class == CLASS_DNS) {
		buf_fmt(out, "dns:%s", finding->endpoint);
	} else if (!port) {
		buf_fmt(out, "%s://%s%s", is_mysql(finding) ? "mysql" : "tcp", finding->endpoint,
			is_mysql(finding) ? "" : ":PORT");
	} else if (!scheme && str_starts(str_or(finding->subcode, ""), "http")) {
		buf_fmt(out, "http://%s/", finding->endpoint);
	} else {
		buf_fmt(out, "%s://%s", scheme ? scheme : "tcp", finding->endpoint);
	}
}

static char *advice(const struct run *run, const struct classified *finding)
{
	const struct wait *wait = wait_for(run, finding->endpoint);
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	if (!wait) {
		buf_str_add(&text, "no wait names it; add --wait ");
		add_target(&text, finding);
		return buf_take(&text);
	}
	buf_fmt(&text, "it was %s by %s after ", wait->ready ? "ready" : "not ready", wait->probe);
	duration_show(&text, wait->duration_us);
	buf_str_add(&text, ", and was not seen to go down");
	return buf_take(&text);
}

static const char *unnamed_advice(const struct run *run)
{
	if (run->imported) {
		return "the failures do not tell which one";
	}
	return run->waits.len == 0 ? "the failures do not tell which one, and no wait is declared"
				   : "the failures do not tell which one, and nothing that was "
				     "waited for was seen to go down";
}

static void add_told(const struct run *run, struct rules *rules, const struct failed_test *failed,
		     struct cause_list *out)
{
	CLEANUP(classified_release) struct classified finding = {0};
	struct cause *cause = NULL;

	failure_classify_by(rules, failed->first->failure, &finding);
	/* that time ran out says nothing of a service unless it is named */
	if (!failure_class_is_readiness(finding.class) ||
	    (finding.class == CLASS_TIMEOUT && !finding.endpoint)) {
		return;
	}
	cause = count(out, mem_fmt("%s %s", str_or(finding.endpoint, "a service"),
				   what_it_did(finding.class)));
	cause->unnamed = !finding.endpoint;
	if (!cause->detail) {
		cause->detail =
			finding.endpoint ? advice(run, &finding) : mem_str(unnamed_advice(run));
	}
}

static int compare(const void *a, const void *b)
{
	const struct cause *left = a, *right = b;

	if (left->failures != right->failures) {
		return left->failures > right->failures ? -1 : 1;
	}
	if (left->unnamed != right->unnamed) {
		return left->unnamed ? 1 : -1;
	}
	return strcmp(left->text, right->text);
}

void causes_of(const struct run *run, struct rules *rules, struct cause_list *out)
{
	struct outage_list outages = {0};

	outages_of(&run->events, &outages);
	VEC_EACH (const struct failed_test, failed, &run->failed) {
		if (failed->service) {
			add_outage(run, &outages, failed->service, out);
		} else {
			add_told(run, rules, failed, out);
		}
	}
	if (out->len > 1) {
		qsort(out->items, out->len, sizeof(*out->items), compare);
	}
	VEC_FREE(&outages);
}
