#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""action/action.yml: run, record, tell."""

import contextlib
import json
import os
import re
import sqlite3
import subprocess
import sys
import unittest
from contextlib import closing

import yaml

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
from case import ROOT, STEADY, ActionTest  # noqa: E402

RUN = {"command": "./run-tests", "junit": "results.xml"}


class Run(ActionTest):
    def test_passed(self):
        job = self.job()
        outputs = job.use("action", RUN)
        self.assertEqual(job.status, "success", self.said(job))
        self.assertEqual(
            {name: outputs[name] for name in ("outcome", "attempts", "flaky-count", "failed-count", "exit-code")},
            {"outcome": "passed", "attempts": "1", "flaky-count": "0", "failed-count": "0", "exit-code": "0"},
        )
        self.assertEqual(self.obeyed(job), [])
        self.assertTrue(os.path.getsize(outputs["segment-path"]) > 0)
        self.assertIn("✅ PASSED · unit", job.summaries[0])

    def test_failed(self):
        job = self.job(TESTS="adds=pass pays=fail")
        outputs = job.use("action", RUN)
        self.assertEqual(job.status, "failure")
        self.assertEqual((outputs["outcome"], outputs["failed-count"], outputs["exit-code"]), ("failed", "1", "1"))
        self.assertEqual(self.obeyed(job), ["error", "notice"])
        name, properties, message = job.logs["run"].commands[0]
        self.assertEqual((properties["file"], properties["line"]), ("cart.py", "7"))
        self.assertEqual(properties["title"], "failed: Cart::pays")
        self.assertIn("expected 3", message)
        self.assertIn("`Cart::pays`", job.summaries[0])

    def test_flaky_is_green_and_told(self):
        job = self.job(TESTS="adds=pass pays=flake")
        outputs = job.use("action", RUN)
        self.assertEqual(job.status, "success", self.said(job))
        self.assertEqual((outputs["outcome"], outputs["flaky-count"], outputs["attempts"]), ("flaky", "1", "2"))
        self.assertEqual(self.obeyed(job), ["warning", "notice"])

    def test_the_second_run_knows_the_first(self):
        self.job(TESTS="adds=pass pays=flake").use("action", RUN)
        job = self.job({"run_id": "78"}, TESTS="adds=pass pays=flake")
        job.use("action", RUN)
        self.assertIn("of 1 other run", self.said(job))

    def test_another_leg_of_the_matrix_has_its_own_history(self):
        self.job(matrix={"os": "linux"}, TESTS="pays=flake").use("action", RUN)
        job = self.job(matrix={"os": "mac", "deep": {"x": 1}}, TESTS="pays=flake")
        job.use("action", RUN)
        self.assertIn("no other run of it is on record", self.said(job))
        self.assertIn("unit (os=mac)", job.summaries[0])
        self.assertEqual(len(os.listdir(os.path.join(self.store, "artifacts", "77"))), 2)

    def test_inputs_become_options(self):
        job = self.job(TESTS="pays=flake", MESSAGE="x")
        outputs = job.use("action", {
            **RUN, "retries": "1", "flaky": "fail", "job": "odd, name", "variant": "db=pg\n  py=3.10  \n",
            "wait": "file:run-tests\nfile:cart.py timeout=5s\n", "timeout": "1m", "wait-timeout": "5s",
        })
        self.assertEqual(outputs["exit-code"], "75", self.said(job))
        self.assertIn("odd, name (db=pg,py=3.10)", job.summaries[0])

    def test_two_uses_in_one_job(self):
        job = self.job(TESTS="pays=fail")
        job.use("action", RUN)
        first = len(job.summaries)
        job.env["TESTS"] = "pays=pass"
        outputs = job.use("action", RUN)
        self.assertEqual(outputs["outcome"], "passed")
        self.assertEqual((first, len(job.summaries)), (1, 2))
        self.assertEqual(len(self.caches()), 2)
        self.assertEqual(job.warnings, [])

    def test_keep(self):
        for keep, caches in ("none", 0), ("collect", 0), ("job", 1):
            job = self.job(GITHUB_JOB=keep)
            job.use("action", {**RUN, "keep": keep})
            self.assertEqual(len(self.caches()), caches, keep)
        job = self.job()
        self.assertEqual(job.use("action", {**RUN, "keep": "for ever"})["outcome"], "error")
        self.assertEqual(self.obeyed(job, "prepare"), ["error"])

    def test_places_are_seen_from_the_workspace(self):
        job = self.job(TESTS="pays=fail")
        os.mkdir(os.path.join(job.workspace, "backend"))
        for name in "run-tests", "cart.py":
            os.rename(os.path.join(job.workspace, name), os.path.join(job.workspace, "backend", name))
        job.use("action", {**RUN, "working-directory": "backend"})
        self.assertEqual(job.logs["run"].commands[0][1]["file"], "backend/cart.py", self.said(job))

    def test_nothing_to_do(self):
        job = self.job()
        self.assertEqual(job.use("action", {})["outcome"], "error")
        self.assertEqual(job.status, "failure")
        self.assertEqual(self.obeyed(job), ["error"])

    def test_cancelled(self):
        """The signal comes to the step's process alone, and the run is still recorded, told and kept."""
        job = self.job()
        with open(os.path.join(job.workspace, "slow"), "w", encoding="utf-8") as file:
            file.write("echo begun\nexec sleep 600\n")
        job.cancelled_when = "begun"
        outputs = job.use("action", {"command": "bash slow", "working-directory": "."})
        self.assertEqual(job.status, "cancelled")
        self.assertEqual((outputs["outcome"], outputs["exit-code"]), ("cancelled", "130"), self.said(job))
        self.assertIn("CANCELLED", job.summaries[0])
        self.assertEqual(len(self.caches()), 1)
        self.assertEqual(len(os.listdir(os.path.join(self.store, "artifacts", "77"))), 1)


