-- SPDX-License-Identifier: Apache-2.0
--
-- Statements of load_whole.c and travel.c: runs that leave, and what else is on record of them.

-- name: whole_run
SELECT command, folder, provider, ci_run, ci_attempt, ci_job, twin, thinned FROM run WHERE id = :id;

-- name: whole_services
SELECT name, command, started_us, duration_us, exit_code, signal, log, log_bytes
FROM started_service WHERE run_id = :id ORDER BY nth;

-- name: whole_strays
SELECT place, json FROM stray WHERE run_id = :id ORDER BY place;

-- name: whole_attempts
SELECT id, incomplete_why FROM attempt WHERE run_id = :id ORDER BY number;

-- name: whole_files
SELECT digest, path, state, producer, error, tests, passed, failed, errors, skipped, flaky,
	suite_errors, suite_error, time_us
FROM results_file WHERE attempt_id = :id ORDER BY digest, path;

-- name: whole_leaks
SELECT name, command, ports FROM leak WHERE attempt_id = :id ORDER BY nth;

-- name: whole_conditions
SELECT cores, load_start, load_end, pressure, memory_limit, oom_kills
FROM conditions WHERE attempt_id = :id;

-- name: whole_autopsy
SELECT report FROM autopsy WHERE attempt_id = :id;

-- name: insert_stray
INSERT INTO stray (run_id, place, json) VALUES (:run, :place, :json)
ON CONFLICT DO UPDATE SET json = min(json, excluded.json);

-- name: export_runs
SELECT id, thinned FROM run
WHERE started_us >= :since AND started_us < :until AND (:job IS NULL OR job = :job)
ORDER BY started_us, key, job, variant;

-- name: export_by_key
SELECT id, thinned FROM run
WHERE (key = :key OR (key >= :key || '~' AND key < :key || '~g'
		AND twin <> '' AND key = :key || '~' || substr(twin, 1, 12)))
	AND (:job IS NULL OR job = :job)
ORDER BY started_us, key, job, variant;

-- The run itself, or those that bear its key with other content.
-- name: find_twins
SELECT id, twin, thinned FROM run
WHERE job = :job AND variant = :variant
	AND (key = :key OR (key >= :key || '~' AND key < :key || '~g'
		AND twin <> '' AND key = :key || '~' || substr(twin, 1, 12)))
ORDER BY key;

-- name: mark_twin
UPDATE run SET key = :key, twin = :twin WHERE id = :id;
