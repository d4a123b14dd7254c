# SPDX-License-Identifier: Apache-2.0
"""Runs one command in a clean environment and sees to it that nothing of it is left running.

Two nets catch leftovers: a mark in the environment, which children inherit, and this process
being the subreaper, to which orphans fall that wiped their environment.
"""

import ctypes
import errno
import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid

MARK = "STEADY_TEST_MARK"
SETTLE_S = 1.0
PR_SET_CHILD_SUBREAPER = 36

# Which CI this is would change what steady says; what it was told, too.
CI_PREFIXES = ("STEADY_", "GITHUB_", "GITLAB_", "CIRCLE", "BUILDKITE", "JENKINS_", "CI_", "RUNNER_")
CI_NAMES = {"CI", "TF_BUILD", "TRAVIS", "DRONE", "TEAMCITY_VERSION", "APPVEYOR", "CF_BUILD_ID"}


class TimedOut(Exception):
    pass


class Sandbox:
    """A temporary folder (`folder`) with its environment (`env`). A context manager."""

    def __init__(self, prefix):
        self.base = os.path.realpath(tempfile.mkdtemp(prefix=prefix))
        self.folder = os.path.join(self.base, "work")
        self.mark = uuid.uuid4().hex
        os.mkdir(self.folder)
        self.env = {}
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl")

    def __enter__(self):
        # Whoever stops the tests must not leave the command running: it has its own session.
        for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
            signal.signal(number, give_up)
        return self

    def __exit__(self, *_):
        self.end_all(self.alive())
        make_writable(self.base)
        shutil.rmtree(self.base)

    def environment(self, path, inherit=False):
        """Sets `env`: from nothing, or from ours without what tells about a CI."""
        env = {}
        if inherit:
            env = {k: v for k, v in os.environ.items() if not is_ci(k)}
        env.update(
            {
                "PATH": os.pathsep.join(path),
                "LC_ALL": "C.UTF-8",
                "TZ": "UTC",
                "NO_COLOR": "1",
                "TMP": self.folder,
                "GIT_CONFIG_GLOBAL": "/dev/null",
                "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_AUTHOR_NAME": "A. Tester",
                "GIT_AUTHOR_EMAIL": "tester@example.org",
                "GIT_COMMITTER_NAME": "A. Tester",
                "GIT_COMMITTER_EMAIL": "tester@example.org",
                MARK: self.mark,
            }
        )
        self.env = env

    def watch_sanitizers(self):
        """Sanitizer reports go to files, so that no redirection in a case can hide them.

        gcc's UBSan knows no log_path: its reports stay in stderr, and its exit code is 99.
        """
        for name in "ASAN", "UBSAN", "LSAN":
            options = f"log_path={self.base}/report.{name.lower()}:exitcode=99:print_stacktrace=1"
            self.env[f"{name}_OPTIONS"] = options

    def sanitizer_reports(self, *outputs):
        reports = [text.decode("utf-8", "replace") for text in outputs if b": runtime error: " in text]
        for name in sorted(os.listdir(self.base)):
            if name.startswith("report."):
                with open(os.path.join(self.base, name), encoding="utf-8", errors="replace") as file:
                    reports.append(file.read())
        return reports

    def run(self, command, timeout_s):
        """Returns (exit code as a shell has it, stdout, stderr); the two are bytes.

        Orphans are reaped as they end, like an init would do it: a case that looks for a process
        with `kill -0` must not see a zombie.
        """
        with open(os.path.join(self.base, "out"), "w+b") as out, open(
            os.path.join(self.base, "err"), "w+b"
        ) as err:
            child = subprocess.Popen(
                command,
                cwd=self.folder,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
            timed_out = False
            try:
                status = wait_for(child.pid, timeout_s)
            except TimedOut:
                timed_out = True
                os.kill(child.pid, signal.SIGKILL)
                status = wait_for(child.pid, timeout_s)
            child.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            output = out.read(), err.read()
        if timed_out:
            raise TimedOut(*output)
        code = child.returncode
        return (128 - code if code < 0 else code), *output

    def leftovers(self):
        """Command lines of processes that outlived the run, with their pids; ends them."""
        deadline = time.monotonic() + SETTLE_S
        while (left := self.alive()) and time.monotonic() < deadline:
            reap()
            time.sleep(0.01)
        self.end_all(left)
        return [f"{pid}: {text}" for pid, text in sorted(left.items())]

    def end_all(self, alive):
        """Takes more than one round, because what dies may have been about to fork."""
        while alive:
            for pid in alive:
                kill(pid)
            reap()
            alive = self.alive()

    def alive(self):
        wanted = f"{MARK}={self.mark}".encode()
        found = {}
        for name in os.listdir("/proc"):
            if not name.isdigit() or int(name) == os.getpid():
                continue
            try:
                stat = read_proc(name, "stat")
                state, parent = stat[stat.rindex(b")") + 2 :].split()[:2]
                mine = int(parent) == os.getpid() or wanted in read_proc(name, "environ").split(b"\0")
                if mine and state not in b"ZX":
                    text = read_proc(name, "cmdline").replace(b"\0", b" ").decode("utf-8", "replace")
                    found[int(name)] = text.strip() or "?"
            except (OSError, ValueError):
                continue
        return found


def give_up(number, _):
    raise SystemExit(128 + number)


def is_ci(name):
    return name in CI_NAMES or name.startswith(CI_PREFIXES)


def read_proc(pid, name):
    with open(f"/proc/{pid}/{name}", "rb") as file:
        return file.read()


def wait_for(pid, timeout_s):
    """Waits for one child and reaps whatever else ends meanwhile."""

    def ring(*_):
        raise TimedOut(b"", b"")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, timeout_s)
    try:
        while True:
            ended, status = os.waitpid(-1, 0)
            if ended == pid:
                return status
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def reap():
    try:
        while os.waitpid(-1, os.WNOHANG)[0] > 0:
            pass
    except OSError as error:
        if error.errno != errno.ECHILD:
            raise


def make_writable(folder):
    for path, folders, _ in os.walk(folder):
        for name in folders:
            full = os.path.join(path, name)
            if not os.path.islink(full):
                os.chmod(full, 0o700)
