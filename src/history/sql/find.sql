-- SPDX-License-Identifier: Apache-2.0
--
-- Statements of find.c and find_waits.c: questions about what the history knows.

-- name: find_expected_attempt
SELECT attempt.id, run.id, run.thinned
FROM run CROSS JOIN attempt ON attempt.run_id = run.id AND attempt.number = 1
WHERE run.job = :job AND run.variant = :variant AND run.command = :command
	AND run.folder IS :folder
	AND run.imported = 0 AND attempt.complete = 1
ORDER BY run.started_us DESC, run.key DESC
LIMIT 1;

-- Failures put down to a service are no flakes.
-- name: find_known_flakes
SELECT DISTINCT result.test_id
FROM run
CROSS JOIN attempt AS first ON first.run_id = run.id AND first.number = 1
CROSS JOIN result ON result.attempt_id = first.id
WHERE run.job = :job AND run.variant = :variant AND run.started_us >= :since
	AND run.command = :command AND run.folder IS :folder
	AND run.imported = 0 AND run.outcome = 'flaky'
	AND result.outcome IN ('failed', 'error')
	AND EXISTS (SELECT 1 FROM attempt AS again
		WHERE again.run_id = run.id AND again.number > 1 AND again.scope = 'whole'
			AND again.exit_code = 0)
	AND NOT EXISTS (SELECT 1 FROM retry
		WHERE retry.run_id = run.id AND retry.test_id = result.test_id
			AND retry.service IS NOT NULL);

-- Of runs whose results were dropped, by what is left of them.
-- name: find_thinned_flakes
SELECT rollup.run_id, rollup.seen
FROM run CROSS JOIN rollup ON rollup.run_id = run.id
WHERE run.job = :job AND run.variant = :variant AND run.started_us >= :since
	AND run.command = :command AND run.folder IS :folder
	AND run.imported = 0 AND run.outcome = 'flaky' AND run.thinned = 1
	AND EXISTS (SELECT 1 FROM attempt AS again
		WHERE again.run_id = run.id AND again.number > 1 AND again.scope = 'whole'
			AND again.exit_code = 0);

-- name: find_roster_of_run
SELECT roster_id FROM rollup WHERE run_id = :run;

-- name: find_earlier_waits
SELECT wait.ready, wait.duration_us
FROM run CROSS JOIN wait ON wait.run_id = run.id
WHERE run.job = :job AND run.started_us >= :since AND run.started_us < :until
	AND wait.service = :service AND wait.probe = :probe
	AND wait.cancelled = 0 AND wait.inverted = 0 AND wait.attempt = 1
ORDER BY run.started_us DESC, run.key DESC
LIMIT 200;

-- name: info
SELECT (SELECT count(*) FROM run), (SELECT coalesce(sum(len), 0) FROM test_page),
	(SELECT count(*) FROM result) + (SELECT coalesce(sum(told), 0) FROM block),
	(SELECT count(*) FROM wait), (SELECT coalesce(min(started_us), 0) FROM run),
	(SELECT coalesce(max(started_us), 0) FROM run);
