/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/mem.h"
#include "model/service.h"

static void add(struct service_event_list *list, const char *service, enum service_change change,
		int64_t at_us)
{
	*VEC_PUSH(list) = (struct service_event){
		.service = mem_str(service), .change = change, .at_us = at_us};
}

static void outages_begin_and_end(void **state)
{
	static const struct {
		const char *service;
		int64_t from_us, until_us;
	} rows[] = {
		{"db", 10, 30},           {"cache", 20, 20}, {"db", 40, 40},
		{"cache", 50, INT64_MAX}, {"web", 55, 57},
	};
	CLEANUP(service_event_list_release) struct service_event_list events = {0};
	struct outage_list outages = {0};

	(void)state;
	add(&events, "db", SERVICE_DOWN, 10);
	add(&events, "db", SERVICE_DOWN, 15); /* again, for another reason */
	add(&events, "cache", SERVICE_REPLACED, 20);
	add(&events, "db", SERVICE_RESTARTED, 30);
	add(&events, "db", SERVICE_UP, 35); /* it was */
	add(&events, "db", SERVICE_RESTARTED, 40);
	add(&events, "cache", SERVICE_DOWN, 50);
	add(&events, "web", SERVICE_DOWN, 55);
	add(&events, "web", SERVICE_UP, 57);
	outages_of(&events, &outages);
	assert_int_equal(outages.len, ARRAY_LEN(rows));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_string_equal(outages.items[i].service, rows[i].service);
		assert_int_equal(outages.items[i].from_us, rows[i].from_us);
		assert_int_equal(outages.items[i].until_us, rows[i].until_us);
	}
	VEC_FREE(&outages);
}

static void loopback_has_many_names(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} rows[] = {
		{"127.0.0.1:5432", "localhost:5432", true},
		{"[::1]:5432", "127.0.0.1:5432", true},
		{"127.0.1.1:5432", "0.0.0.0:5432", true},
		{"127.0.0.1:5432", "127.0.0.1:5433", false},
		{"127.0.0.1:5432", "db:5432", false},
		{"db:5432", "db:5432", true},
		{"localhost.example:80", "localhost:80", false},
		{"unix:/run/a", "unix:/run/a", true},
		{"unix:/run/a", "unix:/run/b", false},
		{"unix:/run/a", "/run/a", true},
		/* some clients tell no port */
		{"backend", "backend:80", true},
		{"127.0.0.1", "localhost:3306", true},
		{"backend", "back:80", false},
		{"back", "backend:80", false},
		{"backend", "unix:/backend", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(service_is_same(rows[i].a, rows[i].b), rows[i].same);
		assert_int_equal(service_is_same(rows[i].b, rows[i].a), rows[i].same);
	}
}

static void changes_have_names(void **state)
{
	enum service_change change = SERVICE_UP;

	(void)state;
	for (size_t i = 0; i < SERVICE_CHANGES; i++) {
		assert_true(
			service_change_parse(service_change_name((enum service_change)i), &change));
		assert_int_equal(change, i);
	}
	assert_false(service_change_parse("gone", &change));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(outages_begin_and_end),
		cmocka_unit_test(loopback_has_many_names),
		cmocka_unit_test(changes_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
