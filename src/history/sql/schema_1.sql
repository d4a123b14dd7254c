-- SPDX-License-Identifier: Apache-2.0
--
-- Schema 1: step 0 -> 1, from an empty file to the first history.
--
-- This file is frozen: a database in the field was made with these very lines, and
-- fixtures/history/v1.sql keeps one of them. A change is a new file schema_2.sql and one more row in
-- the table of steps in migrate.c.
--
-- Conventions. Times are microseconds, wall times since 1970 UTC (*_us). What is unknown is NULL,
-- never 0, -1 or ''. Words (outcome, verdict, ...) are the names that src/model gives them; the
-- constraints repeat them so that a wrong one is refused when it is written. Text is UTF-8; what was
-- not was repaired on its way in. Every table is STRICT.

-- 0x53544459, "STDY": how steady knows its own databases from those of other programs.
PRAGMA application_id = 1398031449;

-- One `steady run`, or one CI job execution whose result files were imported. A run is one
-- execution of one job in one variant (operating system, matrix leg, shard): the same CI run holds
-- several of them, with one key and different jobs.
CREATE TABLE run (
	id INTEGER PRIMARY KEY,
	key TEXT NOT NULL,
	imported INTEGER NOT NULL CHECK (imported IN (0, 1)),
	job TEXT NOT NULL,
	-- "k=v,k=v" sorted by key; '' for none
	variant TEXT NOT NULL,
	-- the argument vector as a JSON list of strings; [] for imports
	command TEXT NOT NULL,
	-- where the tested content came from; a later import may fill what is NULL
	commit_id TEXT,
	tree_id TEXT,
	branch TEXT,
	pull_request TEXT,
	-- 1: the work tree held changes, so that commit and tree do not name the tested content
	dirty INTEGER NOT NULL CHECK (dirty IN (0, 1)),
	provider TEXT,
	ci_run TEXT,
	ci_attempt TEXT,
	ci_job TEXT,
	started_us INTEGER NOT NULL,
	duration_us INTEGER,
	outcome TEXT NOT NULL CHECK (outcome IN ('passed', 'flaky', 'failed', 'timeout',
		'teardown-hang', 'not-ready', 'crashed', 'cancelled', 'no-results', 'error')),
	-- what steady answered; NULL for imports
	exit_code INTEGER,
	-- one sentence for people, where the outcome needs it
	because TEXT,
	UNIQUE (key, job, variant)
) STRICT;

-- Every report asks for a stretch of time ...
CREATE INDEX run_by_time ON run (started_us);
-- ... and every `steady run` for the newest run of its own job.
CREATE INDEX run_by_job ON run (job, variant, started_us);

-- The parents of a commit, in the order git has them. Kept by commit, not by run: what is known of
-- the graph serves every run of that commit.
CREATE TABLE commit_parent (
	commit_id TEXT NOT NULL,
	nth INTEGER NOT NULL,
	parent_id TEXT NOT NULL,
	PRIMARY KEY (commit_id, nth)
) STRICT, WITHOUT ROWID;

-- One execution of the command inside a run. Number 1 is the first; later ones are retries of
-- steady, or a CI job that somebody started again.
CREATE TABLE attempt (
	id INTEGER PRIMARY KEY,
	run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
	number INTEGER NOT NULL,
	scope TEXT NOT NULL CHECK (scope IN ('whole', 'selected')),
	ended TEXT NOT NULL CHECK (ended IN ('unknown', 'exited', 'signalled', 'timeout',
		'cancelled')),
	-- of an attempt that exited
	exit_code INTEGER,
	-- of one that a signal ended
	signal INTEGER,
	started_us INTEGER NOT NULL,
	duration_us INTEGER,
	-- 1: proven to have run every test of the suite
	complete INTEGER NOT NULL CHECK (complete IN (0, 1)),
	incomplete_why TEXT,
	UNIQUE (run_id, number)
) STRICT;

