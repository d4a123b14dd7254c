/* SPDX-License-Identifier: Apache-2.0 */
#include "os/process.h"

#include "base/clock.h"
#include "base/mem.h"
#include "os/guard.h"
#include "os/ladder.h"
#include "os/output.h"
#include "os/signals.h"
#include "os/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long a guardian that somebody has stopped may stand still. */
#define WAKE_US (500 * US_PER_MS)

/* One command on its way. */
struct running {
	const struct process_spec *spec;
	struct process_end *end;
	struct output output;
	struct ladder ladder;
	int64_t start_us;   /* monotonic, moved on by pauses */
	int64_t resumed_us; /* when silence began anew for another reason than output */
	int64_t watched_us; /* the start of the silence that the watcher was told of; 0 none */
	enum {
		RUNNING,   /* until the guardian tells the leader's end */
		LINGERING, /* until it has told what is left */
		ENDING,    /* until it has ended that */
		OVER
	} phase;
	int status; /* of the leader, as wait() has it */
};

static void running_close(struct running *running)
{
	output_close(&running->output);
	signals_hold(false);
}

static int start(struct running *running, struct err *err)
{
	const struct process_spec *spec = running->spec;
	AUTO_CLOSE int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int ends[STREAMS];
	const struct output_spec streams = {
		.tail = {spec->answer ? spec->answer : &running->end->out_tail,
			 &running->end->err_tail},
		.tail_max = spec->tail_max,
		.to_stderr = spec->stdout_to_stderr,
		.log = spec->log,
		.quiet = spec->quiet,
		.terminal = spec->terminal,
	};
	int rc = output_open(&running->output, &streams, ends, err);
	const struct guard_command command = {
		.argv = spec->argv,
		.env = spec->env,
		.in = spec->own_stdin ? STDIN_FILENO : null,
		.out = ends[OUT],
		.err = ends[ERR],
		.adopt = !spec->only_group,
	};

	if (rc == 0) {
		rc = guard_command(&command, &running->ladder.group, err);
	}
	if (rc == 0 && spec->own_stdin) {
		terminal_lend(running->ladder.group);
	}
	cleanup_close(&ends[OUT]);
	cleanup_close(&ends[ERR]);
	return rc;
}

/* Stops with the command until somebody continues us; that time is not the command's. */
static void pause_all(struct running *running)
{
	int64_t from = clock_mono_us(), paused = 0;

	kill(-running->ladder.group, SIGSTOP);
	signals_pause();
	kill(-running->ladder.group, SIGCONT);
	paused = clock_mono_us() - from;
	running->start_us += paused;
	running->resumed_us = clock_mono_us();
	if (running->ladder.deadline_us) {
		running->ladder.deadline_us += paused;
	}
}

/* Ctrl-Z while the command has the terminal: it has stopped, and so do we. */
static void leader_stopped(struct running *running, int sig)
{
	if (!running->spec->own_stdin || sig != SIGTSTP) {
		return;
	}
	terminal_take_back();
	pause_all(running);
	terminal_lend(running->ladder.group);
}

static void pass_signals_on(struct running *running)
{
	for (int sig = signals_take_forward(); sig; sig = signals_take_forward()) {
		if (sig == SIGTSTP) {
			pause_all(running);
			continue;
		}
		if (sig == SIGWINCH) {
			output_resize(&running->output);
		}
		kill(-running->ladder.group, sig);
	}
}

/* Since when nothing has come. */
static int64_t silence_start(const struct running *running)
{
	int64_t last = output_last(&running->output)->read_us;
	int64_t start =
		running->start_us > running->resumed_us ? running->start_us : running->resumed_us;

	return last > start ? last : start;
}

static struct process_moment moment_of(const struct running *running)
{
	return (struct process_moment){
		.leader = running->ladder.group,
		.adopter = running->spec->only_group ? 0 : guard_pid(),
		.silent_us = clock_mono_us() - silence_start(running),
		.stopped = running->end->how == PROCESS_STOPPED,
		.tail = output_last(&running->output)->tail,
		.out_tail = &running->end->out_tail,
	};
}

/* A CI that ends a job does it this way: what the command is at is seen now or never. */
static void look_at_stop(struct running *running)
{
	const struct process_watcher *watcher = running->spec->watcher;
	int sig = signals_take();

	if (sig && running->ladder.rung == RUNG_NONE) {
		running->end->how = PROCESS_STOPPED;
		if (watcher) {
			struct process_moment moment = moment_of(running);

			watcher->late(&moment, watcher->payload);
		}
	}
	if (sig) {
		ladder_step(&running->ladder, signals_soft(sig));
	}
}

