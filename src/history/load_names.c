/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"
#include "history/decode.h"
#include "history/load.h"
#include "history/test_page.h"

#include <stdlib.h>
#include <string.h>

/* The names of tests that only passed: a page lists them to be searched. */

static int compare_ids(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return (a > b) - (a < b);
}

/* By class, name and identity, so that what follows from it is the same on each machine. */
static int compare_names(const void *left, const void *right)
{
	const struct test_facts *a = left, *b = right;
	int order = strcmp(str_or(a->name.class_name, ""), str_or(b->name.class_name, ""));

	if (order == 0) {
		order = strcmp(str_or(a->name.name, ""), str_or(b->name.name, ""));
	}
	return order ? order : strcmp(a->id, b->id);
}

int load_names(struct loader *loader, const struct id_map *all, const struct id_map *known,
	       struct err *err)
{
	AUTO_FREE int64_t *ids = mem_array(all->len + 1, sizeof(*ids));
	CLEANUP(test_page_release) struct test_page page = {0};
	size_t len = 0;

	for (size_t i = 0; i < all->cap; i++) {
		if (all->slots[i].bits && !id_map_get(known, all->slots[i].id)) {
			ids[len++] = all->slots[i].id;
		}
	}
	qsort(ids, len, sizeof(*ids), compare_ids);
	for (size_t i = 0; i < len; i++) {
		int more = test_page_find(loader->db, ids[i], &page, err);

		if (more < 0) {
			return -1;
		}
		if (more == 0) {
			decode_test(&page.tests.items[ids[i] - page.first_id],
				    VEC_PUSH(&loader->out->passing));
		}
	}
	if (loader->out->passing.len > 1) {
		qsort(loader->out->passing.items, loader->out->passing.len,
		      sizeof(*loader->out->passing.items), compare_names);
	}
	return 0;
}
