-- SPDX-License-Identifier: Apache-2.0
--
-- Statements of info.c and space.c: what is in the history, and what takes how much space. Their names begin
-- with care_: who looks after a history walks through all of it.

-- name: care_contents
SELECT (SELECT count(*) FROM run), (SELECT coalesce(sum(results), 0) FROM rollup),
	(SELECT coalesce(sum(len), 0) FROM test_page), (SELECT count(*) FROM wait),
	(SELECT count(*) FROM run WHERE thinned = 1), (SELECT count(*) FROM failure),
	(SELECT count(frame_id) FROM failure),
	(SELECT coalesce(min(started_us), 0) FROM run),
	(SELECT coalesce(max(started_us), 0) FROM run);

-- name: care_jobs
SELECT run.job, count(*), coalesce(sum(rollup.results), 0),
	count(*) FILTER (WHERE run.outcome NOT IN ('passed', 'flaky', 'cancelled')),
	min(run.started_us), max(run.started_us)
FROM run LEFT JOIN rollup ON rollup.run_id = run.id
GROUP BY run.job
ORDER BY run.job;

-- Some builds of SQLite cannot tell.
-- name: care_has_dbstat
SELECT count(*) FROM pragma_module_list WHERE name = 'dbstat';

-- name: care_space_by_pages
SELECT dbstat.name, dbstat.pgsize,
	EXISTS (SELECT 1 FROM sqlite_schema WHERE name = dbstat.name AND type = 'index')
FROM dbstat WHERE aggregate = TRUE;

-- What is long in each table, and about ten bytes a row beside it.
-- name: care_space_by_lengths
SELECT 'block', coalesce(sum(length(results) + 16), 0), 0 FROM block
UNION ALL SELECT 'pace', coalesce(sum(length(codes) + 10), 0), 0 FROM pace
UNION ALL SELECT 'result', count(*) * 26, 0 FROM result
UNION ALL SELECT 'failure', count(*) * 24, 0 FROM failure
UNION ALL SELECT 'signature', coalesce(sum(length(example) + 24), 0), 0 FROM signature
UNION ALL SELECT 'retry', count(*) * 24, 0 FROM retry
UNION ALL SELECT 'failure_frame', coalesce(sum(length(texts) + 8), 0), 0 FROM failure_frame
UNION ALL SELECT 'rollup', coalesce(sum(length(seen) + 24), 0), 0 FROM rollup
UNION ALL SELECT 'roster', coalesce(sum(length(tests) + 44), 0), 0 FROM roster
UNION ALL SELECT 'suite', coalesce(sum(length(tests) + 80), 0), 0 FROM suite
UNION ALL SELECT 'test_page', coalesce(sum(length(tests) + 10), 0), 0 FROM test_page
UNION ALL SELECT 'test_hash', coalesce(sum(length(tests) + 8), 0), 0 FROM test_hash
UNION ALL SELECT 'test_day', coalesce(sum(length(days) + 8), 0), 0 FROM test_day
UNION ALL SELECT 'test_name', coalesce(sum(length(shown) + 44), 0), 0 FROM test_name
UNION ALL SELECT 'wait', coalesce(sum(length(target) + coalesce(length(error), 0) + 80), 0), 0
	FROM wait
UNION ALL SELECT 'service_event', coalesce(sum(length(detail) + 40), 0), 0 FROM service_event
UNION ALL SELECT 'started_service', coalesce(sum(length(log) + 60), 0), 0 FROM started_service
UNION ALL SELECT 'run', coalesce(sum(length(command) + 220), 0), 0 FROM run
UNION ALL SELECT 'attempt', count(*) * 40, 0 FROM attempt
UNION ALL SELECT 'results_file', coalesce(sum(length(path) + 80), 0), 0 FROM results_file
UNION ALL SELECT 'commit_parent', count(*) * 90, 0 FROM commit_parent
UNION ALL SELECT 'autopsy', coalesce(sum(length(report) + 8), 0), 0 FROM autopsy
UNION ALL SELECT 'stray', coalesce(sum(length(json) + 20), 0), 0 FROM stray;
