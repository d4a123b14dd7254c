#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What can be said of the files of the actions, the examples and their page without running them."""

import glob
import os
import re
import sys
import unittest

import yaml

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
from case import ROOT  # noqa: E402

ACTIONS = ["action", "action/collect", "action/report"]
EXAMPLES = sorted(glob.glob(os.path.join(ROOT, "docs", "examples", "*.yml")))
PINNED = re.compile(r"^[\w.-]+/[\w./-]+@[0-9a-f]{40}$")


def read(*parts):
    with open(os.path.join(ROOT, *parts), encoding="utf-8") as file:
        return file.read()


class Files(unittest.TestCase):
    def manifests(self):
        for action in ACTIONS:
            yield action, yaml.safe_load(read(action, "action.yml"))

    def test_no_expression_in_a_script(self):
        for action, manifest in self.manifests():
            for step in manifest["runs"]["steps"]:
                self.assertNotIn("${{", step.get("run", ""), action)
                if "run" in step:
                    self.assertEqual(step["shell"], "bash", action)
                    self.assertRegex(step["run"], r'^(exec )?bash "\$GITHUB_ACTION_PATH/[\w./]+"$')

    def test_others_are_pinned(self):
        for action, manifest in self.manifests():
            for step in manifest["runs"]["steps"]:
                if "uses" in step:
                    self.assertRegex(step["uses"], PINNED)
            for line in read(action, "action.yml").split("\n"):
                if "uses: " in line:
                    self.assertRegex(line, r"# v\d+\.\d+\.\d+$")

    def test_inputs_are_used_and_documented(self):
        page = read("docs", "github-actions.md")
        for action, manifest in self.manifests():
            text = read(action, "action.yml")
            for name in manifest["inputs"]:
                self.assertRegex(name, "^[a-z]+(-[a-z]+)*$")
                self.assertIn("inputs." + name, text)
                self.assertIn(f"`{name}`", page)
            for name in manifest["outputs"]:
                self.assertRegex(name, "^[a-z]+(-[a-z]+)*$")
                self.assertIn(f"`{name}`", page)

    def test_where_releases_come_from(self):
        for action, manifest in self.manifests():
            self.assertEqual(manifest["runs"]["steps"][0]["env"]["STEP_REPOSITORY"], "${{ github.action_repository }}", action)

    def test_every_script_variable_is_given(self):
        """INPUT_ and STEP_ variables of a script are those of the steps that start it, and the other way round."""
        given = {}
        for action, manifest in self.manifests():
            for step in manifest["runs"]["steps"]:
                if "run" in step:
                    script = os.path.basename(step["run"].rstrip('"'))
                    given.setdefault(script, set()).update(step.get("env", {}))
        shared = re.findall(r"\b((?:INPUT|STEP)_[A-Z_]+)", read("action", "lib", "branch.sh"))
        common = set(re.findall(r"\b((?:INPUT|STEP)_[A-Z_]+)", read("action", "lib", "common.sh")))
        for script, names in given.items():
            used = set(re.findall(r"\b((?:INPUT|STEP)_[A-Z_]+[A-Z])\b", read("action", "lib", script)))
            if script == "prepare.sh":
                used |= set(re.findall(r"\b((?:INPUT|STEP)_[A-Z_]+[A-Z])\b", read("action", "install.sh")))
            if script == "collect.sh":
                used |= set(shared)
            self.assertEqual(used | (names & common), names, script)

    def test_examples(self):
        self.assertGreaterEqual(len(EXAMPLES), 6)
        for path in EXAMPLES:
            text = read(path)
            workflow = yaml.safe_load(text)
            self.assertNotRegex(text, r"pull_request_target|secrets\.|permissions: write-all")
            self.assertEqual(workflow["permissions"].get("contents"), "read", path)
            for job in workflow["jobs"].values():
                for step in job["steps"]:
                    self.assertNotIn("${{", step.get("run", ""), path)
                    self.check_use(step, path)

    def test_nothing_drops_what_is_to_be_collected(self):
        """A group keeps one waiting run and drops the others."""
        for path in EXAMPLES:
            workflow = yaml.safe_load(read(path))
            group = workflow.get("concurrency")
            for job in workflow["jobs"].values():
                collects = any("/action/collect@" in step.get("uses", "") for step in job["steps"])
                self.assertFalse(collects and (group or "concurrency" in job), path)
                self.assertFalse(collects and "needs" in job and "always()" not in job.get("if", ""), path)
            if group:
                self.assertIn("github.run_id", group["group"], path)
                self.assertEqual(group["cancel-in-progress"], "${{ github.event_name == 'pull_request' }}", path)

    def check_use(self, step, path):
        name = step.get("uses", "").removeprefix("OWNER/steady/").split("@")[0]
        if name in ACTIONS:
            inputs = yaml.safe_load(read(name, "action.yml"))["inputs"]
            self.assertEqual(set(step.get("with", {})) - set(inputs), set(), path)

    def test_the_first_example(self):
        """What the page tells to copy is a file, and short."""
        page = read("docs", "github-actions.md")
        block = re.search(r"```yaml\n(.*?)```", page, re.S)[1]
        self.assertLessEqual(block.count("\n"), 15)
        self.assertEqual("# SPDX-License-Identifier: Apache-2.0\n" + block, read("docs", "examples", "one-job.yml"))
        for name in re.findall(r"\(examples/([\w.-]+)\)", page):
            self.assertTrue(os.path.exists(os.path.join(ROOT, "docs", "examples", name)))


if __name__ == "__main__":
    unittest.main()
