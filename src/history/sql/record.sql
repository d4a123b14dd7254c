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
ON CONFLICT DO NOTHING;

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

-- Lists of tests (suite.c). The second column: no test was renamed since.
-- name: find_suite
SELECT id, renaming = (SELECT max(renaming) FROM suite), ordering, repeats FROM suite
WHERE digest = :digest;

-- name: insert_suite
INSERT INTO suite (digest, ordering, renaming, repeats, len, tests)
VALUES (:digest, :ordering, (SELECT coalesce(max(renaming), 0) FROM suite) + :renamed, :repeats,
	:len, :tests);

-- name: update_suite_renaming
UPDATE suite SET renaming = (SELECT max(renaming) FROM suite) + :renamed WHERE id = :suite;

-- name: look_at_attempt
SELECT (SELECT coalesce(max(nth) + 1, 0) FROM block WHERE attempt_id = :attempt),
	EXISTS (SELECT 1 FROM result WHERE attempt_id = :attempt);

-- name: insert_block
INSERT INTO block (attempt_id, nth, suite_id, told, results)
VALUES (:attempt, :nth, :suite, :told, :results);

-- name: find_failure
SELECT id FROM failure WHERE digest = :digest;

-- name: insert_failure
INSERT INTO failure (digest, signature, type, message, text)
VALUES (:digest, :signature, :type, :message, :text);

-- name: next_result_nth
SELECT coalesce(max(nth) + 1, 0) FROM result WHERE attempt_id = :attempt AND test_id = :test;

-- name: insert_result
INSERT INTO result (attempt_id, test_id, nth, outcome, duration_us, failed_tries, failure_id)
VALUES (:attempt, :test, :nth, :outcome, :duration, :failed_tries, :failure);

-- Two failed tests of one identity: a verdict other than passed is never painted over.
-- name: insert_retry
INSERT INTO retry (run_id, test_id, verdict, decided_by, service)
VALUES (:run, :test, :verdict, :decided_by, :service)
ON CONFLICT DO UPDATE SET verdict = excluded.verdict, decided_by = excluded.decided_by,
	service = excluded.service
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
