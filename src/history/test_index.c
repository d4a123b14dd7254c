/* SPDX-License-Identifier: Apache-2.0 */
#include "history/test_index.h"

#include "base/buf.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#define BUCKET_BITS 12
#define BUCKETS     (1 << BUCKET_BITS)

/* As it lies in the blob: bytes compare as the numbers do. */
struct entry {
	uint64_t high, low, id; /* big-endian */
};

static size_t bucket_of(const struct test_key *key)
{
	return (size_t)(key->hash.high >> (64 - BUCKET_BITS));
}

static int compare_hashes(const struct hash_value *a, const struct hash_value *b)
{
	if (a->high != b->high) {
		return a->high < b->high ? -1 : 1;
	}
	return (a->low > b->low) - (a->low < b->low);
}

static int compare_keys(const void *left, const void *right)
{
	const struct test_key *a = left;
	const struct test_key *b = right;
	int order = compare_hashes(&a->hash, &b->hash);

	return order ? order : (a->at > b->at) - (a->at < b->at);
}

/* Into the buckets first, in two linear passes: what is left to sort is short. */
void test_index_sort(struct test_key *keys, size_t len)
{
	AUTO_FREE struct test_key *sorted = mem_array(len, sizeof(*sorted));
	size_t ends[BUCKETS] = {0};
	size_t start = 0;

	for (size_t i = 0; i < len; i++) {
		ends[bucket_of(&keys[i])]++;
	}
	for (size_t i = 0; i < BUCKETS; i++) {
		start += ends[i];
		ends[i] = start - ends[i];
	}
	for (size_t i = 0; i < len; i++) {
		sorted[ends[bucket_of(&keys[i])]++] = keys[i];
	}
	start = 0;
	for (size_t i = 0; i < BUCKETS; i++) {
		if (ends[i] > start + 1) {
			qsort(sorted + start, ends[i] - start, sizeof(*sorted), compare_keys);
		}
		start = ends[i];
	}
	if (len > 0) {
		memcpy(keys, sorted, len * sizeof(*keys));
	}
}

static struct entry entry_at(const struct buf *bucket, size_t at)
{
	struct entry entry;

	memcpy(&entry, bucket->data + at * sizeof(entry), sizeof(entry));
	return entry;
}

static int compare_entry(const struct test_key *key, const struct entry *entry)
{
	const struct hash_value hash = {be64toh(entry->high), be64toh(entry->low)};

	return compare_hashes(&key->hash, &hash);
}

static int load_bucket(struct db *db, size_t number, struct buf *bucket, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *load = db_stmt(db, "load_bucket");
	const void *bytes = NULL;
	size_t len = 0;
	int more;

	buf_clear(bucket);
	stmt_bind_int(load, ":bucket", (int64_t)number);
	more = stmt_next(load, err);
	if (more != 0) {
		return more < 0 ? -1 : 0;
	}
	bytes = stmt_col_blob(load, 0, &len);
	if (len % sizeof(struct entry) != 0) {
		return db_damaged(db, err, "bucket %zu of tests", number);
	}
	buf_add(bucket, bytes, len);
	return 0;
}

static int write_bucket(struct db *db, size_t number, const struct buf *bucket, struct err *err)
{
	struct stmt *write = db_stmt(db, "write_bucket");

	stmt_bind_int(write, ":bucket", (int64_t)number);
	stmt_bind_blob(write, ":tests", bucket);
	return stmt_run(write, err);
}

/* The end of the keys from `at` on that share a bucket. */
static size_t bucket_end(const struct test_key *keys, size_t at, size_t len)
{
	size_t number = bucket_of(&keys[at]);

	while (at < len && bucket_of(&keys[at]) == number) {
		at++;
	}
	return at;
}

static void find_in(const struct buf *bucket, struct test_key *keys, size_t len)
{
	size_t count = bucket->len / sizeof(struct entry);
	size_t at = 0;

	for (size_t i = 0; i < len && at < count; i++) {
		struct entry entry = entry_at(bucket, at);
		int order = compare_entry(&keys[i], &entry);

		while (order > 0 && ++at < count) {
			entry = entry_at(bucket, at);
			order = compare_entry(&keys[i], &entry);
		}
		if (order == 0 && at < count) {
			keys[i].id = (int64_t)be64toh(entry.id);
		}
	}
}

int test_index_find(struct db *db, struct test_key *keys, size_t len, struct err *err)
{
	CLEANUP(buf_release) struct buf bucket = BUF_INIT(BUF_OWN_MAX);
	size_t at = 0;

	while (at < len) {
		size_t end = bucket_end(keys, at, len);

		if (load_bucket(db, bucket_of(&keys[at]), &bucket, err) < 0) {
			return -1;
		}
		find_in(&bucket, keys + at, end - at);
		at = end;
	}
	return 0;
}

static void add_key(struct buf *out, const struct test_key *key)
{
	const struct entry entry = {
		.high = htobe64(key->hash.high),
		.low = htobe64(key->hash.low),
		.id = htobe64((uint64_t)key->id),
	};

	buf_add(out, &entry, sizeof(entry));
}

static void merge(const struct buf *bucket, const struct test_key *keys, size_t len,
		  struct buf *out)
{
	size_t count = bucket->len / sizeof(struct entry);
	size_t at = 0;

	buf_clear(out);
	for (size_t i = 0; i < len; i++) {
		for (; at < count; at++) {
			struct entry entry = entry_at(bucket, at);

			if (compare_entry(&keys[i], &entry) < 0) {
				break;
			}
			buf_add(out, &entry, sizeof(entry));
		}
		add_key(out, &keys[i]);
	}
	if (at < count) {
		buf_add(out, bucket->data + at * sizeof(struct entry),
			bucket->len - at * sizeof(struct entry));
	}
}

static void subtract(const struct buf *bucket, const struct test_key *keys, size_t len,
		     struct buf *out)
{
	size_t count = bucket->len / sizeof(struct entry);
	size_t at = 0;

	buf_clear(out);
	for (size_t i = 0; i < count; i++) {
		struct entry entry = entry_at(bucket, i);

		while (at < len && compare_entry(&keys[at], &entry) < 0) {
			at++;
		}
		if (at == len || compare_entry(&keys[at], &entry) != 0) {
			buf_add(out, &entry, sizeof(entry));
		}
	}
}

typedef void change_fn(const struct buf *bucket, const struct test_key *keys, size_t len,
		       struct buf *out);

/* Bucket by bucket. */
static int change_buckets(struct db *db, const struct test_key *keys, size_t len, change_fn *change,
			  struct err *err)
{
	CLEANUP(buf_release) struct buf bucket = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf changed = BUF_INIT(BUF_OWN_MAX);
	size_t at = 0;

	while (at < len) {
		size_t end = bucket_end(keys, at, len);
		size_t number = bucket_of(&keys[at]);

		if (load_bucket(db, number, &bucket, err) < 0) {
			return -1;
		}
		change(&bucket, keys + at, end - at, &changed);
		if (write_bucket(db, number, &changed, err) < 0) {
			return -1;
		}
		at = end;
	}
	return 0;
}

int test_index_add(struct db *db, const struct test_key *keys, size_t len, struct err *err)
{
	return change_buckets(db, keys, len, merge, err);
}

int test_index_remove(struct db *db, const struct test_key *keys, size_t len, struct err *err)
{
	return change_buckets(db, keys, len, subtract, err);
}