/* When the watcher is to be told of the present silence; 0 never, or it was. */
static int64_t silence_deadline(const struct running *running)
{
	int64_t start = silence_start(running);

	if (!running->spec->watcher || running->phase != RUNNING ||
	    running->ladder.rung != RUNG_NONE || running->watched_us == start) {
		return 0;
	}
	return start + PROCESS_SILENCE_US;
}

static void look_at_silence(struct running *running)
{
	const struct process_watcher *watcher = running->spec->watcher;
	int64_t deadline = silence_deadline(running);
	struct process_moment moment;

	if (deadline && clock_mono_us() >= deadline) {
		moment = moment_of(running);
		running->watched_us = silence_start(running);
		watcher->silent(&moment, watcher->payload);
	}
}

static int64_t idle_deadline(const struct running *running)
{
	bool counts = running->spec->idle_us && running->phase == RUNNING &&
		      running->ladder.rung == RUNG_NONE;

	return counts ? silence_start(running) + running->spec->idle_us : 0;
}

/* Silence is the command's only while what it said is taken from us. */
static void look_at_idleness(struct running *running)
{
	int64_t deadline = idle_deadline(running);

	if (!deadline || clock_mono_us() < deadline) {
		return;
	}
	if (output_waits(&running->output)) {
		running->resumed_us = clock_mono_us();
		return;
	}
	running->end->idle = true;
	running->ladder.deadline_us = clock_mono_us();
}

/* Before the signals of a time limit: true when the watcher wants time for something else. */
static bool watcher_waits(struct running *running)
{
	const struct process_watcher *watcher = running->spec->watcher;
	struct process_moment moment = moment_of(running);

	if (!watcher || running->end->how != PROCESS_TIMEOUT) {
		return false;
	}
	if (running->ladder.rung == RUNG_NONE) {
		return watcher->late(&moment, watcher->payload);
	}
	return running->ladder.rung == RUNG_SOFT && watcher->last(watcher->payload);
}

static void look_at_clock(struct running *running)
{
	struct ladder *ladder = &running->ladder;

	if (!ladder->deadline_us || clock_mono_us() < ladder->deadline_us) {
		return;
	}
	if (running->phase == RUNNING && ladder->rung < RUNG_KILL) {
		if (ladder->rung == RUNG_NONE) {
			running->end->how = PROCESS_TIMEOUT;
		}
		if (watcher_waits(running)) {
			ladder_wait(ladder, PROCESS_ANSWER_US);
		} else {
			ladder_step(ladder, running->spec->soft_signal);
		}
		return;
	}
	/* neither SIGKILL nor the guardian brings it to an end */
	ladder_step(ladder, SIGKILL);
	guard_drop();
	running->end->alive = guard_sweep(PROCESS_GONE_US, ladder->group, &running->status);
	running->phase = OVER;
}

static void leader_ended(struct running *running, int status)
{
	bool killed = running->ladder.rung >= RUNG_KILL;

	running->status = status;
	running->end->duration_us = clock_mono_us() - running->start_us;
	running->phase = LINGERING;
	/* the guardian answers within this time, or something is wrong with it */
	running->ladder.deadline_us = clock_mono_us() + PROCESS_LINGER_US + 2 * PROCESS_GONE_US;
	guard_order(ORDER_LINGER, killed ? 0 : PROCESS_LINGER_US);
}

static void note_left(struct running *running, pid_t pid)
{
	struct process_left left = {0};

	if (running->ladder.rung < RUNG_KILL && proc_look(pid, &left.info)) {
		*VEC_PUSH(&running->end->left) = left;
	}
}

static void look_at_left(struct process_end *end)
{
	struct proc_info now;

	VEC_EACH (struct process_left, left, &end->left) {
		left->unended = end->alive && proc_look(left->info.pid, &now);
	}
}

/* The guardian was killed: what it kept is ours now, the leader not yet reaped among it. Another one
 * stands by from now on, should we be killed as well. */
static void take_over(struct running *running)
{
	struct err ignored = ERR_INIT;

	running->end->guard_lost = true;
	kill(-running->ladder.group, SIGKILL);
	guard_drop();
	running->end->alive = guard_sweep(PROCESS_GONE_US, running->ladder.group, &running->status);
	(void)guard_start(&ignored);
	if (running->phase == RUNNING) {
		running->end->duration_us = clock_mono_us() - running->start_us;
	}
	running->phase = OVER;
}

