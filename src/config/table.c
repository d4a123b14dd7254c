/* SPDX-License-Identifier: Apache-2.0 */
#include "config/options.h"

#include <stddef.h>

#define AT(field) offsetof(struct options, field)

/* The one option table. Order is the order of the help. */
static const struct option table[] = {
	/* run */
	{"junit", 0, OPTION_LIST, FOR_RUN, "GLOB", NULL, "run.junit", NULL, 0, 0, AT(junit),
	 "JUnit XML files that the command writes (repeatable; ** for any folders)"},
	{"junit-verdict", 0, OPTION_STRING, FOR_RUN, "FILE", NULL, "run.junit-verdict", NULL, 0, 0,
	 AT(junit_verdict), "write JUnit XML with one case a test, as the run judged it"},
	{"junit-attempts", 0, OPTION_STRING, FOR_RUN, "FILE", NULL, "run.junit-attempts", NULL, 0,
	 0, AT(junit_attempts), "write JUnit XML with every result of every attempt"},
	{"retries", 0, OPTION_INT, FOR_RUN, "N", "2", "run.retries", NULL, 0, 20, AT(retries),
	 "further attempts for failed tests"},
	{"retry-budget", 0, OPTION_DURATION, FOR_RUN, "DUR", NULL, "run.retry-budget", NULL, 0, 0,
	 AT(retry_budget_us), "begin no further attempt later than that (default: no limit)"},
	{"retry-delay", 0, OPTION_DURATION, FOR_RUN, "DUR", NULL, "run.retry-delay", NULL, 0, 0,
	 AT(retry_delay_us), "wait about that long in front of each further attempt"},
	{"retry-as", 0, OPTION_STRING, FOR_RUN, "LIST", NULL, "run.retry-as", NULL, 0, 0,
	 AT(retry_as),
	 "what the retries run, in turn: selected, alone, whole (the last stands for all others)"},
	{"repeat", 0, OPTION_INT, FOR_RUN, "N", NULL, NULL, NULL, 1, 1000000, AT(repeat),
	 "run the command N times, without retries, and say how often it failed"},
	{"until-fail", 0, OPTION_FLAG, FOR_RUN, NULL, NULL, NULL, NULL, 0, 0, AT(until_fail),
	 "the same until the first failure"},
	{"for", 0, OPTION_DURATION, FOR_RUN, "DUR", NULL, NULL, NULL, 0, 0, AT(for_us),
	 "the same as long as no more than that has passed"},
	{"rerun", 0, OPTION_STRING, FOR_RUN, "HOW", "auto", "run.rerun", NULL, 0, 0, AT(rerun),
	 "how failed tests are run again: auto, whole, none, a framework, or a command with "
	 "{tests}"},
	{"max-failures", 0, OPTION_STRING, FOR_RUN, "N|N%", NULL, "run.max-failures", NULL, 0, 0,
	 AT(max_failures),
	 "retry nothing when more tests fail; 0 never retries (default: the larger of 10 and 20%)"},
	{"no-inject", 0, OPTION_FLAG, FOR_RUN, NULL, NULL, "run.no-inject", NULL, 0, 0,
	 AT(no_inject), "do not add the framework's own results option"},
	{"timeout", 0, OPTION_DURATION, FOR_RUN, "DUR", NULL, "run.timeout", NULL, 0, 0,
	 AT(timeout_us), "end an attempt that runs longer (0: never)"},
	{"idle-timeout", 0, OPTION_DURATION, FOR_RUN, "DUR", NULL, "run.idle-timeout", NULL, 0, 0,
	 AT(idle_us), "end an attempt from which nothing comes for so long (0: never)"},
	{"grace", 0, OPTION_DURATION, FOR_RUN, "DUR", "5s", "run.grace", NULL, 0, 0, AT(grace_us),
	 "time between the soft signal and SIGKILL"},
	{"stdin", 0, OPTION_FLAG, FOR_RUN, NULL, NULL, "run.stdin", NULL, 0, 0, AT(own_stdin),
	 "let the command read steady's input, and a terminal's keys (default: /dev/null)"},
	{"pty", 0, OPTION_STRING, FOR_RUN, "WHEN", "auto", "run.pty", "auto|always|never", 0, 0,
	 AT(pty),
	 "let the command's stdout be a terminal, for colours and progress (auto: when ours is)"},
	{"no-subreaper", 0, OPTION_FLAG, FOR_RUN, NULL, NULL, "run.no-subreaper", NULL, 0, 0,
	 AT(no_subreaper), "do not follow processes that leave the command's process group"},
	{"isolate", 0, OPTION_FLAG, FOR_RUN, NULL, NULL, "run.isolate", NULL, 0, 0, AT(isolate),
	 "give each attempt an empty HOME and TMPDIR, and a fixed umask, locale and time zone"},
	{"quiet", 'q', OPTION_FLAG, FOR_RUN, NULL, NULL, "run.quiet", NULL, 0, 0, AT(quiet),
	 "show the end of the command's output only when it failed"},
	{"attempt-log", 0, OPTION_STRING, FOR_RUN, "DIR", NULL, "run.attempt-log", NULL, 0, 0,
	 AT(attempt_log), "write all output of each attempt to DIR/attempt-N.out and .err"},
	{"wait", 0, OPTION_LIST, FOR_RUN, "TARGET", NULL, "run.wait", NULL, 0, 0, AT(waits),
	 "wait for a service first: tcp://HOST:PORT or http://… (repeatable)"},
	{"wait-timeout", 0, OPTION_DURATION, FOR_RUN, "DUR", "60s", "run.wait-timeout", NULL, 0, 0,
	 AT(wait_timeout_us), "limit of each wait that has no timeout= of its own (0: none)"},
	{"timeout", 0, OPTION_DURATION, FOR_WAIT, "DUR", "60s", "run.wait-timeout", NULL, 0, 0,
	 AT(wait_timeout_us), "limit of each wait that has no timeout= of its own (0: none)"},
	{"flaky", 0, OPTION_STRING, FOR_RUN, "POLICY", "warn", "run.flaky", "pass|warn|fail", 0, 0,
	 AT(flaky), "flaky failures: pass counts them, warn names them, fail ends with 75"},
	{"format", 0, OPTION_STRING, FOR_RUN | FOR_IMPORT, "FORMAT", "text", NULL, "text|json", 0,
	 0, AT(format), "what goes to stdout"},

	/* import */
	{"manifest", 0, OPTION_STRING, FOR_IMPORT, "FILE", NULL, NULL, NULL, 0, 0, AT(manifest),
	 "NDJSON, one attempt a line: the keys below and \"files\""},
	{"commit", 0, OPTION_STRING, FOR_IMPORT, "ID", NULL, NULL, NULL, 0, 0, AT(commit),
	 "the commit that was tested"},
	{"tree", 0, OPTION_STRING, FOR_IMPORT, "ID", NULL, NULL, NULL, 0, 0, AT(tree),
	 "its tree (default: asked from the repository)"},
	{"parent", 0, OPTION_LIST, FOR_IMPORT, "ID", NULL, NULL, NULL, 0, 0, AT(parents),
	 "its parents (repeatable)"},
	{"branch", 0, OPTION_STRING, FOR_IMPORT, "NAME", NULL, NULL, NULL, 0, 0, AT(branch),
	 "branch"},
	{"pr", 0, OPTION_STRING, FOR_IMPORT, "N", NULL, NULL, NULL, 0, 0, AT(pr),
	 "number of the pull request"},
	{"run", 0, OPTION_STRING, FOR_IMPORT, "ID", NULL, NULL, NULL, 0, 0, AT(run_id),
	 "the CI's id of the run (default: the digest of the files)"},
	{"attempt", 0, OPTION_INT, FOR_IMPORT, "N", "1", NULL, NULL, 1, 1000, AT(attempt),
	 "which attempt of that run"},
	{"time", 0, OPTION_STRING, FOR_IMPORT, "TIME", NULL, NULL, NULL, 0, 0, AT(time),
	 "when it ran, RFC 3339 (default: now)"},
	{"dry-run", 0, OPTION_FLAG, FOR_IMPORT, NULL, NULL, NULL, NULL, 0, 0, AT(dry_run),
	 "read and judge the files, store nothing"},

	/* report */
	{"format", 0, OPTION_STRING, FOR_REPORT, "FORMAT", "text", "report.format",
	 "text|markdown|json", 0, 0, AT(format), "form of the report"},
	{"since", 0, OPTION_STRING, FOR_REPORT, "WHEN", "7d", "report.since", NULL, 0, 0, AT(since),
	 "start of the window: a duration before now or a date"},
	{"until", 0, OPTION_STRING, FOR_REPORT, "WHEN", NULL, NULL, NULL, 0, 0, AT(until),
	 "end of the window (default: now)"},
	{"output", 0, OPTION_STRING, FOR_REPORT, "FILE", NULL, NULL, NULL, 0, 0, AT(output),
	 "write there instead of stdout"},

	/* several */
	{"junit-producer", 0, OPTION_STRING, FOR_RUN | FOR_IMPORT, "NAME", NULL, "junit.producer",
	 NULL, 0, 0, AT(junit_producer), "who wrote the JUnit XML (default: told by its looks)"},
	{"junit-key", 0, OPTION_STRING, FOR_RUN | FOR_IMPORT, "PARTS", NULL, "junit.key", NULL, 0,
	 0, AT(junit_key),
	 "what tells tests of one name apart, of class,suite,suite-path,file,hostname"},
	{"job", 0, OPTION_STRING, FOR_RUN | FOR_WAIT | FOR_IMPORT | FOR_REPORT, "NAME", NULL,
	 "run.job", NULL, 0, 0, AT(job), "the lane this is part of (default: the CI's job name)"},
	{"variant", 0, OPTION_LIST, FOR_RUN | FOR_IMPORT, "K=V", NULL, "run.variant", NULL, 0, 0,
	 AT(variants), "what tells this lane's legs apart (repeatable)"},
	{"history", 0, OPTION_STRING, FOR_ALL, "PATH", NULL, "history", NULL, 0, 0, AT(history),
	 "the history database (default: steady/history.db in the git folder)"},
	{"config", 0, OPTION_STRING, FOR_ALL, "FILE", NULL, NULL, NULL, 0, 0, AT(config),
	 "the config file (default: .steady.yml at the repository's root)"},
	{"help", 'h', OPTION_FLAG, FOR_ALL, NULL, NULL, NULL, NULL, 0, 0, AT(help), "this text"},
};

const struct option *option_table(size_t *count)
{
	*count = sizeof(table) / sizeof(table[0]);
	return table;
}
