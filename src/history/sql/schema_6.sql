-- SPDX-License-Identifier: Apache-2.0
--
-- Schema 6: step 5 -> 6, histories that travel and are kept small: what arrives in any order comes out
-- the same, and what is old may lose its results.
--
-- This file is frozen like schema_1.sql, whose conventions hold here too; "packed" is explained in
-- schema_2.sql. fixtures/history/v6.sql keeps a database of it.

-- Not '': other content bears the same key, job and variant. This is the digest of the content of this
-- run (segment.h), and stands at the end of its key too, behind "~".
ALTER TABLE run ADD COLUMN twin TEXT NOT NULL DEFAULT '';
-- 1: its results were dropped for space; its rollup says what is left
ALTER TABLE run ADD COLUMN thinned INTEGER NOT NULL DEFAULT 0 CHECK (thinned IN (0, 1));

-- What segments of a later steady say that this one does not know: it travels on.
CREATE TABLE stray (
	run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
	-- the part of the segment that has it (segment.h)
	place TEXT NOT NULL,
	-- a JSON object of the unknown members
	json TEXT NOT NULL,
	PRIMARY KEY (run_id, place)
) STRICT, WITHOUT ROWID;

-- Names on record are those of the newest day on which a test ran, by the start of its run; of several names
-- on one day the greatest, so that the order in which runs are recorded does not matter. Days are numbered
-- from 1970-01-01 as 1; 0 is unknown.

-- The days of tests 256 * part to 256 * part + 255.
CREATE TABLE test_day (
	part INTEGER PRIMARY KEY,
	-- packed; of each test the difference of its day to that of the one before
	days BLOB NOT NULL
) STRICT;

-- Runs of this day and of earlier ones have nothing new to say about the names of the list.
ALTER TABLE suite ADD COLUMN day INTEGER NOT NULL DEFAULT -1;
-- 1: some names in it are different in each run
ALTER TABLE suite ADD COLUMN varies INTEGER NOT NULL DEFAULT 1 CHECK (varies IN (0, 1));
DROP INDEX suite_by_renaming;
ALTER TABLE suite DROP COLUMN renaming;

-- A pace of another history, which came with its runs, has a negative id: none is taken from it.

-- Runs that started at once come in one order on all machines.
DROP INDEX run_by_time;
CREATE UNIQUE INDEX run_by_time ON run (started_us, key, job, variant);
DROP INDEX run_by_job;
CREATE INDEX run_by_job ON run (job, variant, started_us, key);
