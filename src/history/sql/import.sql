-- SPDX-License-Identifier: Apache-2.0
--
-- Statements of import.c: what is there already, and what follows from all of it.

-- name: find_run
SELECT id, imported, commit_id, tree_id, thinned FROM run
WHERE key = :key AND job = :job AND variant = :variant;

-- Fills gaps. Of two values the lesser counts, and the earliest start, whatever the order of imports.
-- name: fill_run
UPDATE run
SET commit_id = coalesce(commit_id, :commit), tree_id = coalesce(min(tree_id, :tree), tree_id, :tree),
	branch = coalesce(min(branch, :branch), branch, :branch),
	pull_request = coalesce(min(pull_request, :pull_request), pull_request, :pull_request),
	provider = coalesce(min(provider, :provider), provider, :provider),
	ci_run = coalesce(min(ci_run, :ci_run), ci_run, :ci_run),
	ci_attempt = coalesce(min(ci_attempt, :ci_attempt), ci_attempt, :ci_attempt),
	ci_job = coalesce(min(ci_job, :ci_job), ci_job, :ci_job),
	dirty = max(dirty, :dirty), started_us = min(started_us, :started)
WHERE id = :run;

-- name: find_attempt
SELECT id FROM attempt WHERE run_id = :run AND number = :number;

-- A file that could not be read has no digest; its path stands in.
-- name: find_file
SELECT id FROM results_file
WHERE attempt_id = :attempt AND digest = :digest AND (digest <> '' OR path = :path)
LIMIT 1;

-- The same bytes may have come by another path elsewhere: the lesser one counts.
-- name: settle_file
UPDATE results_file SET path = :path
WHERE attempt_id = :attempt AND digest = :digest AND digest <> '' AND :path <> '' AND (path = '' OR path > :path);

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

-- Errors that belong to no test: in the last attempt, and in all.
-- name: sum_suite_errors
SELECT coalesce(sum(results_file.suite_errors) FILTER (WHERE attempt.number =
		(SELECT max(number) FROM attempt WHERE run_id = :run)), 0),
	coalesce(sum(results_file.suite_errors), 0)
FROM attempt CROSS JOIN results_file ON results_file.attempt_id = attempt.id
WHERE attempt.run_id = :run;

-- Without an outcome the one on record stays.
-- name: settle_run
UPDATE run
SET outcome = coalesce(:outcome, outcome),
	duration_us = (SELECT sum(duration_us) FROM attempt WHERE run_id = :run)
WHERE id = :run;
