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

-- name: list_attempt_tests
SELECT DISTINCT test.hash
FROM result CROSS JOIN test ON test.id = result.test_id
WHERE result.attempt_id = :attempt
ORDER BY test.hash;

-- name: find_tests_by_shown
SELECT hash, suite, class, name, file, copy FROM test
WHERE shown = :text
ORDER BY shown, hash
LIMIT 50;

-- name: find_tests_by_name
SELECT hash, suite, class, name, file, copy FROM test
WHERE name = :text
ORDER BY shown, hash
LIMIT 50;

-- instr() takes the text literally; :prefix is NULL unless the text can begin a test id.
-- name: find_tests_by_part
SELECT hash, suite, class, name, file, copy FROM test
WHERE substr(hash, 1, length(:prefix)) = :prefix OR instr(lower(shown), lower(:text)) > 0
ORDER BY substr(hash, 1, length(:prefix)) IS :prefix DESC, shown, hash
LIMIT 50;

-- name: info
SELECT (SELECT count(*) FROM run), (SELECT count(*) FROM test), (SELECT count(*) FROM result),
	(SELECT count(*) FROM wait), (SELECT coalesce(min(started_us), 0) FROM run),
	(SELECT coalesce(max(started_us), 0) FROM run);
