/* SPDX-License-Identifier: Apache-2.0 */
#include "history/suite.h"

#include "base/str.h"

#include <endian.h>
#include <string.h>

/*
 * By what a list of tests is known. This is done for every result that is ever recorded, so it has to be cheap: an
 * identity is a hash already and only has to be mixed with the names that it does not cover, and neighbours mostly
 * share these. Sums and products of 128 bits: two lists that differ by accident differ here.
 */

__extension__ typedef unsigned __int128 wide;

/* Odd, of random bits. */
static const uint64_t keys[] = {
	UINT64_C(0x9e3779b97f4a7c15), UINT64_C(0xd1b54a32d192ed03), UINT64_C(0xaef17502108ef2d9),
	UINT64_C(0xf1357aea2e62a9c5), UINT64_C(0x8bb84b93962eacc9), UINT64_C(0xe7037ed1a0b428db),
};

static uint64_t mix(uint64_t a, uint64_t b)
{
	wide product = (wide)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t read_word(const char *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return le64toh(word);
}

/* The identity covers class, name and copy, but for whether the class or the suite gave it. */
struct surroundings {
	const struct test_name *name; /* whose they are; NULL none yet */
	struct hash_value value;
};

static bool are_shared(const struct test_name *a, const struct test_name *b)
{
	return str_empty(a->class_name) == str_empty(b->class_name) &&
	       (a->suite == b->suite || str_eq(a->suite, b->suite)) &&
	       (a->file == b->file || str_eq(a->file, b->file));
}

static void look_around(const struct test_name *name, struct surroundings *out)
{
	const char *const fields[] = {str_empty(name->class_name) ? "-" : "+",
				      str_or(name->suite, ""), str_or(name->file, "")};

	if (!out->name || !are_shared(out->name, name)) {
		out->value = hash_fields(fields, ARRAY_LEN(fields));
	}
	out->name = name;
}

static struct hash_value value_of(const struct result *result, struct surroundings *around)
{
	uint64_t a, b;

	look_around(&result->test, around);
	a = mix(read_word(result->id) ^ keys[0], read_word(result->id + 8) ^ keys[1]);
	b = mix(read_word(result->id + 16) ^ keys[2], read_word(result->id + 24) ^ keys[3]);
	return (struct hash_value){
		.high = mix(a ^ around->value.high, b ^ keys[4]),
		.low = mix(b ^ around->value.low, a ^ keys[5]),
	};
}

static void write_value(struct hash_value value, size_t len, char *out)
{
	const uint64_t words[] = {htobe64(value.high), htobe64(value.low), htobe64(len)};

	hash_hex(hash_bytes(words, sizeof(words)), out, HASH_HEX_MAX);
}

/* Addition does not mind the order; multiplied in between, it does. */
void suite_print_take(const struct result_refs *results, struct suite_print *out)
{
	struct surroundings around = {0};
	struct hash_value sum = {0}, order = {0};

	for (size_t i = 0; i < results->len; i++) {
		struct hash_value value = value_of(results->items[i], &around);

		sum.high += value.high;
		sum.low += value.low;
		order.high = order.high * keys[0] + value.high;
		order.low = order.low * keys[1] + value.low;
	}
	write_value(sum, results->len, out->digest);
	write_value(order, results->len, out->ordering);
}
