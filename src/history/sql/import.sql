-- SPDX-License-Identifier: Apache-2.0
--
-- Statements of import.c: what is there already, and what follows from all of it.

-- name: find_run
SELECT id, imported, commit_id, tree_id FROM run
WHERE key = :key AND job = :job AND variant = :variant;

-- Fills gaps; a known value stays. The earliest start counts, whatever the order of imports.
-- name: fill_run
UPDATE run
SET commit_id = coalesce(commit_id, :commit), tree_id = coalesce(tree_id, :tree),
	branch = coalesce(branch, :branch), pull_request = coalesce(pull_request, :pull_request),
	provider = coalesce(provider, :provider), ci_run = coalesce(ci_run, :ci_run),
	ci_attempt = coalesce(ci_attempt, :ci_attempt), ci_job = coalesce(ci_job, :ci_job),
	dirty = max(dirty, :dirty), started_us = min(started_us, :started)
WHERE id = :run;

-- name: find_attempt
SELECT id FROM attempt WHERE run_id = :run AND number = :number;

-- A file that could not be read has no digest; its path stands in.
-- name: find_file
SELECT id FROM results_file
WHERE attempt_id = :attempt AND digest = :digest AND (digest <> '' OR path = :path)
LIMIT 1;

-- name: find_other_outcome
SELECT nth FROM result
WHERE attempt_id = :attempt AND test_id = :test AND outcome <> :outcome
LIMIT 1;

-- The longest account of how long it took: what the import says, or the test times of all files.
-- Nothing takes no time at all: 0 is unknown.
-- name: settle_attempt
UPDATE attempt
SET started_us = min(started_us, :started),
	duration_us = nullif(max(
		coalesce(duration_us, 0), coalesce(:duration, 0),
		(SELECT coalesce(sum(time_us), 0) FROM results_file
		 WHERE attempt_id = attempt.id)), 0)
WHERE id = :attempt;

-- What the run comes to, over all its attempts. "Standing" is the last attempt that ran the test.
-- name: sum_run
WITH seen AS (
	SELECT result.test_id, attempt.number,
		max(result.outcome IN ('failed', 'error')) AS bad,
		max(result.failed_tries > 0) AS tried
	FROM attempt CROSS JOIN result ON result.attempt_id = attempt.id
	WHERE attempt.run_id = :run AND result.outcome <> 'skipped'
	GROUP BY result.test_id, attempt.number
), standing AS (
	-- SQLite takes the bare column from the row of the maximum
	SELECT test_id, max(number), bad FROM seen GROUP BY test_id
), suite AS (
	SELECT attempt.number, sum(results_file.suite_errors) AS errors
	FROM attempt CROSS JOIN results_file ON results_file.attempt_id = attempt.id
	WHERE attempt.run_id = :run
	GROUP BY attempt.number
)
SELECT
	EXISTS (SELECT 1 FROM standing WHERE bad)
	OR EXISTS (SELECT 1 FROM suite WHERE errors > 0 AND number =
		(SELECT max(number) FROM attempt WHERE run_id = :run)) AS failed,
	EXISTS (SELECT 1 FROM seen WHERE bad OR tried)
	OR EXISTS (SELECT 1 FROM suite WHERE errors > 0) AS troubled,
	EXISTS (SELECT 1 FROM attempt CROSS JOIN result ON result.attempt_id = attempt.id
		WHERE attempt.run_id = :run) AS any_result;

-- name: settle_run
UPDATE run
SET outcome = :outcome,
	duration_us = (SELECT sum(duration_us) FROM attempt WHERE run_id = :run)
WHERE id = :run;
