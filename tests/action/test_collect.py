#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""action/collect: the runs of all jobs come into one history, whatever the order, and forks stay apart."""

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import threading
import unittest
from contextlib import closing

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
from case import STEADY, ActionTest  # noqa: E402

RUN = {"command": "./run-tests", "junit": "results.xml", "keep": "collect"}


def git(*words):
    return subprocess.run(["git", *words], check=True, capture_output=True, text=True).stdout


def exported(history):
    return subprocess.run([STEADY, "history", "export", "--history", history], check=True, capture_output=True).stdout


class Collect(ActionTest):
    def leg(self, run="77", tests="adds=pass pays=flake", matrix=None, **env):
        job = self.job({"run_id": run}, matrix=matrix, TESTS=tests, **env)
        job.use("action", RUN)
        return job

    def cancelled_leg(self, **given):
        job = self.job(**given)
        job.cancelled_when = "begun"
        job.use("action", {"command": "echo begun; sleep 600", "keep": "collect"})
        self.assertEqual(job.status, "cancelled")

    def collect(self, run="77", inputs=None, github=None, **env):
        job = self.job({"run_id": run, **(github or {})}, GITHUB_JOB="collect", GITHUB_RUN_ID=run, **env)
        return job, self.collect_in(job, run, inputs)

    def collect_in(self, job, run, inputs=None):
        return job.use("action/collect", inputs or {})

    def test_a_matrix(self):
        for number in range(8):
            self.leg(matrix={"shard": number}, tests="adds=pass pays=" + ("fail" if number == 3 else "pass"))
        job, outputs = self.collect()
        self.assertEqual(job.status, "success", self.said(job, "collect"))
        self.assertEqual(outputs["runs"], "8")
        self.assertEqual(job.summaries[0].count("✅ PASSED"), 7)
        self.assertIn("❌ FAILED · unit (shard=3)", job.summaries[0])
        self.assertEqual(self.obeyed(job, "collect"), [])

    def test_the_next_run_knows_it(self):
        self.leg()
        self.collect()
        job = self.leg("78")
        self.assertIn("of 1 other run", self.said(job))

    def test_whatever_the_order_and_twice(self):
        """Two machines, each of which collects what the other one has, in another order and again. One leg was
        cancelled, and it and another one were run again."""
        for number in range(7):
            self.leg(matrix={"shard": number})
        self.cancelled_leg(matrix={"shard": 7})
        for number in 0, 7:
            self.leg(matrix={"shard": number}, GITHUB_RUN_ATTEMPT="2")
        self.leg("78", matrix={"shard": 0})
        histories = []
        for order in ("77", "78"), ("78", "77", "77", "78"):
            shutil.rmtree(os.path.join(self.store, "cache"), ignore_errors=True)
            for run in order:
                job, outputs = self.collect(run)
                self.assertEqual(job.status, "success", self.said(job, "collect"))
            histories.append(exported(outputs["history-path"]))
        self.assertEqual(histories[0], histories[1])
        self.assertEqual(histories[0].count(b'{"schema"'), 11)
        self.assertEqual(histories[0].count(b'"outcome":"cancelled"'), 1)

    def test_a_cancelled_job_is_in_it(self):
        self.cancelled_leg()
        _, outputs = self.collect()
        self.assertIn(b'"outcome":"cancelled"', exported(outputs["history-path"]))

    def test_nothing_to_collect(self):
        job, outputs = self.collect()
        self.assertEqual((job.status, outputs["runs"]), ("success", "0"))
        self.assertEqual(self.obeyed(job, "collect"), ["notice"])
        self.assertEqual(self.caches(), [])

    def test_a_damaged_history_is_begun_anew(self):
        """What the cache gives back is garbage, or was a history once: not for ever."""
        for number, content in enumerate((b"garbage", b"SQLite format 3\0" + b"\xff" * 8192)):
            run = str(80 + number)
            self.leg(run)
            if not number:
                self.collect(run)
            with open(os.path.join(self.caches()[-1], "history.db"), "wb") as file:
                file.write(content)
            job, outputs = self.collect(run)
            self.assertEqual(job.status, "success", self.said(job, "collect"))
            self.assertIn("warning", self.obeyed(job, "collect"))
            self.assertEqual(exported(outputs["history-path"]).count(b'{"schema"'), number + 1 if self.lasts else 1)

    def test_behind_other_uses(self):
        """Other numbers of uses in a job, the same history, read and kept."""
        self.leg()
        self.collect()
        job = self.job({"run_id": "78"}, TESTS="adds=pass pays=flake")
        for number in range(2):
            job.env["STATE"] = os.path.join(self.base, f"state-{number}")
            job.use("action", RUN)
        self.assertIn("of 1 other run", self.said(job))
        outputs = self.collect_in(job, "78")
        self.assertEqual(exported(outputs["history-path"]).count(b'{"schema"'), 3)
        _, outputs = self.collect("99")
        self.assertEqual(exported(outputs["history-path"]).count(b'{"schema"'), 3)
        job = self.leg("79")
        self.assertIn("of 3 other runs", self.said(job))

    def test_a_pull_request_keeps_no_cache(self):
        self.leg()
        self.collect()
        inner = {"pull_request": {"head": {"repo": {"full_name": "example/shop"}}}}
        for run in "78", "79":
            self.leg(run)
            job, _ = self.collect(run, github={"event_name": "pull_request", "event": inner}, GITHUB_REF="refs/pull/5/merge")
            self.assertEqual(job.status, "success", self.said(job, "collect"))
            self.assertIn("of 2 other runs" if self.lasts and run == "79" else "of 1 other run", job.summaries[0])
        self.assertEqual(len(self.caches()), 1)

    def test_a_verdict_that_fails_loses_nothing(self):
        """It crashes, or the checkout holds what it cannot read."""
        self.leg()
        job = self.job({"run_id": "77"}, GITHUB_RUN_ID="77")
        with open(os.path.join(job.workspace, ".steady.yml"), "w", encoding="utf-8") as file:
            file.write("x: [")
        self.collect_in(job, "77")
        self.assertEqual((job.status, self.obeyed(job, "judge")), ("failure", ["error"]))
        self.assertEqual(exported(os.path.join(self.caches()[-1], "history.db")).count(b'{"schema"'), 1)
        self.leg("78")
        self.instead_of_steady('[[ $1 != explain ]] || kill -9 $$\nexec "$STEADY" "$@"')
        job, _ = self.collect("78")
        self.assertEqual(job.status, "failure")
        self.assertEqual(exported(os.path.join(self.caches()[-1], "history.db")).count(b'{"schema"'), 2)

    def test_a_history_of_a_newer_steady_is_left_alone(self):
        self.leg()
        self.collect()
        with closing(sqlite3.connect(os.path.join(self.caches()[-1], "history.db"))) as base:
            base.execute("PRAGMA user_version = 99")
        self.leg("78")
        job, outputs = self.collect("78")
        self.assertEqual((job.status, self.obeyed(job, "collect")), ("success", ["warning"]), self.said(job, "collect"))
        self.assertIn("newer steady", self.said(job, "collect"))
        self.assertEqual(len(self.caches()), 1)
        self.assertEqual(exported(outputs["history-path"]).count(b'{"schema"'), 2 if self.lasts else 1)

    def test_what_cannot_be_downloaded(self):
        """Without the permission there is nothing, and nobody says that no job left anything; a part is taken."""
        for number in range(3):
            self.leg(matrix={"shard": number})
        for had in 0, 2:
            job = self.job({"run_id": "77"}, GITHUB_RUN_ID="77")
            job.download_ends_after = had
            outputs = self.collect_in(job, "77")
            self.assertEqual((job.status, outputs["runs"]), ("success", str(had)), self.said(job, "collect"))
            self.assertEqual(self.obeyed(job, "collect"), ["warning"])
            self.assertIn("actions: read", self.said(job, "collect"))

    def test_the_token_is_not_steadys(self):
        self.leg()
        log = self.spy()
        job, _ = self.collect(inputs={"token": "s3cret"})
        self.assertEqual(job.status, "success", self.said(job, "collect"))
        self.assertIn("STEP_RUN=77", log())
        self.assertNotIn("s3cret", log())

    def test_empty_inputs_are_the_defaults(self):
        self.leg()
        job, outputs = self.collect(inputs={"run-id": "", "token": "", "branch": "", "build-from-source": ""})
        self.assertEqual((job.status, outputs["runs"]), ("success", "1"), self.said(job, "collect"))

    lasts = False