-- One result file as it was read. The digest of its bytes makes an import idempotent: a file that
-- the attempt already holds is not read into it twice. The counts are those of the file.
CREATE TABLE results_file (
	id INTEGER PRIMARY KEY,
	attempt_id INTEGER NOT NULL REFERENCES attempt (id) ON DELETE CASCADE,
	-- SHA-256 in hex; '' when the file could not be read
	digest TEXT NOT NULL,
	path TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('ok', 'repaired', 'incomplete', 'refused')),
	producer TEXT,
	-- why it is incomplete or refused
	error TEXT,
	tests INTEGER NOT NULL,
	passed INTEGER NOT NULL,
	failed INTEGER NOT NULL,
	errors INTEGER NOT NULL,
	skipped INTEGER NOT NULL,
	-- failed and then passed inside the file
	flaky INTEGER NOT NULL,
	-- errors that belong to no test, and what the first of them said
	suite_errors INTEGER NOT NULL,
	suite_error TEXT,
	-- the sum of the test times in it
	time_us INTEGER
) STRICT;

CREATE INDEX results_file_by_attempt ON results_file (attempt_id, digest);

-- A test. The hash is its identity; suite and file are not part of it, because they move: they
-- stand here as the run that was recorded last had them.
CREATE TABLE test (
	id INTEGER PRIMARY KEY,
	hash TEXT NOT NULL UNIQUE,
	suite TEXT,
	class TEXT,
	name TEXT,
	file TEXT,
	-- tells tests of one name in one file apart: 0, then 2, 3, ...
	copy INTEGER NOT NULL,
	-- the name as people see it, for searching
	shown TEXT NOT NULL
) STRICT;

-- What a failed test said; each different failure once, however many results name it. The digest
-- is that of all four texts.
CREATE TABLE failure (
	id INTEGER PRIMARY KEY,
	digest TEXT NOT NULL UNIQUE,
	-- the fingerprint of the masked failure
	signature TEXT,
	type TEXT,
	message TEXT,
	text TEXT
) STRICT;

-- One test in one attempt. A test that an attempt reports more than once (two files, or an import
-- that contradicts an earlier one) has several rows, told apart by nth: 0, 1, ... Nothing is
-- dropped; who reads takes the worst.
CREATE TABLE result (
	attempt_id INTEGER NOT NULL REFERENCES attempt (id) ON DELETE CASCADE,
	test_id INTEGER NOT NULL REFERENCES test (id),
	nth INTEGER NOT NULL,
	outcome TEXT NOT NULL CHECK (outcome IN ('passed', 'skipped', 'failed', 'error')),
	duration_us INTEGER,
	-- failures before the pass that the file itself reports
	failed_tries INTEGER NOT NULL,
	-- of a bad outcome, or of the first failed try
	failure_id INTEGER REFERENCES failure (id),
	PRIMARY KEY (attempt_id, test_id, nth)
) STRICT, WITHOUT ROWID;

-- What the retries of a `steady run` said about a test that failed in the first attempt. Only
-- 'passed' is a verified pass. Imports have no rows here: theirs is read off the attempts.
CREATE TABLE retry (
	run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
	test_id INTEGER NOT NULL REFERENCES test (id),
	verdict TEXT NOT NULL CHECK (verdict IN ('not-tried', 'passed', 'failed-again', 'not-seen',
		'skipped')),
	-- the number of the attempt that decided; NULL when there was none
	decided_by INTEGER,
	PRIMARY KEY (run_id, test_id)
) STRICT, WITHOUT ROWID;

-- One readiness wait for one target, ended well or not, in the order they were asked for.
CREATE TABLE wait (
	run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
	nth INTEGER NOT NULL,
	-- as it was given, secrets masked
	target TEXT NOT NULL,
	service TEXT,
	probe TEXT,
	ready INTEGER NOT NULL CHECK (ready IN (0, 1)),
	-- 1: stopped by a signal, says nothing about the service
	cancelled INTEGER NOT NULL CHECK (cancelled IN (0, 1)),
	-- the furthest stage it reached
	stage TEXT,
	-- why it was not ready, the last reason seen
	error TEXT,
	attempts INTEGER NOT NULL,
	started_us INTEGER NOT NULL,
	duration_us INTEGER,
	limit_us INTEGER,
	PRIMARY KEY (run_id, nth)
) STRICT, WITHOUT ROWID;
