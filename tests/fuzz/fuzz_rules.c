/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any rules that a project writes, and a failure they are tried on. The input is a .steady.yml and,
 * behind a form feed, a text. What must hold: rules that are refused are refused in one line that
 * names a line; with the others, without needles, every pattern tried on every line, the answer is
 * the same; nobody calls a text nondet.
 */
#include "check.h"

#include "base/mem.h"
#include "base/str.h"
#include "config/rules.h"
#include "failure/classify.h"
#include "failure/project.h"

#include <stdlib.h>
#include <string.h>

static bool is_ascii(const char *text)
{
	while (*text && (unsigned char)*text < 0x80) {
		text++;
	}
	return !*text;
}

static bool plain_patterns(const struct rules *rules)
{
	for (size_t i = 0; i < rules->patterns.len; i++) {
		if (rules->patterns.items[i].rule < rules->projects &&
		    !is_ascii(rules->patterns.items[i].text)) {
			return false;
		}
	}
	return true;
}

static void try_always(struct rules *rules)
{
	for (size_t i = 0; i < rules->patterns.len; i++) {
		if (i == 0 || rules->patterns.items[i - 1].then != i + 1) {
			rules->always[i / 64] |= UINT64_C(1) << (i % 64);
		}
	}
}

static void check_finding(struct rules *rules, char *text)
{
	struct failure failure = {.text = text};
	struct classified quick = {0}, slow = {0};
	/* in any case, one sign beyond ASCII is a k and another an s */
	bool comparable = is_ascii(text) && !strpbrk(text, "\x1b&\\") && plain_patterns(rules);

	failure_classify_by(rules, &failure, &quick);
	CHECK(quick.class != CLASS_NONDET);
	CHECK((quick.class == CLASS_NONE) == (quick.rule == NULL));
	CHECK(!quick.project || quick.rule);
	try_always(rules);
	failure_classify_by(rules, &failure, &slow);
	CHECK(!comparable || rules->left_us <= 0 ||
	      (quick.class == slow.class && str_eq(quick.rule, slow.rule) &&
	       str_eq(quick.line, slow.line) && str_eq(quick.subcode, slow.subcode)));
	classified_release(&quick);
	classified_release(&slow);
}

static void check_error(const struct err *err)
{
	CHECK(strstr(err->msg, "line ") && strstr(err->msg, "failures.rules"));
}

static void check_rules(const struct yaml_node *node, char *text)
{
	struct rule_text_list list = {0};
	struct rules *rules = NULL;
	struct err err = ERR_INIT;

	if (rules_from_yaml("f", node, &list, &err) < 0 || rules_project(&list, &rules, &err) < 0) {
		check_error(&err);
	} else {
		check_finding(rules, text);
	}
	rules_free(rules);
	rule_text_list_release(&list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *at = (const char *)data;
	const char *stop = size ? memchr(at, '\f', size) : NULL;
	size_t len = stop ? (size_t)(stop - at) : size;
	char *text = stop ? mem_strn(stop + 1, size - len - 1) : mem_str("");
	struct yaml_node root = {0};
	struct err err = ERR_INIT;

	if (yaml_parse(at, len, &root, &err) == 0) {
		const struct yaml_node *rules = yaml_get(yaml_get(&root, "failures"), "rules");

		if (rules) {
			check_rules(rules, text);
		}
	}
	yaml_release(&root);
	free(text);
	return 0;
}
