#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs one black-box case of tests/cli and compares what came with what is expected.

A case is a folder: `cmd` (bash, run with `set -u` in a fresh copy of the folder), and optionally
`out`, `err` (else nothing may be printed), `out.any`, `err.any` (not compared), `rc` (else 0) and
`labels` (words for CTest). Other files are there for the command. The placeholders of `out` and
`err` stand in tests/lib/expect.py. The command sees only these variables: PATH (steady and
tests/helpers first), HOME and TMP (its folder), TMPDIR, FIXTURES, SOURCE_ROOT, LC_ALL, TZ,
NO_COLOR and git's author, committer and configuration.
"""

import argparse
import os
import re
import shutil
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tests", "lib"))
import expect  # noqa: E402
import sandbox  # noqa: E402

CONTROL_FILES = {"cmd", "out", "err", "out.any", "err.any", "rc", "labels"}


def main():
    parser = argparse.ArgumentParser(description="runs one case of tests/cli")
    parser.add_argument("case", help="the case's folder")
    parser.add_argument("--steady", required=True, help="the program under test")
    parser.add_argument("--helpers", required=True, help="the folder of the helper programs")
    parser.add_argument("--sanitized", action="store_true", help="the program has sanitizers in it")
    parser.add_argument("--update", action="store_true", help="write down what came")
    parser.add_argument("--timeout", type=float, default=100.0, metavar="SECONDS")
    options = parser.parse_args()
    with sandbox.Sandbox("steady-cli-") as box:
        faults = run_case(options, box)
    for fault in faults:
        print(fault.rstrip("\n"))
    return 1 if faults else 0


def run_case(options, box):
    """The texts that say what is wrong."""
    prepare(options, box)
    # The same name in every checkout, because bash puts it into its messages.
    command = ["bash", "--noprofile", "--norc", "-u", "../cmd"]
    faults = []
    try:
        rc, out, err = box.run(command, options.timeout)
    except sandbox.TimedOut as late:
        rc, (out, err) = "timeout", late.args
        faults.append(f"still running after {options.timeout:g} s")
        faults += [show("stdout", out), show("stderr", err)]
    else:
        seen = {"out": out, "err": without_load(err)}
        if options.update:
            update(options.case, seen, rc, box.folder)
        faults += compare(options.case, seen, rc, box.folder)
    faults += [f"left running, {text}" for text in box.leftovers()]
    faults += [show("a sanitizer report", text.encode()) for text in box.sanitizer_reports(out, err)]
    return faults


def without_load(err):
    """A summary may say that the machine was busy; that is true of this machine, not of the case."""
    return re.sub(rb"(?m)^  under load: .*\n", b"", err)


def prepare(options, box):
    for name in os.listdir(options.case):
        if name in CONTROL_FILES:
            continue
        source = os.path.join(options.case, name)
        target = os.path.join(box.folder, name)
        if os.path.isdir(source):
            shutil.copytree(source, target, symlinks=True)
        else:
            shutil.copy2(source, target)
    shutil.copy2(os.path.join(options.case, "cmd"), os.path.join(box.base, "cmd"))
    steady = os.path.realpath(options.steady)
    box.environment(
        [os.path.dirname(steady), os.path.realpath(options.helpers), "/usr/local/bin", "/usr/bin", "/bin"]
    )
    scratch = os.path.join(box.base, "tmp")
    os.mkdir(scratch)
    box.env.update(
        HOME=box.folder,
        TMPDIR=scratch,
        SOURCE_ROOT=ROOT,
        FIXTURES=os.path.join(ROOT, "fixtures"),
        PYTHONDONTWRITEBYTECODE="1",
    )
    if options.sanitized:
        box.watch_sanitizers()


def compare(case, seen, rc, tmp):
    faults = []
    for name, data in seen.items():
        if os.path.exists(os.path.join(case, f"{name}.any")):
            continue
        difference = expect.compare("std" + name, expectation(case, name), data, tmp)
        if difference:
            faults.append(difference)
    wanted = int(expectation(case, "rc") or b"0")
    if rc != wanted:
        faults.append(f"exit code {rc}, expected {wanted}")
        # Without the text the code says little: whoever reads the log wants to know why.
        if not any(fault.startswith("--- stderr") for fault in faults):
            faults.append(show("stderr", seen["err"]))
    return faults


def update(case, seen, rc, tmp):
    for name, data in seen.items():
        if not os.path.exists(os.path.join(case, f"{name}.any")):
            store(case, name, expect.updated(expectation(case, name), data, tmp))
    store(case, "rc", f"{rc}\n".encode() if rc else b"")


def expectation(case, name):
    path = os.path.join(case, name)
    if not os.path.exists(path):
        return b""
    with open(path, "rb") as file:
        return file.read()


def store(case, name, data):
    path = os.path.join(case, name)
    if data:
        with open(path, "wb") as file:
            file.write(data)
    elif os.path.exists(path):
        os.remove(path)


def show(title, data):
    text = data.decode("utf-8", "backslashreplace")
    return f"{title}:\n{text}" if text else f"{title}: empty"


if __name__ == "__main__":
    sys.exit(main())