class Kept(ActionTest):
    def test_a_damaged_history_is_begun_anew(self):
        self.job().use("action", RUN)
        with open(os.path.join(self.caches()[0], "history.db"), "wb") as file:
            file.write(b"garbage")
        job = self.job({"run_id": "78"}, GITHUB_RUN_ID="78")
        job.use("action", RUN)
        self.assertEqual((job.status, self.obeyed(job)), ("success", ["warning"]), self.said(job))
        job = self.job({"run_id": "79"}, GITHUB_RUN_ID="79", TESTS="adds=fail")
        job.use("action", RUN)
        self.assertIn("in 1 other run", self.said(job))

    def test_a_history_of_a_newer_steady_is_left_alone(self):
        self.job().use("action", RUN)
        with closing(sqlite3.connect(os.path.join(self.caches()[0], "history.db"))) as base:
            base.execute("PRAGMA user_version = 99")
        job = self.job({"run_id": "78"}, GITHUB_RUN_ID="78")
        job.use("action", RUN)
        self.assertEqual((job.status, self.obeyed(job)), ("success", ["warning"]), self.said(job))
        self.assertIn("newer steady", self.said(job))
        self.assertEqual(len(self.caches()), 1)

    def test_a_broken_config_costs_no_history(self):
        self.job().use("action", RUN)
        for keep in "job", "collect":
            job = self.job({"run_id": "78"}, GITHUB_RUN_ID="78")
            with open(os.path.join(job.workspace, ".steady.yml"), "w", encoding="utf-8") as file:
                file.write("x: [")
            job.use("action", {**RUN, "keep": keep})
            self.assertNotIn("a new one begins", self.said(job))
        job = self.job({"run_id": "79"}, GITHUB_RUN_ID="79", TESTS="adds=fail")
        job.use("action", RUN)
        self.assertIn("in 1 other run", self.said(job))

    def test_pull_requests_read_and_keep_nothing(self):
        """What the default branch learns meanwhile is known to the next run of the same pull request."""
        for number, want in enumerate(("of 1 other run", "of 2 other runs")):
            main, pull = str(77 + number), str(87 + number)
            self.job({"run_id": main}, TESTS="pays=flake").use("action", RUN)
            job = self.job({"run_id": pull, "event_name": "pull_request"}, TESTS="pays=flake", GITHUB_REF="refs/pull/5/merge")
            job.use("action", RUN)
            self.assertIn(want, self.said(job))
            self.assertEqual(len(self.caches()), number + 1)
            self.assertEqual(len(os.listdir(os.path.join(self.store, "artifacts", pull))), 1)

    def test_what_is_thrown_away_keeps_nothing(self):
        for event in "merge_group", "pull_request_target":
            self.job({"event_name": event}).use("action", RUN)
            self.assertEqual(self.caches(), [], event)

    def test_a_job_that_is_called_twice(self):
        """The same key would be refused: each use writes one of its own."""
        for _ in range(2):
            job = self.job()
            job.use("action", RUN)
            self.assertEqual(job.warnings, [])
        self.assertEqual(len(self.caches()), 2)

    def test_one_elsewhere_is_left_alone(self):
        path = os.path.join(self.base, "own.db")
        with open(path, "wb") as file:
            file.write(b"garbage")
        job = self.job()
        job.use("action", {**RUN, "history": path})
        self.assertEqual(job.status, "success", self.said(job))
        with open(path, "rb") as file:
            self.assertEqual(file.read(), b"garbage")
        self.assertEqual(self.caches(), [])


