-- SPDX-License-Identifier: Apache-2.0
--
-- Statements of query_*.c, which answer what include/steady/history.h asks.

-- The newest first; NULL as attempt: it has none.
-- name: query_runs
SELECT run.id, run.key, run.job, run.variant, run.commit_id, run.branch, run.outcome,
	run.started_us, run.duration_us, run.thinned, attempt.id
FROM run LEFT JOIN attempt ON attempt.run_id = run.id AND attempt.number = 1
WHERE run.started_us >= :since AND run.started_us < :until AND (:job IS NULL OR run.job = :job)
ORDER BY run.started_us DESC, run.key DESC, run.job DESC, run.variant DESC;

-- The worst one of several comes first.
-- name: query_row
SELECT outcome, duration_us, failed_tries FROM result
WHERE attempt_id = :attempt AND test_id = :test
ORDER BY CASE outcome WHEN 'error' THEN 0 WHEN 'failed' THEN 1 WHEN 'passed' THEN 2 ELSE 3 END
LIMIT 1;

-- name: query_retry
SELECT verdict FROM retry WHERE run_id = :run AND test_id = :test;

-- name: query_rollup
SELECT run_id, roster_id, seen FROM rollup WHERE run_id = :run;

-- name: query_trend
SELECT run.id, run.started_us, run.outcome, run.duration_us, rollup.results, rollup.seen
FROM run LEFT JOIN rollup ON rollup.run_id = run.id
WHERE run.started_us >= :since AND run.started_us < :until AND (:job IS NULL OR run.job = :job)
ORDER BY run.started_us, run.key, run.job, run.variant;

-- name: query_blocks
SELECT block.suite_id, block.results, block.pace_id
FROM run CROSS JOIN attempt ON attempt.run_id = run.id AND attempt.number = 1
	CROSS JOIN block ON block.attempt_id = attempt.id
WHERE run.started_us >= :since AND run.started_us < :until AND (:job IS NULL OR run.job = :job)
ORDER BY run.started_us, run.key, run.job, run.variant, block.nth;

-- name: query_waits
SELECT run.job, wait.service, wait.probe, wait.ready, wait.duration_us
FROM run CROSS JOIN wait ON wait.run_id = run.id
WHERE run.started_us >= :since AND run.started_us < :until AND (:job IS NULL OR run.job = :job)
	AND wait.cancelled = 0 AND wait.inverted = 0 AND wait.service IS NOT NULL
ORDER BY run.job, wait.service, wait.probe, wait.duration_us;
