# SPDX-License-Identifier: Apache-2.0
"""Runs the commands of a document's console blocks and compares what they print.

What differs from run to run (durations, ids, temporary folders) is made equal first. --write puts
what came into the document.
"""

import difflib
import re
import subprocess
import sys

BLOCK = re.compile(r"```console\n(.*?)```", re.S)
VARYING = (
    (re.compile(r"(?m)^ *under load: .*\n"), ""),
    (re.compile(r"-* generated xml file: \S+ -*"), "(generated xml file)"),
    (re.compile(r"(?<![\w/:])/(?:[^\s/']+/)+"), "(folder)/"),
    (re.compile(r"_[0-9a-f]{20}\b"), "_(id)"),
    (re.compile(r"(just now|\d+ (s|min|h|d) ago)"), "(ago)"),
    (re.compile(r"<?\d+(\.\d+)? ?(ms|s|min|minutes)\b"), "(time)"),
    (re.compile(r"\b\d{4}-\d\d-\d\d\b"), "(date)"),
    (re.compile(r"\b[0-9a-f]{10,}\b"), "(id)"),
    (re.compile(r"(?m) +"), " "),
)


def alike(text):
    for pattern, word in VARYING:
        text = pattern.sub(word, text)
    return text.splitlines()


def session(block):
    """The block again, with what its commands print now."""
    came = []
    for line in block.splitlines():
        if line.startswith("$ "):
            done = subprocess.run(
                ["bash", "-c", line[2:]], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
            came.append(line + "\n" + done.stdout)
    return "\n".join(came)


def main():
    path = sys.argv[1]
    with open(path, encoding="utf-8") as document:
        text = document.read()
    written = "".join(BLOCK.findall(text))
    came = session(written)
    if "--write" in sys.argv:
        text = BLOCK.sub(lambda _: "```console\n" + came + "```", text)
        with open(path, "w", encoding="utf-8") as document:
            document.write(text)
    lines = [line for line in alike(written) if line.strip()]
    now = [line for line in alike(came) if line.strip()]
    for line in difflib.unified_diff(lines, now, path, "what came", lineterm=""):
        print(line)
    print("the session holds" if lines == now else "the session differs")


main()
