#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests the driver of the framework tests with tests of its own."""

import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.realpath(__file__))

# What the row shows, the test script, the driver's exit code, a part of its output.
ROWS = [
    ("passed", "exit 0", 0, ""),
    ("failed", "echo why; exit 3", 3, "why"),
    ("nothing is skipped", "echo no framework; exit 77", 1, "tests are not skipped"),
    ("left running", "setsid sleep 1000 & true", 1, "left running"),
]


def main():
    bad = 0
    for comment, script, code, part in ROWS:
        with tempfile.TemporaryDirectory(prefix="steady-selftest-") as folder:
            path = os.path.join(folder, "test")
            with open(path, "w", encoding="utf-8") as file:
                file.write("#!/bin/sh\n" + script + "\n")
            os.chmod(path, 0o755)
            done = subprocess.run(
                [os.path.join(HERE, "run_test.py"), folder, "--steady", "/bin/true"],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        if done.returncode != code or part not in done.stdout:
            bad += 1
            print(f"{comment}: exit code {done.returncode} instead of {code}\n{done.stdout}")
    print(f"{len(ROWS)} rows, {bad} bad")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