static void look_at_guardian(struct running *running)
{
	struct guard_note note;

	if (!guard_next(&note)) {
		take_over(running);
	} else if (note.kind == NOTE_ENDED) {
		leader_ended(running, note.value);
	} else if (note.kind == NOTE_STOPPED) {
		leader_stopped(running, note.value);
	} else if (note.kind == NOTE_LEFT) {
		note_left(running, note.pid);
	} else if (note.kind == NOTE_QUIET) {
		running->end->untold = (size_t)note.value;
		running->phase = ENDING;
		guard_order(ORDER_END, 0);
	} else if (note.kind == NOTE_EMPTY) {
		running->end->alive = (size_t)note.value;
		running->phase = OVER;
	}
}

static int64_t next_deadline(const struct running *running)
{
	const int64_t all[] = {running->ladder.deadline_us, silence_deadline(running),
			       idle_deadline(running)};
	int64_t next = clock_mono_us() + WAKE_US;

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		next = all[i] && all[i] < next ? all[i] : next;
	}
	return next;
}

static void supervise(struct running *running)
{
	while (running->phase != OVER) {
		bool waiting = running->phase == RUNNING;
		struct pollfd pfds[STREAMS + 3] = {
			[STREAMS] = {.fd = guard_fd(), .events = POLLIN},
			[STREAMS + 1] = {.fd = waiting ? signals_fd() : -1, .events = POLLIN},
			[STREAMS + 2] = {.fd = waiting ? signals_forward_fd() : -1,
					 .events = POLLIN},
		};

		output_poll(&running->output, pfds);
		if (poll_until(pfds, ARRAY_LEN(pfds), next_deadline(running)) > 0) {
			output_step(&running->output, pfds);
			if (pfds[STREAMS].revents) {
				look_at_guardian(running);
				continue;
			}
			if (pfds[STREAMS + 1].revents) {
				look_at_stop(running);
			}
			if (pfds[STREAMS + 2].revents) {
				pass_signals_on(running);
			}
		}
		guard_wake();
		look_at_silence(running);
		look_at_idleness(running);
		look_at_clock(running);
	}
}

/* ^C and ^\ go to the command alone while it has the terminal; as far as it tells, it is a stop. */
static int typed_stop(const struct running *running)
{
	const struct process_end *end = running->end;
	int number = end->signal ? end->signal : end->exit_code - 128;
	bool has_terminal = running->spec->own_stdin && isatty(STDIN_FILENO);

	return has_terminal && (number == SIGINT || number == SIGQUIT) ? number : 0;
}

static void finish(struct running *running)
{
	struct process_end *end = running->end;
	int status = running->status, typed = 0;

	output_drain(&running->output, PROCESS_DRAIN_US);
	end->unshown = output_deliver(&running->output, end->how == PROCESS_STOPPED
								? PROCESS_DELIVER_STOPPED_US
								: PROCESS_DELIVER_US);
	end->output_error = output_error(&running->output);
	end->out_bytes = running->output.relay[OUT].bytes;
	end->err_bytes = running->output.relay[ERR].bytes;
	end->log_error = output_log_error(&running->output);
	end->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	end->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	look_at_left(end);
	typed = typed_stop(running);
	if (end->how == PROCESS_EXITED && typed) {
		end->how = PROCESS_STOPPED;
		end->signal = typed;
	} else if (end->how == PROCESS_EXITED && end->signal) {
		end->how = PROCESS_SIGNALLED;
	}
}

int process_prepare(struct err *err)
{
	return guard_start(err);
}

int process_run(const struct process_spec *spec, struct process_end *end, struct err *err)
{
	CLEANUP(running_close)
	struct running running = {
		.spec = spec,
		.end = end,
		.start_us = clock_mono_us(),
		.ladder = {.grace_us = spec->grace_us, .gone_us = PROCESS_GONE_US},
		.status = SIGKILL, /* unless somebody tells how it ended */
	};

	*end = (struct process_end){
		.started_us = clock_wall_us(),
		.out_tail = BUF_INIT(2 * spec->tail_max),
		.err_tail = BUF_INIT(2 * spec->tail_max),
	};
	signals_hold(true);
	if (start(&running, err) < 0) {
		return -1;
	}
	if (spec->timeout_us) {
		running.ladder.deadline_us = running.start_us + spec->timeout_us;
	}
	supervise(&running);
	terminal_take_back();
	finish(&running);
	return 0;
}

void process_end_release(struct process_end *end)
{
	VEC_FREE(&end->left);
	buf_release(&end->out_tail);
	buf_release(&end->err_tail);
}
