-- SPDX-License-Identifier: Apache-2.0
--
-- Statements of find.c: questions about what the history knows.

-- name: find_expected_attempt
SELECT attempt.id
FROM run CROSS JOIN attempt ON attempt.run_id = run.id AND attempt.number = 1
WHERE run.job = :job AND run.variant = :variant AND run.command = :command
	AND run.imported = 0 AND attempt.complete = 1
ORDER BY run.started_us DESC, run.id DESC
LIMIT 1;

-- name: info
SELECT (SELECT count(*) FROM run), (SELECT coalesce(sum(len), 0) FROM test_page),
	(SELECT count(*) FROM result) + (SELECT coalesce(sum(told), 0) FROM block),
	(SELECT count(*) FROM wait), (SELECT coalesce(min(started_us), 0) FROM run),
	(SELECT coalesce(max(started_us), 0) FROM run);
