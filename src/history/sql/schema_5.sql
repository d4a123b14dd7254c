-- SPDX-License-Identifier: Apache-2.0
--
-- Schema 5: step 4 -> 5, years in one file: passes are told by their difference to the usual, texts of
-- failures are packed, and what reports ask is kept beside what it follows from.
--
-- This file is frozen like schema_1.sql, whose conventions hold here too; "packed" is explained in
-- schema_2.sql. fixtures/history/v5.sql keeps a database of it. The step has a second half in
-- migrate_rollups.c: it packs the texts of failures and makes the rollups of all runs.

-- How long tests usually take: a byte a test, by its id from 1 on, as in `block`; 0 unknown. A pace never
-- changes, because blocks refer to it; from time to time a new one is taken.
CREATE TABLE pace (
	id INTEGER PRIMARY KEY,
	-- the run from which on the next one is to be taken
	due_run INTEGER NOT NULL,
	-- packed
	codes BLOB NOT NULL
) STRICT;

-- The pace that the results are told against: each byte is the difference, modulo 256, of its code to
-- the test's byte there. NULL: the codes themselves
ALTER TABLE block ADD COLUMN pace_id INTEGER REFERENCES pace (id);

-- Failures that say the same, whatever is different each time: see the rules of masking.
CREATE TABLE signature (
	id INTEGER PRIMARY KEY,
	-- the fingerprint of the masked failure
	hash TEXT NOT NULL UNIQUE,
	-- type and message of the first one, on one line
	example TEXT NOT NULL
) STRICT;

-- What failed tests said, packed together as they came.
CREATE TABLE failure_frame (
	id INTEGER PRIMARY KEY,
	-- packed; for each failure: a byte (1 has a type, 2 a message, 4 a text) and what it has of these,
	-- with a NUL at the end of each
	texts BLOB NOT NULL
) STRICT;

-- Each different failure once, however many results name it.
DROP INDEX failure_by_signature;
ALTER TABLE failure RENAME TO failure_4;
CREATE TABLE failure (
	id INTEGER PRIMARY KEY,
	-- NULL: it says too little to be recognised
	signature_id INTEGER REFERENCES signature (id),
	-- 64 bits of a hash of its signature and its texts
	digest INTEGER NOT NULL,
	-- where in failure_frame the texts are, which comes behind; NULL: they were dropped for space
	frame_id INTEGER,
	nth INTEGER NOT NULL
) STRICT;

CREATE INDEX failure_by_digest ON failure (digest);
-- Who else failed like that?
CREATE INDEX failure_by_signature ON failure (signature_id);

-- As before; it refers to the new table of failures.
ALTER TABLE result RENAME TO result_4;
CREATE TABLE result (
	attempt_id INTEGER NOT NULL REFERENCES attempt (id) ON DELETE CASCADE,
	test_id INTEGER NOT NULL,
	nth INTEGER NOT NULL,
	outcome TEXT NOT NULL CHECK (outcome = 'passed' OR outcome = 'skipped' OR
		outcome = 'failed' OR outcome = 'error'),
	duration_us INTEGER,
	failed_tries INTEGER NOT NULL,
	failure_id INTEGER REFERENCES failure (id),
	PRIMARY KEY (attempt_id, test_id, nth)
) STRICT, WITHOUT ROWID;

-- Rollups, one for each run: what a report asks, so that nothing else has to be read for it. They follow
-- from attempt, block, result and retry, and `steady history check` compares.

-- The tests of a run and which of them it skipped, shared by all runs with the same ones.
CREATE TABLE roster (
	id INTEGER PRIMARY KEY,
	-- of the content of `tests`
	digest TEXT NOT NULL UNIQUE,
	len INTEGER NOT NULL,
	-- packed; for each test: the difference of its id to the one before, signed, and that number twice,
	-- plus 1 when it was skipped
	tests BLOB NOT NULL
) STRICT;

CREATE TABLE rollup (
	run_id INTEGER PRIMARY KEY REFERENCES run (id) ON DELETE CASCADE,
	-- results in all attempts
	results INTEGER NOT NULL,
	-- tests that the first attempt ran, and the sum of their known times
	tests INTEGER NOT NULL,
	tests_us INTEGER NOT NULL,
	-- NULL: the run says nothing about its tests
	roster_id INTEGER REFERENCES roster (id),
	-- tests of the roster that did more than pass; numbers as in packed content, but not packed. For each,
	-- in the order of ids: the difference of its id to the one before; flags (seen.c); the duration plus 1,
	-- 0 unknown; the failure, if the flags say so, as the difference to the one before, and its signature
	seen BLOB NOT NULL
) STRICT;

-- Names of the tests that have rows in `result`, for people who ask with SQL.
CREATE TABLE test_name (
	test_id INTEGER PRIMARY KEY,
	-- the identity, and the name as people see it
	id TEXT NOT NULL,
	shown TEXT NOT NULL
) STRICT;

-- For people with the sqlite3 shell; steady does not read them.
CREATE VIEW runs AS
SELECT run.id, run.key, run.job, run.variant, run.outcome, run.branch, run.commit_id AS commit_id,
	run.pull_request, datetime(run.started_us / 1000000, 'unixepoch') AS started,
	run.duration_us / 1e6 AS seconds, rollup.tests, rollup.results
FROM run LEFT JOIN rollup ON rollup.run_id = run.id;

CREATE VIEW failures AS
SELECT run.id AS run_id, run.job, run.branch, run.commit_id,
	datetime(run.started_us / 1000000, 'unixepoch') AS started, attempt.number AS attempt,
	test_name.shown AS test, test_name.id AS test_id, result.outcome,
	result.duration_us / 1e6 AS seconds, signature.hash AS signature, signature.example
FROM result
JOIN attempt ON attempt.id = result.attempt_id
JOIN run ON run.id = attempt.run_id
LEFT JOIN test_name ON test_name.test_id = result.test_id
LEFT JOIN failure ON failure.id = result.failure_id
LEFT JOIN signature ON signature.id = failure.signature_id
WHERE result.outcome IN ('failed', 'error') OR result.failed_tries > 0;

CREATE VIEW waits AS
SELECT run.id AS run_id, run.job, datetime(wait.started_us / 1000000, 'unixepoch') AS started,
	wait.service, wait.target, wait.ready, wait.duration_us / 1e6 AS seconds,
	wait.limit_us / 1e6 AS limit_seconds, wait.error
FROM wait JOIN run ON run.id = wait.run_id;
