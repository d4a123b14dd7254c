-- SPDX-License-Identifier: Apache-2.0
--
-- Statements of check.c and its parts, and of repair.c. They walk through everything (info.sql).

-- name: care_integrity
SELECT integrity_check FROM pragma_integrity_check(100);

-- name: care_foreign_keys
SELECT "table", rowid, parent FROM pragma_foreign_key_check;

-- Steps of work (check.h).
-- name: care_count_steps
SELECT (SELECT count(*) FROM block) + 2 * (SELECT count(*) FROM rollup)
	+ (SELECT count(*) FROM failure_frame) + (SELECT count(*) FROM suite)
	+ (SELECT count(*) FROM roster) + (SELECT count(*) FROM pace)
	+ (SELECT count(*) FROM test_page);

-- name: care_pages
SELECT first_id FROM test_page ORDER BY first_id;

-- name: care_index_size
SELECT coalesce(sum(length(tests)), 0) / 24 FROM test_hash;

-- name: care_days
SELECT part FROM test_day ORDER BY part;

-- name: care_names
SELECT test_id, id, shown FROM test_name ORDER BY test_id;

-- name: care_suites
SELECT id FROM suite ORDER BY id;

-- name: care_rosters
SELECT id FROM roster ORDER BY id;

-- name: care_roster
SELECT digest, tests FROM roster WHERE id = :id;

-- name: care_paces
SELECT id FROM pace ORDER BY id;

-- name: care_failures
SELECT failure.id, failure.frame_id, failure.nth, failure.digest, signature.hash
FROM failure LEFT JOIN signature ON signature.id = failure.signature_id
WHERE failure.frame_id IS NOT NULL
ORDER BY failure.frame_id, failure.nth;

-- name: care_frames
SELECT id FROM failure_frame ORDER BY id;

-- name: care_frame
SELECT texts FROM failure_frame WHERE id = :id;

-- name: care_blocks
SELECT id FROM block ORDER BY id;

-- name: care_block
SELECT attempt_id, told, suite_id, results, pace_id FROM block WHERE id = :id;

-- name: care_has_row
SELECT 1 FROM result WHERE attempt_id = :attempt AND test_id = :test LIMIT 1;

-- Rows as others name them: by attempt.
-- name: care_tests_of_rows
SELECT 'result', attempt_id, test_id FROM result
UNION ALL SELECT 'retry', run_id, test_id FROM retry
UNION ALL SELECT 'alone', attempt_id, test_id FROM alone;

-- name: care_runs
SELECT id, thinned FROM run ORDER BY id;

-- name: care_rollup
SELECT results, tests, tests_us, roster_id, seen FROM rollup WHERE run_id = :run;

-- name: care_has_failure
SELECT 1 FROM failure WHERE id = :id;

-- name: care_empty_index
DELETE FROM test_hash;

-- name: care_forget_name
DELETE FROM test_name WHERE test_id = :test;

-- name: care_tell
UPDATE block SET told = :told WHERE id = :id;
