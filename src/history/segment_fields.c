/* SPDX-License-Identifier: Apache-2.0 */
#include "history/segment.h"

/* The name of the value, of so many. */
#define WORDS(kind, count) \
	static const char *word_##kind(int value) \
	{ \
		return value >= 0 && value < (count) ? kind##_name((unsigned)value) : NULL; \
	}

WORDS(run_outcome, RUN_ERROR + 1)
WORDS(attempt_scope, SCOPE_SELECTED + 1)
WORDS(attempt_end, END_CANCELLED + 1)
WORDS(file_state, FILE_REFUSED + 1)
WORDS(outcome, OUTCOME_ERROR + 1)
WORDS(retry_verdict, RETRY_BLOCKED + 1)
WORDS(service_change, SERVICE_CHANGES)

#define AT(owner, member) .offset = offsetof(struct owner, member)
#define SLOT(owner, member) \
	.type = FIELD_SLOT, AT(owner, member), .size = sizeof(((struct owner *)0)->member)
#define WORD(owner, member, kind)   .type = FIELD_WORD, AT(owner, member), .word = word_##kind
#define SIMPLE(kind, owner, member) .type = FIELD_##kind, AT(owner, member)

static const struct field run_fields[] = {
	{.key = "key", SLOT(run, key), .needed = true},
	{.key = "job", SIMPLE(TEXT, run, job)},
	{.key = "variant", SIMPLE(TEXT, run, variant)},
	{.key = "imported", SIMPLE(BOOL, run, imported)},
	{.key = "command", SIMPLE(LIST, run, command)},
	{.key = "folder", SIMPLE(TEXT, run, folder)},
	{.key = "commit", SIMPLE(TEXT, run, source.commit)},
	{.key = "parents", SIMPLE(LIST, run, source.parents), .apart = true},
	{.key = "tree", SIMPLE(TEXT, run, source.tree)},
	{.key = "dirty", SIMPLE(BOOL, run, source.dirty)},
	{.key = "branch", SIMPLE(TEXT, run, source.branch)},
	{.key = "pull_request", SIMPLE(TEXT, run, source.pull_request)},
	{.key = "provider", SIMPLE(TEXT, run, source.provider)},
	{.key = "ci_run", SIMPLE(TEXT, run, source.ci_run)},
	{.key = "ci_attempt", SIMPLE(TEXT, run, source.ci_attempt)},
	{.key = "ci_job", SIMPLE(TEXT, run, source.ci_job)},
	{.key = "started_us", SIMPLE(TIME, run, started_us), .needed = true},
	{.key = "duration_us", SIMPLE(KNOWN, run, duration_us)},
	{.key = "outcome", WORD(run, outcome, run_outcome), .needed = true},
	{.key = "exit_code", SIMPLE(INT, run, exit_code)},
	{.key = "because", SIMPLE(TEXT, run, because)},
};

static const struct field wait_fields[] = {
	{.key = "target", SIMPLE(TEXT, wait, target), .needed = true},
	{.key = "service", SIMPLE(TEXT, wait, service)},
	{.key = "probe", SIMPLE(TEXT, wait, probe)},
	{.key = "ready", SIMPLE(BOOL, wait, ready)},
	{.key = "cancelled", SIMPLE(BOOL, wait, cancelled)},
	{.key = "optional", SIMPLE(BOOL, wait, optional)},
	{.key = "inverted", SIMPLE(BOOL, wait, invert)},
	{.key = "permanent", SIMPLE(BOOL, wait, permanent)},
	{.key = "stage", SIMPLE(TEXT, wait, stage)},
	{.key = "error", SIMPLE(TEXT, wait, error)},
	{.key = "owner", SIMPLE(TEXT, wait, owner)},
	{.key = "attempt", SIMPLE(INT, wait, attempt)},
	{.key = "attempts", SIMPLE(INT, wait, attempts)},
	{.key = "losses", SIMPLE(INT, wait, losses)},
	{.key = "started_us", SIMPLE(TIME, wait, started_us)},
	{.key = "duration_us", SIMPLE(KNOWN, wait, duration_us)},
	{.key = "limit_us", SIMPLE(KNOWN, wait, limit_us)},
	{.key = "resolve_us", SIMPLE(KNOWN, wait, passed_us[STAGE_RESOLVE])},
	{.key = "listen_us", SIMPLE(KNOWN, wait, passed_us[STAGE_LISTEN])},
	{.key = "connect_us", SIMPLE(KNOWN, wait, passed_us[STAGE_CONNECT])},
	{.key = "settle_us", SIMPLE(KNOWN, wait, passed_us[STAGE_SETTLE])},
	{.key = "protocol_us", SIMPLE(KNOWN, wait, passed_us[STAGE_PROTOCOL])},
	{.key = "application_us", SIMPLE(KNOWN, wait, passed_us[STAGE_APPLICATION])},
	{.key = "last_seen_us", SIMPLE(KNOWN, wait, last_seen_us)},
};

static const struct field service_fields[] = {
	{.key = "name", SIMPLE(TEXT, started_service, name), .needed = true},
	{.key = "command", SIMPLE(LIST, started_service, command)},
	{.key = "started_us", SIMPLE(TIME, started_service, started_us)},
	{.key = "duration_us", SIMPLE(KNOWN, started_service, duration_us)},
	{.key = "by_itself", SIMPLE(BOOL, started_service, by_itself)},
	{.key = "exit_code", SIMPLE(INT, started_service, exit_code)},
	{.key = "signal", SIMPLE(INT, started_service, signal)},
	{.key = "log", SIMPLE(TEXT, started_service, log)},
	{.key = "log_bytes", SIMPLE(TIME, started_service, log_bytes)},
};

