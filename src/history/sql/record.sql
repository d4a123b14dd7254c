-- SPDX-License-Identifier: Apache-2.0
--
-- Statements that write rows, for record.c and import.c. "-- name:" starts a statement (sql.h).

-- name: insert_run
INSERT INTO run (key, imported, job, variant, command, commit_id, tree_id, branch, pull_request,
	dirty, provider, ci_run, ci_attempt, ci_job, started_us, duration_us, outcome, exit_code,
	because, folder)
VALUES (:key, :imported, :job, :variant, :command, :commit, :tree, :branch, :pull_request,
	:dirty, :provider, :ci_run, :ci_attempt, :ci_job, :started, :duration, :outcome, :exit_code,
	:because, :folder);

-- name: insert_parent
INSERT INTO commit_parent (commit_id, nth, parent_id)
VALUES (:commit, :nth, :parent)
ON CONFLICT DO UPDATE SET parent_id = min(parent_id, excluded.parent_id);

-- name: insert_attempt
INSERT INTO attempt (run_id, number, scope, ended, exit_code, signal, started_us, duration_us,
	complete, incomplete_why)
VALUES (:run, :number, :scope, :ended, :exit_code, :signal, :started, :duration, :complete,
	:incomplete_why);

-- name: insert_alone
INSERT INTO alone (attempt_id, test_id) VALUES (:attempt, :test);

-- name: insert_conditions
INSERT INTO conditions (attempt_id, cores, load_start, load_end, pressure, memory_limit, oom_kills)
VALUES (:attempt, :cores, :load_start, :load_end, :pressure, :memory_limit, :oom_kills);

-- name: insert_autopsy
INSERT INTO autopsy (attempt_id, report) VALUES (:attempt, :report);

-- name: insert_leak
INSERT INTO leak (attempt_id, nth, name, command, ports)
VALUES (:attempt, :nth, :name, :command, :ports);

-- name: insert_file
INSERT INTO results_file (attempt_id, digest, path, state, producer, error, tests, passed, failed,
	errors, skipped, flaky, suite_errors, suite_error, time_us)
VALUES (:attempt, :digest, :path, :state, :producer, :error, :tests, :passed, :failed, :errors,
	:skipped, :flaky, :suite_errors, :suite_error, :time);

-- Tests (test_page.c, test_index.c).
-- name: write_test_page
INSERT INTO test_page (first_id, len, tests) VALUES (:first, :len, :tests)
ON CONFLICT DO UPDATE SET len = excluded.len, tests = excluded.tests;

-- name: load_bucket
SELECT tests FROM test_hash WHERE bucket = :bucket;

-- name: write_bucket
INSERT INTO test_hash (bucket, tests) VALUES (:bucket, :tests)
ON CONFLICT DO UPDATE SET tests = excluded.tests;

-- Lists of tests (suite.c).
-- name: find_suite
SELECT id, day, varies, ordering, repeats FROM suite WHERE digest = :digest;

-- name: insert_suite
INSERT INTO suite (digest, ordering, day, varies, repeats, len, tests)
VALUES (:digest, :ordering, :day, :varies, :repeats, :len, :tests);

-- name: update_suite_day
UPDATE suite SET day = max(day, :day), varies = :varies WHERE id = :suite;

-- The days of names (test_days.c).
-- name: load_days
SELECT days FROM test_day WHERE part = :part;

-- name: write_days
INSERT INTO test_day (part, days) VALUES (:part, :days)
ON CONFLICT DO UPDATE SET days = excluded.days;

-- name: look_at_attempt
SELECT (SELECT coalesce(max(nth) + 1, 0) FROM block WHERE attempt_id = :attempt),
	EXISTS (SELECT 1 FROM result WHERE attempt_id = :attempt),
	run.id, run.started_us
FROM attempt CROSS JOIN run ON run.id = attempt.run_id
WHERE attempt.id = :attempt;

-- name: insert_block
INSERT INTO block (attempt_id, nth, suite_id, told, results, pace_id)
VALUES (:attempt, :nth, :suite, :told, :results, :pace);

-- The usual times of tests (pace.c).
-- name: load_newest_pace
SELECT id, codes, due_run FROM pace WHERE id > 0 ORDER BY id DESC LIMIT 1;

-- name: load_pace
SELECT id, codes FROM pace WHERE id = :id;

-- name: insert_pace
INSERT INTO pace (id, due_run, codes)
VALUES ((SELECT max(coalesce(max(id), 0), 0) + 1 FROM pace), :due_run, :codes);

-- name: list_blocks_since
SELECT block.suite_id, block.results, block.pace_id
FROM attempt CROSS JOIN block ON block.attempt_id = attempt.id
WHERE attempt.run_id > :run AND attempt.number = 1;

