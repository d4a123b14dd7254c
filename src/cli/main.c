/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/share.h"
#include "base/str.h"
#include "cli/matrix.h"
#include "cli/spare.h"
#include "failure/secrets.h"
#include "os/file.h"
#include "os/modules.h"
#include "os/outlet.h"
#include "os/signals.h"
#include "text/escape.h"

#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct cli_command cli_commands[] = {
	{"run", FOR_RUN, "steady run [options] -- COMMAND [ARG…]",
	 "wait, run, time out, retry, record, judge", cmd_run, NULL},
	{"wait", FOR_WAIT, "steady wait [options] TARGET… [-- COMMAND [ARG…]]",
	 "wait until services are ready", cmd_wait, NULL},
	{"import", FOR_IMPORT, "steady import [options] PATH… | --manifest FILE",
	 "JUnit XML files, folders and globs into the history", cmd_import, NULL},
	{"report", FOR_REPORT, "steady report [options]", "the flake report", cmd_report, NULL},
	{"show", FOR_SHOW, "steady show [options] TEST", "one test: its history and its failures",
	 cmd_show, NULL},
	{"explain", FOR_EXPLAIN, "steady explain [options] [RUN]",
	 "why the tests of a run failed (default: of the last one)", cmd_explain, NULL},
	{"quarantine", FOR_QUARANTINE, "steady quarantine [options] ACTION [TEST]",
	 "tests whose failures do not fail a run: who mends them, and until when", cmd_quarantine,
	 quarantine_action},
	{"doctor", FOR_DOCTOR, "steady doctor [options] [-- COMMAND [ARG…]]",
	 "what was detected here, and proofs: runs the retry of a test that does not exist",
	 cmd_doctor, NULL},
	{"history", FOR_HISTORY, "steady history [options] ACTION [ARG…]",
	 "look after the history: what is in it, and moving it", cmd_history, history_action},
	{"help", FOR_HELP, "steady help [COMMAND]", "this text, or a command's options", cmd_help,
	 NULL},
	{0},
};

static const struct {
	enum err_code code;
	int exit_code;
} exit_codes[] = {
	{ERR_INPUT, EXIT_INPUT},
	{ERR_HISTORY, EXIT_INPUT},
	{ERR_NOT_FOUND, EXIT_INPUT},
};

static void to_stderr(enum log_level level, const char *line, void *payload)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	(void)payload;
	buf_str_add(&text, level == LOG_WARNING ? "steady: warning: " : "steady: ");
	escape_terminal(&text, line);
	buf_char(&text, '\n');
	outlet_say(STDERR_FILENO, buf_str(&text), text.len);
}

void cli_message(const char *text)
{
	to_stderr(LOG_NOTE, text, NULL);
}

void cli_print(const struct buf *text)
{
	fwrite(buf_str(text), 1, text->len, stdout);
}

int cli_write(const char *path, const char *history, const struct buf *text, struct err *err)
{
	if (!path || strcmp(path, "-") == 0) {
		cli_print(text);
		return 0;
	}
	return spare_databases(path, history, err) < 0
		       ? -1
		       : file_write(path, buf_str(text), text->len, err);
}

int cli_fail(const struct err *err)
{
	to_stderr(LOG_NOTE, err->msg, NULL);
	for (size_t i = 0; i < ARRAY_LEN(exit_codes); i++) {
		if (exit_codes[i].code == err->code) {
			return exit_codes[i].exit_code;
		}
	}
	return EXIT_OWN_FAILURE;
}

int cli_stopped_code(void)
{
	return 128 + signals_stopped_by();
}

static void invocation_release(struct invocation *invocation)
{
	options_release(&invocation->options);
	strv_release(&invocation->words);
	strv_release(&invocation->command);
}

const char *cli_getvar(const char *name)
{
	return getenv(name);
}

/* Other variables of that beginning may be anybody's; a slip of the pen goes by unseen. */
static void warn_of_misspelt_variables(void)
{
	for (char *const *variable = environ; *variable; variable++) {
		AUTO_FREE char *name = mem_strn(*variable, strcspn(*variable, "="));
		AUTO_FREE char *meant = options_misspelt(name);

		if (meant) {
			log_warning("%s has no effect (did you mean %s?)", name, meant);
		}
	}
}

static int run_command(const struct cli_command *command, int argc, char **argv)
{
	CLEANUP(invocation_release) struct invocation invocation = {0};
	AUTO_FREE char *cwd = path_cwd();
	AUTO_FREE char *root = options_root(cwd);
	struct options_request request = {
		.command = command->flag,
		.argv = argv,
		.argc = (size_t)argc,
		.getvar = cli_getvar,
		.root = root,
	};
	struct err err = ERR_INIT;

	warn_of_misspelt_variables();
	options_init(&invocation.options);
	if (options_load(&request, &invocation.options, &invocation.words, &invocation.command,
			 &err) < 0 ||
	    matrix_add(invocation.options.matrix, &invocation.options.variants, &err) < 0) {
		cli_fail(&err);
		if (err.code == ERR_USAGE) {
			fprintf(stderr, "usage: %s\n", command->usage);
		}
		return EXIT_OWN_FAILURE;
	}
	if (invocation.options.help) {
		strv_release(&invocation.words);
		strv_add(&invocation.words, command->name);
		return cmd_help(&invocation);
	}
	return command->run(&invocation);
}

static int unknown_command(const char *name)
{
	const char *nearest = NULL;
	unsigned best = 3;
	struct err err = ERR_INIT;

	for (const struct cli_command *row = cli_commands; row->name; row++) {
		unsigned distance = str_distance(name, row->name);

		if (distance < best) {
			best = distance;
			nearest = row->name;
		}
	}
	if (nearest) {
		err_set(&err, ERR_USAGE, "unknown command '%s' (did you mean '%s'?)", name,
			nearest);
	} else {
		err_set(&err, ERR_USAGE, "unknown command '%s'; steady help lists them", name);
	}
	return cli_fail(&err);
}

/* What was not written was not done. */
static int end_of_output(int code)
{
	if ((fflush(stdout) != 0 || ferror(stdout)) && code == EXIT_DONE) {
		cli_message("stdout: cannot be written");
		return EXIT_OWN_FAILURE;
	}
	return code;
}

/* A closed one would become something of ours, and messages would go there. What is put in its
 * place fails as a closed one does. */
static void fill_standard_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd) {
			abort();
		}
	}
}

/* One for each processor. */
static void allow_threads(void)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	share_allow(cores > 0 ? (size_t)cores : 1);
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "help";

	fill_standard_streams();
	modules_forbid();
	setlocale(LC_CTYPE, "C.UTF-8");
	log_set_sink(to_stderr, NULL);
	secrets_learn(environ);
	allow_threads();
	if (str_eq(name, "--version") || str_eq(name, "-V")) {
		puts("steady " STEADY_VERSION);
		return end_of_output(EXIT_DONE);
	}
	if (str_eq(name, "--help") || str_eq(name, "-h")) {
		name = "help";
	}
	for (const struct cli_command *row = cli_commands; row->name; row++) {
		if (str_eq(row->name, name)) {
			return end_of_output(run_command(row, argc > 2 ? argc - 2 : 0, argv + 2));
		}
	}
	return unknown_command(name);
}
