-- SPDX-License-Identifier: Apache-2.0
--
-- Statements of compact.c and its parts. They walk through everything (info.sql).

-- The oldest first.
-- name: care_old_runs
SELECT id FROM run WHERE started_us < :before
ORDER BY started_us, key, job, variant LIMIT :most;

-- name: care_unthinned_runs
SELECT id FROM run WHERE started_us < :before AND thinned = 0
ORDER BY started_us, key, job, variant LIMIT :most;

-- name: care_count_old_runs
SELECT count(*), count(*) FILTER (WHERE thinned = 0) FROM run WHERE started_us < :before;

-- The run at that place, from 0, of those before.
-- name: care_nth_run
SELECT started_us FROM run WHERE started_us < :before ORDER BY started_us LIMIT 1 OFFSET :nth;

-- name: care_drop_run
DELETE FROM run WHERE id = :run;

-- Thinning a run.
-- name: care_count_results
SELECT results FROM rollup WHERE run_id = :run;

-- name: care_thin_blocks
DELETE FROM block WHERE attempt_id IN (SELECT id FROM attempt WHERE run_id = :run);

-- name: care_thin_rows
DELETE FROM result WHERE attempt_id IN (SELECT id FROM attempt WHERE run_id = :run);

-- name: care_thin_autopsies
DELETE FROM autopsy WHERE attempt_id IN (SELECT id FROM attempt WHERE run_id = :run);

-- name: care_thin_leaks
DELETE FROM leak WHERE attempt_id IN (SELECT id FROM attempt WHERE run_id = :run);

-- name: care_thin_conditions
DELETE FROM conditions WHERE attempt_id IN (SELECT id FROM attempt WHERE run_id = :run);

-- name: care_thin_alone
DELETE FROM alone WHERE attempt_id IN (SELECT id FROM attempt WHERE run_id = :run);

-- name: care_thin_logs
UPDATE started_service SET log = '' WHERE run_id = :run AND log <> '';

-- name: care_thin_run
UPDATE run SET thinned = 1 WHERE id = :run;

-- Texts.
-- name: care_young_failures
SELECT DISTINCT result.failure_id
FROM run
CROSS JOIN attempt ON attempt.run_id = run.id
CROSS JOIN result ON result.attempt_id = attempt.id
WHERE run.started_us >= :since AND result.failure_id IS NOT NULL;

-- name: care_thinned_rollups
SELECT rollup.run_id, rollup.seen
FROM run CROSS JOIN rollup ON rollup.run_id = run.id
WHERE run.started_us >= :since AND run.thinned = 1;

-- name: care_failures_with_texts
SELECT id FROM failure WHERE frame_id IS NOT NULL;

-- name: care_forget_texts
UPDATE failure SET frame_id = NULL WHERE id = :id;

-- Frames.
-- name: care_count_frames
SELECT count(*) FROM failure_frame;

-- name: care_frames_after
SELECT id, texts FROM failure_frame WHERE id > :after AND id <= :last ORDER BY id LIMIT 1;

-- name: care_named_texts
SELECT frame_id, nth, id FROM failure WHERE frame_id IS NOT NULL ORDER BY frame_id, nth;

-- name: care_drop_frame
DELETE FROM failure_frame WHERE id = :id;

-- name: care_move_texts
UPDATE failure SET frame_id = :frame, nth = :nth WHERE id = :id;

-- What nothing refers to.
-- name: care_sweep_rosters
DELETE FROM roster
WHERE id NOT IN (SELECT roster_id FROM rollup WHERE roster_id IS NOT NULL);

-- name: care_sweep_suites
DELETE FROM suite WHERE id NOT IN (SELECT suite_id FROM block);

-- The newest is what the next block is told against.
-- name: care_sweep_paces
DELETE FROM pace
WHERE id NOT IN (SELECT pace_id FROM block WHERE pace_id IS NOT NULL)
	AND id <> (SELECT max(id) FROM pace);

-- name: care_sweep_names
DELETE FROM test_name WHERE test_id NOT IN (SELECT test_id FROM result);

-- name: care_sweep_parents
DELETE FROM commit_parent
WHERE commit_id NOT IN (SELECT commit_id FROM run WHERE commit_id IS NOT NULL);

-- name: care_unnamed_failures
SELECT id FROM failure
WHERE id NOT IN (SELECT failure_id FROM result WHERE failure_id IS NOT NULL);

-- name: care_drop_failure
DELETE FROM failure WHERE id = :id;

-- name: care_unnamed_signatures
SELECT id FROM signature
WHERE id NOT IN (SELECT signature_id FROM failure WHERE signature_id IS NOT NULL);

-- name: care_drop_signature
DELETE FROM signature WHERE id = :id;

-- Tests.
-- name: care_page_ranges
SELECT first_id, len FROM test_page ORDER BY first_id;

-- name: care_named_tests
SELECT test_id FROM result
UNION SELECT test_id FROM retry
UNION SELECT test_id FROM alone
UNION SELECT test_id FROM test_name;

-- name: care_drop_page
DELETE FROM test_page WHERE first_id = :first;

-- name: care_drop_days
DELETE FROM test_day WHERE part = :part;
