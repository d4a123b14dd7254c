-- SPDX-License-Identifier: Apache-2.0
--
-- Schema 2: step 1 -> 2, storage that grows with failures and not with passes.
--
-- This file is frozen like schema_1.sql, whose conventions hold here too; fixtures/history/v2.sql
-- keeps a database of it. The step has a second half in migrate_tests.c: it moves the tests out of
-- the table `test`, gives them their new ids (an XXH3-128 instead of a SHA-256) and drops the table.
-- What schema 1 hashed otherwise stays as it was written: digests of results files (such a file is
-- taken for a new one when it is imported again), digests and signatures of failures.
--
-- "Packed" is one zstd frame of at most 16 MiB of content. Numbers in it are LEB128; signed ones
-- are folded first (0, -1, 1, -2, ...).

-- Since then: the copy number of a test may have 1, which no copy has, and its identity in front of
-- it, with a NUL at its end, where that is not the identity of its names.

-- Tests, by their ids, which never change: a page holds the names of consecutive ones, as the list
-- of tests that was recorded last had them.
CREATE TABLE test_page (
	first_id INTEGER PRIMARY KEY,
	len INTEGER NOT NULL,
	-- packed; for each test: a byte with two bits for each of suite, class, name and file, from the
	-- lowest up (0 none, 1 as the test before in the page, 2 a new text); the copy number; and the
	-- new texts, each with a NUL at its end
	tests BLOB NOT NULL
) STRICT;

-- From the hash that is a test's identity to its id. A row a stretch of hashes, not a test: adding
-- a hundred thousand tests touches each row once.
CREATE TABLE test_hash (
	-- the upper 12 bits of the hashes
	bucket INTEGER PRIMARY KEY,
	-- 24 bytes a test, in rising order: 16 of the hash and 8 of the id, big-endian
	tests BLOB NOT NULL
) STRICT;

-- A list of tests that some attempt reported, shared by all that reported the same ones: while it
-- stays the same, no test is looked up at all.
CREATE TABLE suite (
	id INTEGER PRIMARY KEY,
	-- of identities and names, whatever their order: parallel runners report in any
	digest TEXT NOT NULL UNIQUE,
	-- of the same in the order of `tests`
	ordering TEXT NOT NULL,
	-- renamings are numbered; up to which one the pages agree with the names of this list
	renaming INTEGER NOT NULL,
	-- 1: some test stands in it twice
	repeats INTEGER NOT NULL CHECK (repeats IN (0, 1)),
	len INTEGER NOT NULL,
	-- packed: the ids, each as its difference to the one before
	tests BLOB NOT NULL
) STRICT;

CREATE INDEX suite_by_renaming ON suite (renaming);

-- What one transaction recorded of an attempt: a byte for each test of the list.
CREATE TABLE block (
	id INTEGER PRIMARY KEY,
	attempt_id INTEGER NOT NULL REFERENCES attempt (id) ON DELETE CASCADE,
	nth INTEGER NOT NULL,
	suite_id INTEGER NOT NULL REFERENCES suite (id),
	-- how many results it tells by itself
	told INTEGER NOT NULL,
	-- packed: 0 passed in no time; n from 1 to 252 passed in 2^((n-1)/8) microseconds; 253 passed
	-- in unknown time; 254 skipped; 255 see the rows of `result`
	results BLOB NOT NULL,
	UNIQUE (attempt_id, nth)
) STRICT;

-- What a byte cannot tell: failures, errors, passes after failed tries, passes that took longer
-- than three quarters of an hour. Attempts of schema 1 have a row for every result.
ALTER TABLE result RENAME TO result_1;
CREATE TABLE result (
	attempt_id INTEGER NOT NULL REFERENCES attempt (id) ON DELETE CASCADE,
	test_id INTEGER NOT NULL,
	-- a test that an attempt reports more than once has several rows: 0, 1, ...
	nth INTEGER NOT NULL,
	-- OR and not IN, for which SQLite would build a table each time a row is inserted
	outcome TEXT NOT NULL CHECK (outcome = 'passed' OR outcome = 'skipped' OR
		outcome = 'failed' OR outcome = 'error'),
	duration_us INTEGER,
	-- failures before the pass that the file itself reports
	failed_tries INTEGER NOT NULL,
	-- of a bad outcome, or of the first failed try
	failure_id INTEGER REFERENCES failure (id),
	PRIMARY KEY (attempt_id, test_id, nth)
) STRICT, WITHOUT ROWID;
INSERT INTO result SELECT * FROM result_1;
DROP TABLE result_1;

ALTER TABLE retry RENAME TO retry_1;
CREATE TABLE retry (
	run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
	test_id INTEGER NOT NULL,
	verdict TEXT NOT NULL CHECK (verdict IN ('not-tried', 'passed', 'failed-again', 'not-seen',
		'skipped')),
	-- the number of the attempt that decided; NULL when there was none
	decided_by INTEGER,
	PRIMARY KEY (run_id, test_id)
) STRICT, WITHOUT ROWID;
INSERT INTO retry SELECT * FROM retry_1;
DROP TABLE retry_1;
