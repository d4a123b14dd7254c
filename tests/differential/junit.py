# SPDX-License-Identifier: Apache-2.0
"""Counts the test cases of reports in other ways and compares: junit.py STEADY FOLDER

A well-formed report is parsed by Python's own XML parser: every case must be told, and no more
passes than there are cases without a failure. Of any other report the start tags are counted with
a regular expression: a mended one must have them all, a broken one no more. What is compressed never goes
the fast way of reading, and has to be told alike.
"""

import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

ROOTS = ("testsuites", "testsuite", "testrun", "testcase")
HIDING = ("system-out", "system-err", "failure", "error", "skipped")
BAD = ("failure", "error", "rerunFailure", "rerunError")
HIDDEN = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.S)
CASE = re.compile(r"<(?:\w+:)?testcase(?=[\s/>])")


def local(element):
    return element.tag.rsplit("}", 1)[-1]


def cases(element):
    """All cases below an element, those inside another case too."""
    for child in element:
        if local(child) == "testcase":
            yield child
        if local(child) not in HIDING:
            yield from cases(child)


def parse(data):
    """(cases, cases without a failure) of a well-formed report, else None."""
    if b"<!DOCTYPE" in data or b"check.sourceforge.net" in data:
        return None
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError):
        return None
    if local(root) not in ROOTS:
        return None
    found = list(cases(root)) + ([root] if local(root) == "testcase" else [])
    fine = [case for case in found if not any(local(child) in BAD for child in case.iter())]
    return len(found), len(fine)


def count(data):
    text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
    return len(CASE.findall(HIDDEN.sub("", text)))


def compare(told, data):
    """What is wrong, or None."""
    parsed = parse(data)
    if parsed:
        if told["state"] not in ("ok", "repaired"):
            return f"well-formed, but {told['state']}: {told['error']}"
        if told["tests"] != parsed[0]:
            return f"{told['tests']} cases told, there are {parsed[0]}"
        if told["passed"] - told["flaky"] > parsed[1]:
            return f"{told['passed']} passes told, {parsed[1]} cases have no failure"
        return None
    starts = count(data)
    if told["tests"] > starts or (told["state"] == "repaired" and told["tests"] != starts):
        return f"{told['state']}, {told['tests']} cases told, {starts} start tags"
    return None


def read(steady, paths, folder):
    """What is told of each file, and of all on stderr, without their names."""
    command = [steady, "import", "--dry-run", "--format", "json", *paths]
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    faults = done.stderr
    for path in paths:
        faults = faults.replace(path + ":", ":")
    return [json.loads(line) for line in done.stdout.splitlines()], faults


def pack(path, folder, number):
    """An empty file stays one: compressed, it would be a file with nothing in it."""
    packed = os.path.join(folder, f"{number}.xml.gz")
    with open(path, "rb") as file, open(packed, "wb") as out:
        data = file.read()
        out.write(gzip.compress(data, 1) if data else b"")
    return packed


def compare_packed(told, packed):
    """The faults of the two ways of reading against each other."""
    return [
        f"{one['file']}: plain {one}, compressed {other}"
        for one, other in zip(told, packed)
        if {**one, "file": "", "digest": ""} != {**other, "file": "", "digest": ""}
    ]


def main():
    steady, folder = (os.path.realpath(word) for word in sys.argv[1:])
    paths = sorted(
        os.path.join(root, name)
        for root, _, names in os.walk(folder)
        for name in names
        if name.endswith(".xml") and os.path.basename(root) != "source"
    )
    paths = [path for path in paths if os.sep + "source" + os.sep not in path]
    with tempfile.TemporaryDirectory() as temp:
        told, said = read(steady, paths, temp)
        packed = [pack(path, temp, number) for number, path in enumerate(paths)]
        packed_told, packed_said = read(steady, packed, temp)
    differ = compare_packed(told, packed_told)
    if said != packed_said:
        differ += [f"plain says:\n{said}\ncompressed:\n{packed_said}"]
    print("\n".join(differ))
    faults = len(differ)
    for one in told:
        with open(one["file"], "rb") as file:
            fault = compare(one, file.read())
        if fault:
            faults += 1
            print(f"{one['file']}: {fault}")
    print(f"{len(told)} reports, {faults} differ")
    return 1 if faults or len(told) != len(paths) or not told else 0


if __name__ == "__main__":
    sys.exit(main())