class Example(ActionTest):
    """The file that people copy, step by step: the tests are started by a real pytest."""

    def use(self, run):
        with open(os.path.join(ROOT, "docs", "examples", "one-job.yml"), encoding="utf-8") as file:
            steps = yaml.safe_load(file)["jobs"]["unit"]["steps"]
        inputs = [step["with"] for step in steps if step.get("uses", "").startswith("OWNER/steady/action@")]
        job = self.job({"run_id": run}, GITHUB_RUN_ID=run, PATH="/usr/bin:/bin")
        with open(os.path.join(job.workspace, "test_cart.py"), "w", encoding="utf-8") as file:
            file.write(
                "import os\n\ndef test_adds():\n    assert 1 + 1 == 2\n\n"
                "def test_pays():\n    first = not os.path.exists('tried')\n    open('tried', 'w').close()\n"
                "    assert not first, 'the till is closed'\n"
            )
        return job, job.use("action", inputs[0])

    def test_it(self):
        job, outputs = self.use("77")
        self.assertEqual((outputs["outcome"], outputs["attempts"], outputs["flaky-count"]), ("flaky", "3", "1"), self.said(job))
        self.assertEqual(job.status, "success")
        self.assertEqual(self.obeyed(job), ["warning", "notice"])
        self.assertEqual(job.logs["run"].commands[0][1]["file"], "test_cart.py")
        self.assertIn("test_pays", job.summaries[0])
        job, _ = self.use("78")
        self.assertIn("known flake", job.summaries[0])


