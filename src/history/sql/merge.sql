-- SPDX-License-Identifier: Apache-2.0
--
-- Statements of merge.c: rows go over whole, so that no column is forgotten. Of the parameters by number the
-- n-th is the n-th column; those that are ids are other ones there.

-- Equal texts: the same run, as far as can be told without looking at each result.
-- name: merge_gist
SELECT quote(run.imported) || quote(run.command) || quote(run.commit_id) || quote(run.tree_id)
	|| quote(run.started_us) || quote(run.duration_us) || quote(run.outcome)
	|| quote(run.exit_code)
	|| quote((SELECT group_concat(one.gist) FROM (SELECT number || scope || ended
			|| quote(exit_code) || started_us || quote(duration_us) AS gist
		FROM attempt WHERE attempt.run_id = run.id ORDER BY number) AS one))
	|| quote((SELECT group_concat(one.digest) FROM (SELECT results_file.digest
		FROM attempt CROSS JOIN results_file ON results_file.attempt_id = attempt.id
		WHERE attempt.run_id = run.id ORDER BY attempt.number, results_file.digest) AS one))
	|| quote((SELECT count(*) FROM wait WHERE wait.run_id = run.id))
	|| quote((SELECT results || ',' || tests || ',' || tests_us FROM rollup
		WHERE rollup.run_id = run.id))
	|| quote((SELECT count(*) || ',' || total(failure.digest & 1099511627775)
		FROM attempt CROSS JOIN result ON result.attempt_id = attempt.id
		LEFT JOIN failure ON failure.id = result.failure_id
		WHERE attempt.run_id = run.id))
FROM run WHERE run.id = :id;

-- In the order in which they were recorded.
-- name: merge_list_runs
SELECT id, key, job, variant FROM run ORDER BY id;

-- name: merge_find_run
SELECT id FROM run WHERE key = :key AND job = :job AND variant = :variant;

-- name: merge_name
SELECT key, job, variant, twin, thinned FROM run WHERE id = :id;

-- name: last_test
SELECT coalesce(max(first_id + len - 1), 0) FROM test_page
WHERE first_id = (SELECT max(first_id) FROM test_page);

-- name: merge_read_run
SELECT * FROM run WHERE id = :id;

-- name: merge_write_run
INSERT INTO run VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
	?21, ?22, ?23);

-- name: merge_read_attempt
SELECT * FROM attempt WHERE run_id = :id ORDER BY number;

-- name: merge_write_attempt
INSERT INTO attempt VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11);

-- name: merge_read_results_file
SELECT * FROM results_file WHERE attempt_id = :id;

-- name: merge_write_results_file
INSERT INTO results_file VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16);

-- name: merge_read_block
SELECT id, attempt_id, nth, told, suite_id, results, pace_id FROM block WHERE attempt_id = :id ORDER BY nth;

-- name: merge_write_block
INSERT INTO block (id, attempt_id, nth, told, suite_id, results, pace_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: merge_read_result
SELECT * FROM result WHERE attempt_id = :id;

-- name: merge_write_result
INSERT INTO result VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: merge_read_retry
SELECT * FROM retry WHERE run_id = :id;

-- name: merge_write_retry
INSERT INTO retry VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: merge_read_alone
SELECT * FROM alone WHERE attempt_id = :id;

-- name: merge_write_alone
INSERT INTO alone VALUES (?1, ?2);

-- name: merge_read_conditions
SELECT * FROM conditions WHERE attempt_id = :id;

-- name: merge_write_conditions
INSERT INTO conditions VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: merge_read_autopsy
SELECT * FROM autopsy WHERE attempt_id = :id;

-- name: merge_write_autopsy
INSERT INTO autopsy VALUES (?1, ?2);

-- name: merge_read_leak
SELECT * FROM leak WHERE attempt_id = :id;

-- name: merge_write_leak
INSERT INTO leak VALUES (?1, ?2, ?3, ?4, ?5);

-- name: merge_read_wait
SELECT * FROM wait WHERE run_id = :id;

-- name: merge_write_wait
INSERT INTO wait VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
	?21, ?22, ?23, ?24, ?25, ?26);

-- name: merge_read_service_event
SELECT * FROM service_event WHERE run_id = :id;

-- name: merge_write_service_event
INSERT INTO service_event VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: merge_read_started_service
SELECT * FROM started_service WHERE run_id = :id;

-- name: merge_write_started_service
INSERT INTO started_service VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);

-- name: merge_read_stray
SELECT * FROM stray WHERE run_id = :id;

-- name: merge_write_stray
INSERT INTO stray VALUES (?1, ?2, ?3);

-- name: merge_read_rollup
SELECT * FROM rollup WHERE run_id = :id;

-- name: merge_write_rollup
INSERT INTO rollup VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: merge_read_parents
SELECT commit_parent.* FROM run CROSS JOIN commit_parent
	ON commit_parent.commit_id = run.commit_id
WHERE run.id = :id;

-- name: merge_write_parent
INSERT INTO commit_parent VALUES (?1, ?2, ?3)
ON CONFLICT DO UPDATE SET parent_id = min(parent_id, excluded.parent_id);

-- name: merge_read_suite
SELECT digest, ordering, day, varies, repeats FROM suite WHERE id = :id;

-- name: merge_write_pace
INSERT INTO pace (id, due_run, codes)
VALUES ((SELECT min(coalesce(min(id), 0), 0) - 1 FROM pace), 0, :codes);

-- name: merge_read_failure
SELECT failure.digest, failure.frame_id, failure.nth, signature.hash, signature.example
FROM failure LEFT JOIN signature ON signature.id = failure.signature_id
WHERE failure.id = :id;

-- name: merge_read_frame
SELECT id, texts FROM failure_frame WHERE id = :id;

-- name: merge_write_frame
INSERT INTO failure_frame VALUES (?1, ?2);