static const struct field event_fields[] = {
	{.key = "service", SIMPLE(TEXT, service_event, service), .needed = true},
	{.key = "change", WORD(service_event, change, service_change), .needed = true},
	{.key = "at_us", SIMPLE(TIME, service_event, at_us), .needed = true},
	{.key = "detail", SIMPLE(TEXT, service_event, detail)},
};

static const struct field attempt_fields[] = {
	{.key = "number", SIMPLE(INT, attempt, number), .needed = true},
	{.key = "scope", WORD(attempt, scope, attempt_scope)},
	{.key = "only", SLOT(attempt, only)},
	{.key = "ended", WORD(attempt, end, attempt_end)},
	{.key = "exit_code", SIMPLE(INT, attempt, exit_code)},
	{.key = "signal", SIMPLE(INT, attempt, signal)},
	{.key = "started_us", SIMPLE(TIME, attempt, started_us)},
	{.key = "duration_us", SIMPLE(KNOWN, attempt, duration_us)},
	{.key = "complete", SIMPLE(BOOL, attempt, complete)},
	{.key = "incomplete_why", SIMPLE(TEXT, attempt, incomplete_why)},
	{.key = "cores", SIMPLE(SHARE, attempt, conditions.cores)},
	{.key = "load_start", SIMPLE(SHARE, attempt, conditions.load_start)},
	{.key = "load_end", SIMPLE(SHARE, attempt, conditions.load_end)},
	{.key = "pressure", SIMPLE(SHARE, attempt, conditions.pressure)},
	{.key = "memory_limit", SIMPLE(TIME, attempt, conditions.memory_limit)},
	{.key = "oom_kills", SIMPLE(KNOWN, attempt, conditions.oom_kills)},
	{.key = "autopsy", SIMPLE(TEXT, attempt, autopsy)},
};

static const struct field file_fields[] = {
	{.key = "digest", SLOT(results_file, digest)},
	{.key = "path", SIMPLE(TEXT, results_file, path)},
	{.key = "state", WORD(results_file, state, file_state)},
	{.key = "producer", SIMPLE(TEXT, results_file, producer)},
	{.key = "error", SIMPLE(TEXT, results_file, error)},
	{.key = "tests", SIMPLE(SIZE, results_file, tests)},
	{.key = "passed", SIMPLE(SIZE, results_file, passed)},
	{.key = "failed", SIMPLE(SIZE, results_file, failed)},
	{.key = "errors", SIMPLE(SIZE, results_file, errors)},
	{.key = "skipped", SIMPLE(SIZE, results_file, skipped)},
	{.key = "flaky", SIMPLE(SIZE, results_file, flaky)},
	{.key = "suite_errors", SIMPLE(SIZE, results_file, suite_errors)},
	{.key = "suite_error", SIMPLE(TEXT, results_file, first_suite_error)},
	{.key = "time_us", SIMPLE(KNOWN, results_file, time_us)},
};

static const struct field leak_fields[] = {
	{.key = "name", SIMPLE(TEXT, attempt_leak, name), .needed = true},
	{.key = "command", SIMPLE(TEXT, attempt_leak, command)},
	{.key = "ports", SIMPLE(LIST, attempt_leak, listens)},
};

static const struct field result_fields[] = {
	{.key = "suite", SIMPLE(TEXT, result_line, suite), .apart = true},
	{.key = "class", SIMPLE(TEXT, result_line, class_name), .apart = true},
	{.key = "name", SIMPLE(TEXT, result_line, name), .apart = true},
	{.key = "file", SIMPLE(TEXT, result_line, file), .apart = true},
	{.key = "copy", SIMPLE(COUNT, result_line, copy), .apart = true},
	{.key = "id", SLOT(result_line, id)},
	{.key = "outcome", WORD(result_line, outcome, outcome), .needed = true},
	{.key = "time_us", SIMPLE(KNOWN, result_line, duration_us)},
	{.key = "failed_tries", SIMPLE(COUNT, result_line, failed_tries)},
	{.key = "failure", SIMPLE(BOOL, result_line, has_failure)},
	{.key = "type", SIMPLE(TEXT, result_line, type), .apart = true},
	{.key = "message", SIMPLE(TEXT, result_line, message), .apart = true},
	{.key = "text", SIMPLE(TEXT, result_line, text), .apart = true},
	{.key = "signature", SLOT(result_line, signature)},
};

static const struct field retry_fields[] = {
	{.key = "id", SLOT(retry_line, id), .needed = true},
	{.key = "verdict", WORD(retry_line, verdict, retry_verdict), .needed = true},
	{.key = "decided_by", SIMPLE(INT, retry_line, decided_by)},
	{.key = "service", SIMPLE(TEXT, retry_line, service)},
	{.key = "excused_by", SIMPLE(TEXT, retry_line, excused_by)},
};

#define LINE(kind, fields) \
	{ \
		kind, fields, ARRAY_LEN(fields) \
	}

const struct line_fields segment_lines[LINE_KINDS] = {
	[LINE_RUN] = LINE("run", run_fields),
	[LINE_WAIT] = LINE("wait", wait_fields),
	[LINE_SERVICE] = LINE("service", service_fields),
	[LINE_EVENT] = LINE("event", event_fields),
	[LINE_ATTEMPT] = LINE("attempt", attempt_fields),
	[LINE_FILE] = LINE("file", file_fields),
	[LINE_LEAK] = LINE("leak", leak_fields),
	[LINE_RESULT] = LINE("result", result_fields),
	[LINE_RETRY] = LINE("retry", retry_fields),
};

char *segment_place(enum line_kind kind, size_t nth)
{
	return mem_fmt("%s/%zu", segment_lines[kind].name, nth);
}

char *segment_result_place(int attempt, const char *id)
{
	return mem_fmt("result/%d/%s", attempt, id);
}
