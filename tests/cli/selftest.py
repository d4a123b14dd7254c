#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests the driver of the black-box cases with cases of its own and a stand-in for steady."""

import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.realpath(__file__))

# Leaves an orphan behind and waits until its process id is free: a zombie would keep it.
ORPHAN = """
(sleep 0.05 & echo $! >pid)
for _ in $(seq 500); do
	kill -0 "$(<pid)" 2>/dev/null || exit 0
	sleep 0.01
done
exit 1
"""

# What the row shows, the case's files, the driver's exit code, parts of its output ("" = nothing).
ROWS = [
    ("output as expected", {"cmd": "steady hello", "out": "hello\n"}, 0, [""]),
    ("other output", {"cmd": "steady hallo", "out": "hello\n"}, 1, ["--- stdout", "-hello", "+hallo"]),
    ("output where none is expected", {"cmd": "steady x"}, 1, ["+x"]),
    ("errors where none are expected", {"cmd": "steady x >&2"}, 1, ["--- stderr", "+x"]),
    ("errors as expected", {"cmd": "steady x >&2", "err": "x\n"}, 0, [""]),
    ("output not compared", {"cmd": "steady x", "out.any": ""}, 0, [""]),
    ("no newline at the end", {"cmd": "printf x", "out": "x\n"}, 1, ["No newline"]),
    ("exit code", {"cmd": "exit 3", "rc": "3\n"}, 0, [""]),
    ("other exit code", {"cmd": "echo why >&2; exit 3", "err.any": ""}, 1, ["exit code 3, expected 0", "why"]),
    ("death by a signal", {"cmd": "kill -9 $$", "rc": "137\n"}, 0, [""]),
    ("unset variable", {"cmd": 'echo "$NONE"'}, 1, ["unbound variable"]),
    ("files of the case", {"cmd": "cat files/a; ls", "files/a": "A\n", "out": "A\nfiles\n"}, 0, [""]),
    ("the case itself is not touched", {"cmd": "rm files/a", "files/a": "A\n"}, 0, [""]),
    ("clean environment", {"cmd": 'echo "${CI-} ${GITHUB_SHA-} $HOME"', "out": "  $TMP\n"}, 0, [""]),
    ("stdin is empty", {"cmd": "cat"}, 0, [""]),
    (
        "placeholders",
        {
            "cmd": "echo in 12 ms, 1.5 s, 2m 05s; echo 42 of a0ff at 2026-11-24T08:00:00Z; echo $TMP/x",
            "out": "in <DUR>, <DUR>, <DUR>\n<N> of <HEX> at <TIME>\n$TMP/<*>\n",
        },
        0,
        [""],
    ),
    ("digits are no word", {"cmd": "echo abc", "out": "<N>\n"}, 1, ["-<N>", "+abc"]),
    ("any lines", {"cmd": "seq 5", "out": "1\n<...>\n5\n"}, 0, [""]),
    ("no lines", {"cmd": "seq 2", "out": "1\n<...>\n2\n<...>\n"}, 0, [""]),
    ("any lines, then another", {"cmd": "seq 5", "out": "1\n<...>\n6\n"}, 1, ["-6"]),
    ("pattern characters are text", {"cmd": "echo 'a+(b)'", "out": "a+(b)\n"}, 0, [""]),
    ("left in the group", {"cmd": "sleep 1000 & true"}, 1, ["left running", "sleep 1000"]),
    ("left as a daemon", {"cmd": "setsid sleep 1000 & sleep 0"}, 1, ["sleep 1000"]),
    ("left without our mark", {"cmd": "setsid env -i sleep 1000 & true"}, 1, ["sleep 1000"]),
    ("orphans that ended are gone", {"cmd": ORPHAN}, 0, [""]),
    ("hanging", {"cmd": "echo so far; sleep 1000"}, 1, ["still running", "so far", "left running"]),
    ("UBSan report", {"cmd": "echo a.c:1: runtime error: x", "out.any": ""}, 1, ["a sanitizer report"]),
    ("sanitizer report", {"cmd": 'f=${ASAN_OPTIONS#*=}; echo bad >"${f%%:*}.7"'}, 1, ["bad"]),
]


def write(folder, files):
    for name, text in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


def drive(folder, *options):
    environment = dict(os.environ, CI="true", GITHUB_SHA="1234")
    case = os.path.join(folder, "case")
    done = subprocess.run(
        [sys.executable, os.path.join(HERE, "run_case.py"), case, *options]
        + ["--steady", os.path.join(folder, "bin", "steady"), "--helpers", folder]
        + ["--sanitized"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.returncode, done.stdout


def new_folder(folder, files):
    write(folder, {"bin/steady": '#!/bin/sh\necho "$@"\n'})
    write(os.path.join(folder, "case"), files)
    os.chmod(os.path.join(folder, "bin", "steady"), 0o755)


def check_row(row):
    title, files, wanted_rc, parts = row
    with tempfile.TemporaryDirectory() as folder:
        new_folder(folder, files)
        rc, output = drive(folder, "--timeout", "1" if title == "hanging" else "60")
        kept = all(os.path.exists(os.path.join(folder, "case", name)) for name in files)
    fits = all(part in output for part in parts) and (parts != [""] or output == "")
    if rc == wanted_rc and fits and kept:
        return 0
    print(f"FAILED: {title}: exit code {rc}, expected {wanted_rc} and {parts}:\n{output}")
    return 1


def check_update():
    files = {"cmd": "echo 3 ms; echo new; echo $TMP; exit 4", "out": "<DUR>\nold\n", "err": "gone\n"}
    with tempfile.TemporaryDirectory() as folder:
        new_folder(folder, files)
        rc, output = drive(folder, "--update")
        written = {}
        for name in os.listdir(os.path.join(folder, "case")):
            with open(os.path.join(folder, "case", name), encoding="utf-8") as file:
                written[name] = file.read()
    if (rc, output) == (0, "") and written == {
        "cmd": files["cmd"],
        "out": "<DUR>\nnew\n$TMP\n",
        "rc": "4\n",
    }:
        return 0
    print(f"FAILED: --update: exit code {rc}, {written}:\n{output}")
    return 1


def main():
    wrong = sum(check_row(row) for row in ROWS) + check_update()
    print(f"driver: {len(ROWS) + 1} rows, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