class Command(ActionTest):
    """What is run, and that nothing of it is taken for something else."""

    def out(self, command):
        job = self.job(X="a variable")
        outputs = job.use("action", {"command": command})
        return outputs["outcome"], self.said(job)

    def test_words(self):
        outcome, said = self.out("printf %s-plain\\n x")
        self.assertIn("x-plain", said)
        self.assertEqual(outcome, "passed")

    def test_script(self):
        cases = {
            "echo \"$X\" | tr a-z A-Z": "A VARIABLE",
            "cd /\necho \"in $PWD.\"": "in /.",
            "FOO=bar env": "FOO=bar",
            "echo 'a  b' \"c'd\"": "a  b c'd",
            "echo '$(touch hit)'; ls": "$(touch hit)",
        }
        for command, want in cases.items():
            outcome, said = self.out(command)
            self.assertIn(want, said)
            self.assertEqual(outcome, "passed", said)

    def test_first_failure_ends_a_script(self):
        outcome, said = self.out("false | cat\necho reached")
        self.assertNotIn("reached", said)
        self.assertEqual(outcome, "crashed")

    def test_framework_is_known(self):
        job = self.job()
        with open(os.path.join(job.workspace, "test_it.py"), "w", encoding="utf-8") as file:
            file.write("def test_it():\n    pass\n")
        outputs = job.use("action", {"command": "pytest -q -p no:cacheprovider"})
        self.assertIn("pytest writes its results", self.said(job))
        self.assertEqual(outputs["outcome"], "passed")

    def test_environment_is_the_users(self):
        _, said = self.out("env")
        self.assertIn("X=a variable", said)
        self.assertNotRegex(said, r"(?m)^(INPUT|STEP)_")

    def test_variables_of_the_tests_own(self):
        job = self.job(INPUT_FOLDER="data", STEP_SIZE="5")
        job.use("action", {"command": "env"})
        self.assertIn("INPUT_FOLDER=data", self.said(job))
        self.assertIn("STEP_SIZE=5", self.said(job))


class Hostile(ActionTest):
    NASTY = ["\"; touch hit; '`touch hit` $(touch hit)", "::error::x", "a\n::set-output name=outcome::passed\nb=c\n",
             "--help", "\\ * ~ é\u202e%0A::error::y"]

    def test_inputs(self):
        inputs = ["junit", "retries", "timeout", "wait", "flaky", "quarantine", "job", "variant", "config",
                  "working-directory", "keep", "build-from-source", "history", "wait-timeout"]
        for name in inputs:
            for nasty in self.NASTY:
                job = self.job()
                given = {"command": "true", name: nasty}
                try:
                    job.use("action", given)
                except FileNotFoundError:
                    self.assertEqual(name, "working-directory")
                    continue
                self.assertFalse(os.path.exists(os.path.join(job.workspace, "hit")), given)
                for step in job.logs:
                    for command, properties, _ in job.logs[step].commands:
                        self.assertEqual(properties.get("title", "steady"), "steady", (given, command))

    def test_what_tests_say(self):
        """Names and messages from a pull request, in annotations, summary, outputs and the log."""
        job = self.job(TESTS="pays=fail", MESSAGE="&#10;::set-output name=outcome::passed&#10;##[add-mask]x &lt;img src=x&gt; @all")
        outputs = job.use("action", RUN)
        self.assertEqual(outputs["outcome"], "failed")
        self.assertEqual(self.obeyed(job), ["error", "notice"])
        self.assertNotIn("\n##[", job.summaries[0])

    def test_branch_of_a_pull_request(self):
        for nasty in "a\"; touch hit", "$(touch hit)", "x\n::error::y":
            job = self.job(GITHUB_HEAD_REF=nasty, GITHUB_WORKFLOW_REF=nasty, GITHUB_REF_NAME=nasty)
            outputs = job.use("action", {"junit": "made.xml"})
            self.assertEqual(outputs["outcome"], "error")
            self.assertFalse(os.path.exists(os.path.join(job.workspace, "hit")))

    def test_too_long_a_summary(self):
        job = self.job()
        job.use("action", RUN)
        folder = os.path.join(job.temp, "steady", "1")
        with open(os.path.join(folder, "summary.md"), "w", encoding="utf-8") as file:
            file.write("x" * 2 * 1024 * 1024)
        out = os.path.join(self.base, "page")
        subprocess.run(
            ["bash", os.path.join(ROOT, "action", "lib", "finish.sh")], check=True,
            env={"PATH": os.environ["PATH"], "STEP_FOLDER": folder, "STEP_STEADY": STEADY, "GITHUB_STEP_SUMMARY": out},
        )
        with open(out, encoding="utf-8") as file:
            self.assertEqual(file.read(), "The summary is too long for this page: it is in summary.md.\n")


