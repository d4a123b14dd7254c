/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast failures are classified, all told, and as a share of what it takes PCRE2 with JIT to try
 * the patterns one by one on the same text. Nothing passes or fails by these numbers.
 */
#define PCRE2_CODE_UNIT_WIDTH 8

#include "base/buf.h"
#include "base/clock.h"
#include "failure/classify.h"

#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SPEED_LEN ((size_t)20 << 10)

static const char *const talk[] = {
	"java.lang.IllegalStateException: cart 4711 has no owner\n",
	"\tat shop.orders.Cart.total(Cart.java:112)\n",
	"\tat shop.orders.CartTest.keepsTotal(CartTest.java:57)\n",
	"\tat java.base/java.lang.reflect.Method.invoke(Method.java:580)\n",
	"the cart was read from db.internal by worker-3, 12 items, state open, currency EUR\n",
	"order 3F2504E0-4f89-41d3-9a0c-0305e82c3301 was kept open because no payment came in\n",
	"Caused by: shop.orders.OwnerMissingException: owner 17 was removed by the cleaner\n",
	"2026-11-24 08:12:01,123 INFO  worker-3 orders request 4711 done in 12 ms and kept\n",
};

static const char *const causes[] = {
	"Error: connect ECONNREFUSED 127.0.0.1:5432\n",
	"the connection was closed before the reply came, and nobody knows why\n",
	"FATAL:  the database system is starting up\n",
	"dial tcp 10.0.0.7:6379: i/o timeout\n",
	"java.net.SocketException: Connection reset\n",
	"HTTP/1.1 503 Service Unavailable\n",
	"expected an order, but got an error that was read from a closed socket\n",
};

static char *make_text(const char *const *lines, size_t count)
{
	CLEANUP(buf_release) struct buf out = BUF_INIT(SPEED_LEN);

	for (size_t i = 0; !out.cut; i++) {
		buf_str_add(&out, lines[i % count]);
	}
	return buf_take(&out);
}

static double best_of(double best, int64_t started, size_t rounds)
{
	double took = (double)(clock_mono_us() - started) / 1e6 / (double)rounds;

	return best == 0 || took < best ? took : best;
}

static double time_rules(const char *text)
{
	AUTO_FREE char *copy = mem_str(text);
	double best = 0;

	for (int turn = 0; turn < 15; turn++) {
		int64_t started = clock_mono_us();

		for (int i = 0; i < 20; i++) {
			struct failure failure = {.text = copy};
			struct classified finding;

			failure_classify(&failure, &finding);
			classified_release(&finding);
		}
		best = best_of(best, started, 20);
	}
	return best;
}

/* Bare PCRE2 with JIT: bytes, no limits, every pattern over the whole text until it matches. */
struct bare {
	pcre2_code *code;
	pcre2_match_data *data;
};

static double time_one_by_one(struct rules *rules, const char *text, size_t most)
{
	size_t count = rules->patterns.len < most ? rules->patterns.len : most;
	struct bare *all = mem_array(count + 1, sizeof(*all));
	double best = 0;

	for (size_t i = 0; i < count; i++) {
		int error = 0;
		PCRE2_SIZE offset = 0;
		/* spread over all of them */
		size_t at = i * rules->patterns.len / count;

		all[i].code = pcre2_compile((PCRE2_SPTR)rules->patterns.items[at].text,
					    PCRE2_ZERO_TERMINATED, PCRE2_MULTILINE, &error, &offset,
					    NULL);
		pcre2_jit_compile(all[i].code, PCRE2_JIT_COMPLETE);
		all[i].data = pcre2_match_data_create_from_pattern(all[i].code, NULL);
	}
	for (int turn = 0; turn < 15; turn++) {
		int64_t started = clock_mono_us();

		for (size_t i = 0; i < count; i++) {
			pcre2_match(all[i].code, (PCRE2_SPTR)text, strlen(text), 0, 0, all[i].data,
				    NULL);
		}
		best = best_of(best, started, 1);
	}
	for (size_t i = 0; i < count; i++) {
		pcre2_match_data_free(all[i].data);
		pcre2_code_free(all[i].code);
	}
	free(all);
	return best;
}

static void measure(const char *name, const char *const *lines, size_t count)
{
	struct rules *rules = rules_builtin();
	AUTO_FREE char *text = make_text(lines, count);
	double ours = time_rules(text);
	double hundred = time_one_by_one(rules, text, 100);
	double all = time_one_by_one(rules, text, rules->patterns.len);

	printf("%-34s %6.1f MB/s with all %zu rules of %zu patterns\n", name,
	       (double)strlen(text) / ours / 1e6, rules->rules.len, rules->patterns.len);
	printf("  %.3f x PCRE2 JIT one by one with 100 of the patterns, %.3f x with all\n",
	       ours / hundred, ours / all);
}

int main(void)
{
	measure("20 KB of stack frames and talk:", talk, ARRAY_LEN(talk));
	measure("20 KB of nothing but such words:", causes, ARRAY_LEN(causes));
	return 0;
}
