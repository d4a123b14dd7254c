#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs tests/real/<framework>/test, which drives steady with a framework as people install it.

The test is an executable script. It starts in an empty temporary folder (also $TMP) with STEADY
(the program), HERE (its own folder), SOURCE_ROOT, FIXTURES and the caller's PATH, and no variables
of a CI. Exit code 0 passed, else failed; a process left running is a failure. Nothing is skipped:
a framework that is not installed fails and says which package is missing.
"""

import argparse
import os
import sys

sys.dont_write_bytecode = True
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "lib"))
import sandbox  # noqa: E402

# What ctest, automake and others take for "skipped".
SKIPPED = 77


def main():
    parser = argparse.ArgumentParser(description="runs one test of tests/real")
    parser.add_argument("test", help="the test's folder")
    parser.add_argument("--steady", required=True, help="the program under test")
    parser.add_argument("--sanitized", action="store_true", help="the program has sanitizers in it")
    parser.add_argument("--timeout", type=float, default=280.0, metavar="SECONDS")
    options = parser.parse_args()
    with sandbox.Sandbox("steady-real-") as box:
        return run_test(options, box)


def run_test(options, box):
    here = os.path.realpath(options.test)
    box.environment(os.environ["PATH"].split(os.pathsep), inherit=True)
    box.env.update(
        STEADY=os.path.realpath(options.steady),
        HERE=here,
        SOURCE_ROOT=ROOT,
        FIXTURES=os.path.join(ROOT, "fixtures"),
        TMPDIR=box.base,
        PYTHONDONTWRITEBYTECODE="1",
    )
    if options.sanitized:
        box.watch_sanitizers()
    try:
        rc, out, err = box.run([os.path.join(here, "test")], options.timeout)
    except sandbox.TimedOut as late:
        rc, (out, err) = 1, late.args
        err += f"still running after {options.timeout:g} s\n".encode()
    for stream in out, err:
        sys.stdout.write(stream.decode("utf-8", "backslashreplace"))
    faults = [f"left running, {text}" for text in box.leftovers()]
    faults += box.sanitizer_reports(out, err)
    if rc == SKIPPED:
        name = os.path.basename(here)
        faults.append(f"exit code 77: tests are not skipped here; name the package that {name} needs")
    for fault in faults:
        print(fault)
    return 1 if faults else rc


if __name__ == "__main__":
    sys.exit(main())