class Branch(Collect):
    """The same with the history in a branch. The server is a folder."""

    lasts = True

    def setUp(self):
        super().setUp()
        self.remote = os.path.join(self.base, "server", "example", "shop")
        git("init", "--quiet", "--bare", self.remote)

    def collect_in(self, job, run, inputs=None):
        if job.env["GITHUB_SERVER_URL"].startswith("https:"):
            job.env["GITHUB_SERVER_URL"] = f"file://{self.base}/server"
        return super().collect_in(job, run, {"keep": "branch", **(inputs or {})})

    def files(self):
        return git("-C", self.remote, "ls-tree", "-r", "--name-only", "steady-history").split()

    def test_it_is_only_added_to(self):
        self.leg()
        self.collect()
        self.collect()
        first = self.files()
        self.assertEqual(len(first), 1)
        self.assertRegex(first[0], r"^\d{4}/\d\d/77-1-[0-9a-f]{16}\.ndjson\.zst$")
        self.leg("78")
        self.collect("78")
        self.assertEqual(len(self.files()), 2)
        self.assertIn(first[0], self.files())

    def test_the_database_is_made_again(self):
        self.leg()
        _, outputs = self.collect()
        before = exported(outputs["history-path"])
        shutil.rmtree(self.store)
        _, outputs = self.collect("99")
        self.assertEqual(exported(outputs["history-path"]), before)

    def test_others_push_meanwhile(self):
        """Twice the push is refused: the server takes somebody else's commit first."""
        self.leg()
        self.collect()
        self.leg("78")
        hook = os.path.join(self.remote, "hooks", "pre-receive")
        with open(hook, "w", encoding="utf-8") as file:
            file.write(
                "#!/bin/bash\nn=$(cat count 2>/dev/null || echo 0)\n((n < 2)) || exit 0\necho $((n + 1)) >count\n"
                "unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES\n"
                "tree=$(git rev-parse refs/heads/steady-history^{tree})\n"
                "new=$(git -c user.name=o -c user.email=o@example.org commit-tree -p refs/heads/steady-history -m other $tree)\n"
                "git update-ref refs/heads/steady-history $new\nexit 1\n"
            )
        os.chmod(hook, 0o755)
        job, _ = self.collect("78")
        self.assertEqual(job.status, "success", self.said(job, "collect"))
        self.assertEqual(len(self.files()), 2)
        self.assertEqual(git("-C", self.remote, "log", "--format=%s", "steady-history").split("\n").count("other"), 2)

    def test_two_at_once(self):
        """Both push, and each of them may be too late."""
        done = []
        for run in "77", "78":
            self.leg(run)
        jobs = [threading.Thread(target=lambda run=run: done.append(self.collect(run))) for run in ("77", "78")]
        for job in jobs:
            job.start()
        for job in jobs:
            job.join()
        self.assertEqual([job.status for job, _ in done], ["success"] * 2, [self.said(job, "collect") for job, _ in done])
        self.assertEqual(len(self.files()), 2)

    def test_more_files_than_a_command_line_takes(self):
        """The limit is a quarter of the stack's, at least 128 KiB. What is no segment is left out quickly."""
        self.leg()
        self.collect()
        work = os.path.join(self.base, "work")
        git("clone", "--quiet", "--branch", "steady-history", self.remote, work)
        one = os.path.join(work, self.files()[0])
        for number in range(3000):
            with open(os.path.join(os.path.dirname(one), f"1-1-{number:016x}.ndjson.zst"), "wb") as file:
                file.write(b"none")
        git("-C", work, "add", "--all")
        git("-C", work, "-c", "user.name=o", "-c", "user.email=o@example.org", "commit", "--quiet", "-m", "many")
        git("-C", work, "push", "--quiet")
        shutil.rmtree(os.path.join(self.store, "cache"))
        stack = resource.getrlimit(resource.RLIMIT_STACK)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_STACK, stack)
        resource.setrlimit(resource.RLIMIT_STACK, (512 << 10, stack[1]))
        job, outputs = self.collect()
        self.assertEqual(job.status, "success", self.said(job, "collect"))
        self.assertEqual(exported(outputs["history-path"]).count(b'{"schema"'), 1)

    def test_a_name_that_is_none(self):
        job, _ = self.collect(inputs={"branch": "--upload-pack=touch hit"})
        self.assertEqual(job.status, "failure")

    def test_no_permission(self):
        self.leg()
        job, _ = self.collect(GITHUB_SERVER_URL=f"file://{self.base}/nothing")
        self.assertEqual(job.status, "failure")
        self.assertEqual(self.obeyed(job, "collect"), ["error"])
        hook = os.path.join(self.remote, "hooks", "pre-receive")
        with open(hook, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\nexit 1\n")
        os.chmod(hook, 0o755)
        job, _ = self.collect()
        self.assertEqual(job.status, "failure")
        self.assertEqual(self.obeyed(job, "collect"), ["error"])
        self.assertEqual(exported(os.path.join(self.caches()[-1], "history.db")).count(b'{"schema"'), 1)


class Forks(ActionTest):
    """What pull requests from forks send, in a workflow_run."""

    def setUp(self):
        super().setUp()
        job = self.job({"run_id": "77"}, TESTS="adds=pass pays=flake")
        job.use("action", RUN)
        self.collect("77", "example/shop", "workflow_run")

    def collect(self, run, head, event):
        name = "workflow_run" if event == "workflow_run" else "pull_request"
        inner = {"head_repository": {"full_name": head}, "id": run, "head": {"repo": {"full_name": head}}}
        own = "500" + run if event == "workflow_run" else run
        job = self.job({"run_id": own, "event_name": event, "event": {name: inner}}, GITHUB_RUN_ID=own)
        return job, job.use("action/collect", {"run-id": run})

    def test_they_are_judged_and_kept_apart(self):
        self.job({"run_id": "78"}, TESTS="adds=pass pays=flake").use("action", RUN)
        before = None
        for head in "somebody/shop", "", "example/shop":
            job, outputs = self.collect("78", head, "workflow_run")
            self.assertEqual(job.status, "success", self.said(job, "collect"))
            runs = exported(outputs["history-path"])
            forks = os.path.join(os.path.dirname(outputs["history-path"]), "forks.db")
            self.assertIn("of 1 other run", job.summaries[0])
            if head == "example/shop":
                self.assertEqual(runs.count(b'{"schema"'), 2)
            else:
                self.assertEqual(runs.count(b'{"schema"'), 1)
                self.assertEqual(exported(forks).count(b'{"schema"'), 1)
                self.assertEqual(before or runs, runs)
                before = runs

    def test_a_run_that_the_event_does_not_name(self):
        """Somebody starts it by hand, for the run of a fork: nobody says whose that was."""
        self.job({"run_id": "78"}).use("action", RUN)
        for event in "workflow_dispatch", "schedule", "push":
            job = self.job({"run_id": "600", "event_name": event}, GITHUB_RUN_ID="600")
            outputs = job.use("action/collect", {"run-id": "78"})
            self.assertEqual(job.status, "success", self.said(job, "collect"))
            self.assertEqual(exported(outputs["history-path"]).count(b'{"schema"'), 1, event)
        inner = {"head_repository": {"full_name": "example/shop"}, "id": "79"}
        job = self.job({"run_id": "601", "event_name": "workflow_run", "event": {"workflow_run": inner}}, GITHUB_RUN_ID="601")
        outputs = job.use("action/collect", {"run-id": "78"})
        self.assertEqual(exported(outputs["history-path"]).count(b'{"schema"'), 1)

    def test_forks_cannot_fill_the_cache(self):
        """All jobs restore what is kept: 60 MB of texts that do not pack are not."""
        script = (
            "import base64, os\nprint('<testsuite name=\"s\">')\n"
            "for i in range(4000):\n\ttext = base64.b64encode(os.urandom(11000)).decode()\n"
            "\tprint(f'<testcase name=\"t{i}\"><failure message=\"{i}\">{text}</failure></testcase>')\n"
            "print('</testsuite>')\n"
        )
        job = self.job({"run_id": "78"})
        with open(os.path.join(job.workspace, "large.py"), "w", encoding="utf-8") as file:
            file.write(script)
        job.use("action", {"command": "python3 large.py >results.xml", "junit": "results.xml", "keep": "collect", "retries": "0"})
        job, outputs = self.collect("78", "somebody/shop", "workflow_run")
        self.assertEqual(job.status, "success", self.said(job, "collect"))
        forks = os.path.join(os.path.dirname(outputs["history-path"]), "forks.db")
        self.assertFalse(os.path.exists(forks))
        self.assertEqual(exported(outputs["history-path"]).count(b'{"schema"'), 1)

    def test_a_pull_request_of_a_fork(self):
        self.job({"run_id": "78"}).use("action", RUN)
        _, outputs = self.collect("78", "somebody/shop", "pull_request")
        self.assertTrue(os.path.exists(os.path.join(os.path.dirname(outputs["history-path"]), "forks.db")))

    def test_hostile_segments(self):
        """No names, links or contents from outside are used or obeyed; what is sound beside them is taken."""
        self.job({"run_id": "78"}).use("action", RUN)
        artifacts = os.path.join(self.store, "artifacts", "78")
        for name, content in {
            "steady-segment-a": b"::error::obeyed\n##[error]obeyed\n",
            "steady-segment-b": b'{"schema":"steady.segment/1","run":{"key":"::error::x\\n::error::y"}}\n',
            "steady-segment-$(touch hit)": b"\x28\xb5\x2f\xfd" + b"\0" * 100,
        }.items():
            os.mkdir(os.path.join(artifacts, name))
            with open(os.path.join(artifacts, name, "segment.ndjson.zst"), "wb") as file:
                file.write(content)
            with open(os.path.join(artifacts, name, "other.sh"), "wb") as file:
                file.write(b"touch hit\n")
        os.mkdir(os.path.join(artifacts, "steady-segment-link"))
        os.symlink("/etc/passwd", os.path.join(artifacts, "steady-segment-link", "segment.ndjson.zst"))
        os.mkdir(os.path.join(artifacts, "steady-segment-large"))
        with open(os.path.join(artifacts, "steady-segment-large", "segment.ndjson.zst"), "wb") as file:
            file.truncate(60 << 20)
        job, outputs = self.collect("78", "somebody/shop", "workflow_run")
        self.assertEqual(job.status, "success", self.said(job, "collect"))
        self.assertEqual(outputs["runs"], "4")
        self.assertEqual(self.obeyed(job, "collect"), [])
        self.assertEqual(job.summaries[0].count("- ✅ PASSED"), 1)
        self.assertIn("more than 50 MiB are left out", self.said(job, "collect"))
        self.assertFalse(os.path.exists(os.path.join(job.workspace, "hit")))


if __name__ == "__main__":
    unittest.main()
