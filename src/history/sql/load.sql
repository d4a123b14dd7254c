-- SPDX-License-Identifier: Apache-2.0
--
-- Statements of load.c. All of a window run along run_by_time, so that their rows come in the order
-- of the runs without sorting; CROSS JOIN holds SQLite to that order of the tables.

-- name: load_span
SELECT coalesce((SELECT max(started_us) FROM run), 0),
	coalesce((SELECT min(started_us) FROM run), 0);

-- name: load_runs
SELECT id, key, job, variant, command, commit_id, tree_id, branch, pull_request, dirty,
	outcome, started_us, duration_us,
	(SELECT coalesce(sum(attempt.duration_us), 0) FROM attempt
	 WHERE attempt.run_id = run.id AND attempt.number >= 2)
FROM run
WHERE started_us >= :since AND started_us < :until AND (:job IS NULL OR job = :job)
	AND (:branch IS NULL OR branch = :branch)
ORDER BY started_us, key, job, variant;

-- name: load_rollups
SELECT run.id, rollup.results, rollup.tests, rollup.tests_us, rollup.roster_id, rollup.seen
FROM run
CROSS JOIN rollup ON rollup.run_id = run.id
WHERE run.started_us >= :since AND run.started_us < :until AND (:job IS NULL OR run.job = :job)
	AND (:branch IS NULL OR run.branch = :branch)
ORDER BY run.started_us, run.key, run.job, run.variant;

-- name: load_roster
SELECT len, tests FROM roster WHERE id = :id;

-- name: load_signature
SELECT hash, example FROM signature WHERE id = :id;

-- One attempt.
-- name: list_attempt_blocks
SELECT suite_id, results, pace_id FROM block WHERE attempt_id = :attempt ORDER BY nth;

-- name: list_attempt_rows
SELECT test_id, outcome, failed_tries FROM result WHERE attempt_id = :attempt;

-- name: list_attempts
SELECT id, number FROM attempt WHERE run_id = :run ORDER BY number;

-- name: load_waits
SELECT run.id, wait.target, wait.service, wait.probe, wait.ready, wait.cancelled, wait.stage,
	wait.error, wait.attempts, wait.started_us, wait.duration_us, wait.limit_us,
	wait.attempt, wait.optional, wait.inverted, wait.permanent, wait.losses,
	wait.resolve_us, wait.listen_us, wait.connect_us, wait.settle_us, wait.protocol_us,
	wait.application_us, wait.last_seen_us, wait.owner
FROM run
CROSS JOIN wait ON wait.run_id = run.id
WHERE run.started_us >= :since AND run.started_us < :until AND (:job IS NULL OR run.job = :job)
	AND (:branch IS NULL OR run.branch = :branch)
ORDER BY run.started_us, run.key, run.job, run.variant, wait.nth;

-- How many failures are put down to each service, with what became of it.
-- name: load_service_events
SELECT run.id, service_event.service, service_event.change, service_event.at_us,
	service_event.detail,
	(SELECT count(*) FROM retry
	 WHERE retry.run_id = run.id AND retry.service = service_event.service)
FROM run
CROSS JOIN service_event ON service_event.run_id = run.id
WHERE run.started_us >= :since AND run.started_us < :until AND (:job IS NULL OR run.job = :job)
	AND (:branch IS NULL OR run.branch = :branch)
ORDER BY run.started_us, run.key, run.job, run.variant, service_event.nth;

-- name: load_earlier_waits
SELECT run.job, run.variant, wait.service, wait.probe, wait.started_us, wait.duration_us
FROM run
CROSS JOIN wait ON wait.run_id = run.id
WHERE run.started_us >= :since AND run.started_us < :until AND (:job IS NULL OR run.job = :job)
	AND (:branch IS NULL OR run.branch = :branch)
	AND wait.ready = 1 AND wait.cancelled = 0 AND wait.attempt = 1
	AND wait.inverted = 0
ORDER BY run.started_us, run.key, run.job, run.variant, wait.nth;

-- name: load_suite
SELECT len, tests FROM suite WHERE id = :id;

-- The page that holds a test, if any does.
-- name: find_test_page
SELECT first_id, len, tests FROM test_page
WHERE first_id <= :id ORDER BY first_id DESC LIMIT 1;

-- name: next_test_page
SELECT first_id, len, tests FROM test_page
WHERE first_id > :id ORDER BY first_id LIMIT 1;

-- name: list_parents
SELECT parent_id FROM commit_parent WHERE commit_id = :commit ORDER BY nth;
