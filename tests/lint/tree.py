# SPDX-License-Identifier: Apache-2.0
"""The files of this repository, as the lint tools see them."""

import os
import re
import sys

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
SKIPPED_FOLDERS = {".git", "build", "__pycache__", ".pytest_cache", "node_modules"}


def files(root, *tops):
    """Paths relative to root of all files below the folders `tops` (default: everything)."""
    found = []
    for top in tops or (".",):
        for folder, folders, names in os.walk(os.path.join(root, top)):
            folders[:] = sorted(set(folders) - SKIPPED_FOLDERS)
            for name in sorted(names):
                path = os.path.join(folder, name)
                if os.path.isfile(path) and not os.path.islink(path):
                    found.append(os.path.relpath(path, root))
    return found


def is_c(path):
    return path.endswith((".c", ".h"))


def is_case_data(path):
    """Input and expected output of a black-box case: data, not code of ours."""
    return re.match(r"tests/cli/[^/]+/(?!cmd$)", path) is not None


def shebang(root, path):
    """The interpreter's name in the first line, or an empty string."""
    with open(os.path.join(root, path), "rb") as file:
        first = file.readline(200)
    if not first.startswith(b"#!"):
        return ""
    words = first[2:].decode("utf-8", "replace").split()
    names = [os.path.basename(word) for word in words if not word.startswith("-")]
    if names[:1] == ["env"]:
        names = names[1:]
    return names[0] if names else ""


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
        return file.read()


def report(name, complaints, looked_at):
    """Prints "path:line: text" lines and returns the exit code."""
    for complaint in complaints:
        print(complaint)
    if not looked_at:
        print(f"{name}: found nothing to look at")
        return 1
    print(f"{name}: {looked_at} files, {len(complaints)} complaints")
    return 1 if complaints else 0


def need(commands, package):
    """The first of the commands that exists; without any the lint fails and names the package."""
    from shutil import which

    for command in commands:
        if which(command):
            return command
    sys.exit(f"{commands[0]} is missing: install the package {package}")
