# SPDX-License-Identifier: Apache-2.0
"""What the tests of the actions share: a project to be tested, an installed steady, jobs."""

import glob
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
import runner  # noqa: E402

ROOT = runner.ROOT
STEADY = os.environ.get("STEADY", os.path.join(ROOT, "build", "dev", "bin", "steady"))

# The result of each test is in the environment: "pass", "fail", or "flake", which fails the first time it runs.
PROJECT = r"""#!/bin/bash
mkdir -p "$STATE"
echo "::error::said by a test"
echo "##[warning]said by a test" >&2
printf '<testsuite name="shop">' >results.xml
code=0
for pair in $TESTS; do
	name=${pair%=*} how=${pair#*=}
	if [[ $how == flake && ! -e $STATE/$name ]]; then how=fail; : >"$STATE/$name"; fi
	if [[ $how == fail ]]; then
		printf '<testcase classname="Cart" name="%s" file="cart.py"><failure message="%s">cart.py:7: no</failure></testcase>' \
			"$name" "${MESSAGE:-expected 3}" >>results.xml
		code=1
	else
		printf '<testcase classname="Cart" name="%s"/>' "$name" >>results.xml
	fi
done
printf '</testsuite>' >>results.xml
exit $code
"""


class ActionTest(unittest.TestCase):
    def setUp(self):
        self.base = os.path.realpath(tempfile.mkdtemp(prefix="steady-action-"))
        self.addCleanup(shutil.rmtree, self.base)
        self.store = os.path.join(self.base, "store")
        self.jobs = 0
        self.tools = os.path.join(self.base, "tools")
        self.install()

    def install(self):
        """As if install.sh had been here before: what it downloads and builds has tests of its own."""
        listed = subprocess.run(
            ["bash", "-c", 'cd "$0" && find src include CMakeLists.txt CMakePresets.json -type f -print0 | '
             "LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-16", ROOT],
            check=True, capture_output=True, text=True,
        ).stdout.strip()
        folder = os.path.join(self.tools, "steady", "0.1.0", f"{listed}-{os.uname().machine}", "bin")
        os.makedirs(folder)
        self.installed = os.path.join(folder, "steady")
        os.symlink(STEADY, self.installed)

    def instead_of_steady(self, script):
        """From here on a script stands before steady, which it starts as "$STEADY"."""
        os.unlink(self.installed)
        with open(self.installed, "w", encoding="utf-8") as file:
            file.write(f"#!/bin/bash\nSTEADY='{STEADY}'\n{script}\n")
        os.chmod(self.installed, 0o755)

    def spy(self):
        """Returns a function that gives the environments of all that was started since."""
        path = os.path.join(self.base, "environments")
        self.instead_of_steady(f"env >>'{path}'\nexec \"$STEADY\" \"$@\"")

        def said():
            with open(path, encoding="utf-8") as file:
                return file.read()

        return said

    def job(self, github=None, matrix=None, workspace=None, **env):
        """A job on a machine of its own; the artifacts and caches of the repository are the same."""
        self.jobs += 1
        base = os.path.join(self.base, f"job-{self.jobs}")
        github = {"run_id": "77", "event_name": "push", "repository": "example/shop", "token": "secret",
                  "action_repository": "OWNER/steady", **(github or {})}
        job = runner.Job(base, self.store, github, {
            "PATH": os.environ["PATH"],
            "HOME": base,
            "LC_ALL": "C.UTF-8",
            "RUNNER_TOOL_CACHE": self.tools,
            "STATE": os.path.join(base, "state"),
            "TESTS": "adds=pass",
            "GITHUB_JOB": "unit",
            "GITHUB_RUN_ID": github["run_id"],
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_REPOSITORY": github["repository"],
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_WORKFLOW_REF": "example/shop/.github/workflows/ci.yml@refs/heads/main",
            "GITHUB_REF": "refs/heads/main",
            "GITHUB_REF_NAME": "main",
            "GITHUB_SHA": "0123456789" * 4,
            "GITHUB_EVENT_NAME": github["event_name"],
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_NOSYSTEM": "1",
            **env,
        }, matrix=matrix)
        with open(os.path.join(job.workspace, "run-tests"), "w", encoding="utf-8") as file:
            file.write(PROJECT)
        os.chmod(os.path.join(job.workspace, "run-tests"), 0o755)
        with open(os.path.join(job.workspace, "cart.py"), "w", encoding="utf-8"):
            pass
        return job

    def caches(self, start=""):
        """Folders of what the cache holds, oldest first."""
        found = glob.glob(os.path.join(self.store, "cache", "*", "*", glob.escape(start) + "*"))
        return sorted(found, key=lambda path: os.stat(path).st_mtime_ns)

    def said(self, job, step="run"):
        return "\n".join(job.logs[step].lines)

    def obeyed(self, job, step="run"):
        return [name for name, _, _ in job.logs[step].commands]
