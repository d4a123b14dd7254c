-- SPDX-License-Identifier: Apache-2.0
--
-- Schema 4: step 3 -> 4, how waits went, what became of services while a command ran, and what it
-- takes to explain a run again. Imports have none of it.
--
-- This file is frozen like schema_1.sql, whose conventions hold here too; fixtures/history/v4.sql
-- keeps a database of it.

-- The project and where in it the command was started, "PROJECT//FOLDER": the same command elsewhere
-- is another one. FOLDER '' its root; NULL imports, and runs of before
ALTER TABLE run ADD COLUMN folder TEXT;

-- The attempt that the wait stood in front of: 1, or a retry for which it was waited again.
ALTER TABLE wait ADD COLUMN attempt INTEGER NOT NULL DEFAULT 1;
-- 1: not ready is no failure
ALTER TABLE wait ADD COLUMN optional INTEGER NOT NULL DEFAULT 0 CHECK (optional IN (0, 1));
-- 1: ready means gone
ALTER TABLE wait ADD COLUMN inverted INTEGER NOT NULL DEFAULT 0 CHECK (inverted IN (0, 1));
-- 1: not ready, and time alone would hardly have helped
ALTER TABLE wait ADD COLUMN permanent INTEGER NOT NULL DEFAULT 0 CHECK (permanent IN (0, 1));
-- how often it was ready and then not
ALTER TABLE wait ADD COLUMN losses INTEGER NOT NULL DEFAULT 0;
-- when each stage was first left behind, after the start; NULL: never, or there is no such stage
ALTER TABLE wait ADD COLUMN resolve_us INTEGER;
ALTER TABLE wait ADD COLUMN listen_us INTEGER;
ALTER TABLE wait ADD COLUMN connect_us INTEGER;
ALTER TABLE wait ADD COLUMN settle_us INTEGER;
ALTER TABLE wait ADD COLUMN protocol_us INTEGER;
ALTER TABLE wait ADD COLUMN application_us INTEGER;
-- when somebody last accepted a connection there, after the start
ALTER TABLE wait ADD COLUMN last_seen_us INTEGER;
-- of one that was not ready: who listened there
ALTER TABLE wait ADD COLUMN owner TEXT;

-- What became of a service that was waited for while the command ran.
CREATE TABLE service_event (
	run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
	nth INTEGER NOT NULL,
	-- as its wait names it
	service TEXT NOT NULL,
	change TEXT NOT NULL CHECK (change IN ('down', 'up', 'restarted', 'replaced')),
	-- when it was noticed
	at_us INTEGER NOT NULL,
	-- one clause; '' none
	detail TEXT NOT NULL,
	PRIMARY KEY (run_id, nth)
) STRICT, WITHOUT ROWID;

-- A service that the run started itself.
CREATE TABLE started_service (
	run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
	nth INTEGER NOT NULL,
	-- as the configuration names it
	name TEXT NOT NULL,
	-- the argument vector as a JSON list of strings
	command TEXT NOT NULL,
	started_us INTEGER NOT NULL,
	duration_us INTEGER,
	-- of one that ended by itself
	exit_code INTEGER,
	signal INTEGER,
	-- the end of its output, at most 64 KiB, and how much there was
	log TEXT NOT NULL,
	log_bytes INTEGER NOT NULL,
	PRIMARY KEY (run_id, nth)
) STRICT, WITHOUT ROWID;

-- A test may be blocked: its retry was not made, because a service did not come back.
ALTER TABLE retry RENAME TO retry_3;
CREATE TABLE retry (
	run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
	test_id INTEGER NOT NULL,
	verdict TEXT NOT NULL CHECK (verdict IN ('not-tried', 'passed', 'failed-again', 'not-seen',
		'skipped', 'blocked')),
	-- the number of the attempt that decided; NULL when there was none
	decided_by INTEGER,
	-- the service that was down while the test failed, and to which its failure is put down
	service TEXT,
	PRIMARY KEY (run_id, test_id)
) STRICT, WITHOUT ROWID;
INSERT INTO retry SELECT run_id, test_id, verdict, decided_by, NULL FROM retry_3;
DROP TABLE retry_3;

-- The one test that a selected attempt was to run alone: of the others it says nothing, not even
-- that it did not see them.
CREATE TABLE alone (
	attempt_id INTEGER PRIMARY KEY REFERENCES attempt (id) ON DELETE CASCADE,
	test_id INTEGER NOT NULL
) STRICT;

-- Who else failed like that?
CREATE INDEX failure_by_signature ON failure (signature);
