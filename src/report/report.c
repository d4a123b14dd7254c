/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

#include "report/show.h"

#include <string.h>

const struct test_suspects *report_suspects(const struct report_input *input,
					    const struct test_judgement *test)
{
	return input->suspects ? &input->suspects[test - input->flakes->tests.items] : NULL;
}

void report_longer_release(struct report_longer *longer)
{
	delta_release(&longer->delta);
	flake_report_release(&longer->flakes);
	evidence_release(&longer->evidence);
}

size_t report_top(const struct report_input *input, size_t usual)
{
	return input->top > 0 ? input->top : usual;
}

bool report_is_excused(const struct report_input *input, const struct test_judgement *test)
{
	return input->excused && input->excused[test - input->flakes->tests.items];
}

struct form {
	const char *format;
	report_fn *report, *show;
};

static const struct form *form_find(const char *format)
{
	static const struct form forms[] = {
		{"text", report_text, show_text},
		{"markdown", report_markdown, show_markdown},
		{"json", report_json, show_json},
		{"html", report_html, show_html},
	};

	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		if (strcmp(forms[i].format, format) == 0) {
			return &forms[i];
		}
	}
	return NULL;
}

report_fn *report_find(const char *format)
{
	const struct form *form = form_find(format);

	return form ? form->report : NULL;
}

report_fn *show_find(const char *format)
{
	const struct form *form = form_find(format);

	return form ? form->show : NULL;
}