-- Failures (failure_text.c).
-- name: find_failure
SELECT failure.id, failure.frame_id IS NULL
FROM failure LEFT JOIN signature ON signature.id = failure.signature_id
WHERE failure.digest = :digest AND signature.hash IS :signature;

-- Of one that had lost its texts.
-- name: give_texts
UPDATE failure SET frame_id = :frame, nth = :nth WHERE id = :id;

-- name: insert_failure
INSERT INTO failure (id, signature_id, digest, frame_id, nth)
VALUES (:id, :signature, :digest, :frame, :nth);

-- name: find_signature
SELECT id, example FROM signature WHERE hash = :hash;

-- name: update_example
UPDATE signature SET example = :example WHERE id = :id;

-- name: insert_signature
INSERT INTO signature (hash, example) VALUES (:hash, :example);

-- name: next_frame
SELECT coalesce(max(id), 0) + 1 FROM failure_frame;

-- name: insert_frame
INSERT INTO failure_frame (id, texts) VALUES (:id, :texts);

-- name: load_failure
SELECT signature.hash, failure.nth, failure_frame.id, failure_frame.texts
FROM failure
LEFT JOIN signature ON signature.id = failure.signature_id
LEFT JOIN failure_frame ON failure_frame.id = failure.frame_id
WHERE failure.id = :id;

-- name: has_name
SELECT test_id FROM test_name WHERE test_id = :test;

-- name: name_test
INSERT INTO test_name (test_id, id, shown) VALUES (:test, :id, :shown);

-- name: rename_test
UPDATE test_name SET shown = :shown WHERE test_id = :test;

-- name: next_result_nth
SELECT coalesce(max(nth) + 1, 0) FROM result WHERE attempt_id = :attempt AND test_id = :test;

-- name: insert_result
INSERT INTO result (attempt_id, test_id, nth, outcome, duration_us, failed_tries, failure_id)
VALUES (:attempt, :test, :nth, :outcome, :duration, :failed_tries, :failure);

-- Two failed tests of one identity: a verdict other than passed is never painted over.
-- name: insert_retry
INSERT INTO retry (run_id, test_id, verdict, decided_by, service, excused_by)
VALUES (:run, :test, :verdict, :decided_by, :service, :excused_by)
ON CONFLICT DO UPDATE SET verdict = excluded.verdict, decided_by = excluded.decided_by,
	service = excluded.service, excused_by = excluded.excused_by
WHERE excluded.verdict <> 'passed';

-- name: insert_wait
INSERT INTO wait (run_id, nth, target, service, probe, ready, cancelled, stage, error, attempts,
	started_us, duration_us, limit_us, attempt, optional, inverted, permanent, losses,
	resolve_us, listen_us, connect_us, settle_us, protocol_us, application_us, last_seen_us,
	owner)
VALUES (:run, :nth, :target, :service, :probe, :ready, :cancelled, :stage, :error, :attempts,
	:started, :duration, :limit, :attempt, :optional, :inverted, :permanent, :losses,
	:resolve, :listen, :connect, :settle, :protocol, :application, :last_seen, :owner);

-- name: insert_started_service
INSERT INTO started_service (run_id, nth, name, command, started_us, duration_us, exit_code, signal,
	log, log_bytes)
VALUES (:run, :nth, :name, :command, :started, :duration, :exit_code, :signal, :log, :log_bytes);

-- name: insert_service_event
INSERT INTO service_event (run_id, nth, service, change, at_us, detail)
VALUES (:run, :nth, :service, :change, :at, :detail);

-- Rollups (rollup.c, roster.c).
-- name: find_roster
SELECT id FROM roster WHERE digest = :digest;

-- name: insert_roster
INSERT INTO roster (digest, len, tests) VALUES (:digest, :len, :tests);

-- name: look_at_run
SELECT imported, outcome FROM run WHERE id = :run;

-- The verdict is looked up for failures only: 1 passed when tried again, 4 failed again; 2 more: put
-- down to a service that was down.
-- name: list_run_rows
SELECT test_id, outcome, duration_us, failed_tries, failure_id,
	CASE WHEN outcome IN ('failed', 'error') THEN
		(SELECT (retry.verdict = 'passed') + 2 * (retry.service IS NOT NULL)
			+ 4 * (retry.verdict = 'failed-again') FROM retry
		 WHERE retry.run_id = :run AND retry.test_id = result.test_id)
	END
FROM result WHERE attempt_id = :attempt;

-- name: find_failure_signature
SELECT signature_id FROM failure WHERE id = :id;

-- name: find_failure_digest
SELECT digest FROM failure WHERE id = :id;

-- name: write_rollup
INSERT INTO rollup (run_id, results, tests, tests_us, roster_id, seen)
VALUES (:run, :results, :tests, :tests_us, :roster, :seen)
ON CONFLICT DO UPDATE SET results = excluded.results, tests = excluded.tests,
	tests_us = excluded.tests_us, roster_id = excluded.roster_id, seen = excluded.seen;