class Import(ActionTest):
    """Results of another step, `junit` without `command`."""

    def made(self, **env):
        job = self.job(**env)
        subprocess.run(["./run-tests"], cwd=job.workspace, env=job.env, capture_output=True)
        return job

    def test_failures_are_judged_and_do_not_fail(self):
        job = self.made(TESTS="adds=pass pays=fail")
        outputs = job.use("action", {"junit": "results.xml"})
        self.assertEqual(job.status, "success", self.said(job))
        self.assertEqual((outputs["outcome"], outputs["failed-count"]), ("failed", "1"))
        self.assertEqual(self.obeyed(job), ["error", "notice"])
        self.assertTrue(os.path.getsize(outputs["segment-path"]) > 0)

    def test_a_file_that_cannot_be_used(self):
        job = self.made(TESTS="adds=pass pays=fail")
        with open(os.path.join(job.workspace, "::error::x.xml"), "w", encoding="utf-8") as file:
            file.write("no")
        outputs = job.use("action", {"junit": "*.xml"})
        self.assertEqual(job.status, "failure")
        self.assertEqual(outputs["failed-count"], "1", self.said(job))
        self.assertEqual(self.obeyed(job), ["error", "notice"])

    def test_a_rerun_is_another_run(self):
        self.made(TESTS="pays=fail").use("action", {"junit": "results.xml"})
        job = self.made(TESTS="pays=fail", GITHUB_RUN_ATTEMPT="2")
        job.use("action", {"junit": "results.xml"})
        self.assertIn("of 1 other run", self.said(job))


    def follow(self, head, **github):
        """A workflow_run behind a run of that repository's main."""
        event = {
            "repository": {"full_name": "example/shop"},
            "workflow_run": {
                "head_branch": "main", "head_sha": "2" * 40, "head_repository": {"full_name": head},
                "head_commit": {"tree_id": "3" * 40}, "pull_requests": [],
            },
        }
        path = os.path.join(self.base, "event.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(event, file)
        job = self.job({"event_name": "workflow_run", "event": event, **github}, TESTS="pays=fail", GITHUB_EVENT_PATH=path)
        subprocess.run(["./run-tests"], cwd=job.workspace, env=job.env, capture_output=True)
        return job

    def recorded(self, job, history):
        path = os.path.join(job.temp, "steady", "1", history)
        with contextlib.closing(sqlite3.connect(path)) as database:
            return database.execute("SELECT commit_id, tree_id, branch FROM run ORDER BY key").fetchall()

    def test_behind_a_run_of_ours(self):
        job = self.follow("Example/Shop")
        job.use("action", {"junit": "results.xml"})
        self.assertEqual(self.recorded(job, "history/history.db"), [("2" * 40, "3" * 40, "main")])

    def test_a_fork_is_judged_and_not_kept(self):
        self.made(TESTS="pays=fail").use("action", {"junit": "results.xml"})
        job = self.follow("ann/shop", run_id="78")
        outputs = job.use("action", {"junit": "results.xml"})
        self.assertIn("of 1 other run", self.said(job))
        self.assertEqual(outputs["failed-count"], "1")
        self.assertEqual([row[2] for row in self.recorded(job, "history/history.db")], ["main"])
        self.assertEqual([row[2] for row in self.recorded(job, "apart.db")], ["main", "ann:main"])


class Manifest(unittest.TestCase):
    OWN = {"command", "working-directory", "keep", "build-from-source"}

    def setUp(self):
        with open(os.path.join(ROOT, "action", "action.yml"), encoding="utf-8") as file:
            self.text = file.read()
        self.manifest = yaml.safe_load(self.text)

    def test_inputs_are_options(self):
        said = subprocess.run([STEADY, "help", "run"], capture_output=True, text=True, check=True).stdout
        options = set(re.findall(r"--([a-z-]+)", said))
        self.assertEqual(set(self.manifest["inputs"]) - self.OWN - options, set())
        self.assertTrue(self.OWN.isdisjoint(options))


if __name__ == "__main__":
    unittest.main()
