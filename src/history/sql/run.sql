-- SPDX-License-Identifier: Apache-2.0
--
-- Statements of find_run.c and load_run.c: one run, as it was.

-- The key as it is comes first. A key that begins with the same letters lies behind it, and in front
-- of the same letters with a byte behind them that is in no text.
-- name: find_runs
SELECT id, key, job, variant, started_us FROM run
WHERE key >= :key AND key < :key || CAST(x'ff' AS TEXT)
	AND (:job IS NULL OR job = :job) AND (:variant IS NULL OR variant = :variant)
ORDER BY key <> :key, started_us DESC, key, job, variant
LIMIT :most;

-- The one that was recorded last. A wait on its own has neither a command nor attempts; segments of others need not name a
-- command.
-- name: find_last_run
SELECT id, key, job, variant, started_us FROM run
WHERE id <= :newest
	AND (imported = 1 OR command <> '[]'
		OR EXISTS (SELECT 1 FROM attempt WHERE attempt.run_id = run.id))
	AND (:job IS NULL OR job = :job) AND (:variant IS NULL OR variant = :variant)
ORDER BY id DESC
LIMIT 1;

-- name: list_runs
SELECT id, key, job, variant, started_us FROM run
WHERE imported = 1 OR command <> '[]'
	OR EXISTS (SELECT 1 FROM attempt WHERE attempt.run_id = run.id)
ORDER BY job, variant, started_us, key;

-- name: find_run_command
SELECT command, folder FROM run WHERE key = :key AND job = :job AND variant = :variant;

-- name: load_run
SELECT imported, key, job, variant, commit_id, tree_id, branch, pull_request, dirty, started_us,
	duration_us, outcome, exit_code, because, thinned
FROM run WHERE id = :run;

-- name: load_run_waits
SELECT target, service, probe, ready, cancelled, stage, error, attempts, started_us, duration_us,
	limit_us, attempt, optional, inverted, permanent, losses, resolve_us, listen_us, connect_us,
	settle_us, protocol_us, application_us, last_seen_us, owner
FROM wait WHERE run_id = :run ORDER BY nth;

-- name: load_run_events
SELECT service, change, at_us, detail FROM service_event WHERE run_id = :run ORDER BY nth;

-- name: load_attempts
SELECT attempt.id, attempt.number, attempt.scope, attempt.ended, attempt.exit_code, attempt.signal,
	attempt.started_us, attempt.duration_us, attempt.complete, alone.test_id
FROM attempt LEFT JOIN alone ON alone.attempt_id = attempt.id
WHERE attempt.run_id = :run ORDER BY attempt.number;

-- name: load_attempt_rows
SELECT test_id, outcome, duration_us, failed_tries, failure_id
FROM result WHERE attempt_id = :attempt ORDER BY test_id, nth;

-- name: load_retry
SELECT verdict, decided_by, service, excused_by FROM retry WHERE run_id = :run AND test_id = :test;

-- name: list_failures_like
SELECT failure.id FROM signature CROSS JOIN failure ON failure.signature_id = signature.id
WHERE signature.hash = :signature;

-- Every failure on record, once a run at least: the rows are few beside the results.
-- name: list_failure_runs
SELECT attempt.run_id, result.failure_id
FROM run
CROSS JOIN attempt ON attempt.run_id = run.id
CROSS JOIN result ON result.attempt_id = attempt.id
WHERE run.id >= :oldest AND result.failure_id IS NOT NULL
ORDER BY run.id;
