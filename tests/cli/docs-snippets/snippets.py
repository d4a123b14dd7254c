# SPDX-License-Identifier: Apache-2.0
"""Executes the steps of the GitLab and CircleCI examples, twice each: what the cache brings back is known."""
import os
import re
import shutil
import subprocess
import sys

import yaml

text = open(sys.argv[1], encoding="utf-8").read()
fixtures = sys.argv[2]
blocks = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", text, re.S)]
gitlab = next(block["unit"] for block in blocks if "unit" in block)
circleci = next(block["jobs"]["unit"] for block in blocks if "jobs" in block)


def fixture(name):
    with open(f"{fixtures}/{name}.env", encoding="utf-8") as file:
        return dict(line.strip().split("=", 1) for line in file if "=" in line and not line.startswith("#"))


def shell(command, **more):
    return subprocess.run(["bash", "-ec", command], check=True, capture_output=True, text=True, **more).stdout.strip()


def stand_in():
    """A repository with the real install.sh, and what it would have built of it in the cache; nothing is downloaded."""
    root = os.environ["SOURCE_ROOT"]
    for name in "source/action", "source/src", "source/include", "bin":
        os.makedirs(name)
    for name in "install.sh", "manifest.txt":
        shutil.copy(f"{root}/action/{name}", "source/action")
    with open("source/action/manifest.txt", encoding="utf-8") as file:
        lines = file.read().split("\n")
    with open("source/action/manifest.txt", "w", encoding="utf-8") as file:
        file.write("\n".join(line for line in lines if not line.startswith("steady ")))
    for name in "src/steady.c", "include/steady.h", "CMakeLists.txt", "CMakePresets.json":
        open(f"source/{name}", "w", encoding="utf-8").close()
    for name in "apt-get", "pip":
        with open(f"bin/{name}", "w", encoding="utf-8") as file:
            file.write(f'#!/bin/sh\necho "{name} $*" >>"$INSTALLED"\n')
        os.chmod(f"bin/{name}", 0o755)
    shell("git init -q . && git add . && git commit -qm source", cwd="source")
    digest = shell("find src include CMakeLists.txt CMakePresets.json -type f"
                   " -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-16", cwd="source")
    version = next(line.split()[1] for line in lines if line.startswith("version "))
    tool = f"cache/steady/{version}/{digest}-{os.uname().machine}/bin"
    os.makedirs(tool)
    os.symlink(shutil.which("steady"), f"{tool}/steady")
    return shell("git rev-parse HEAD", cwd="source")


COMMIT = stand_in()
BARE = os.pathsep.join(part for part in os.environ["PATH"].split(os.pathsep) if not os.path.exists(f"{part}/steady"))


def job(name, folder, commands, variables, cached, results):
    """A clean folder, but for what the cache keeps; each command is a shell that reads BASH_ENV. No steady is there before."""
    kept, here = f"{name}.cache", os.getcwd()
    os.makedirs(folder)
    if os.path.exists(kept):
        shutil.copytree(kept, f"{folder}/{cached}")
    with open(f"{folder}/test_cart.py", "w", encoding="utf-8") as file:
        file.write("import os\ndef test_pays():\n    again = os.path.exists('tried')\n    open('tried', 'w').close()\n    assert again\n")
    env = {
        **os.environ, **fixture(name.lower() if name != "GitLab" else "gitlab-branch"), **variables,
        "PATH": f"{here}/bin:{BARE}", "HOME": f"{here}/{folder}.home", "BASH_ENV": f"{here}/{folder}.env",
        "INSTALLED": f"{here}/{folder}.installed", "XDG_CACHE_HOME": f"{here}/cache",
        "STEADY_SOURCE": f"{here}/source", "STEADY_COMMIT": COMMIT,
    }
    os.makedirs(env["HOME"])
    open(env["BASH_ENV"], "w", encoding="utf-8").close()
    for command in commands:
        done = subprocess.run(["bash", "-ec", command], cwd=folder, env=env, capture_output=True, text=True)
        said = done.stdout + done.stderr
        ended = re.search(r"steady: ([A-Z]+)  ", said)
        verdict = re.search(r"(new flake or real race|known flake|new failure of a flaky test)", said)
        if ended or done.returncode:
            print(name, "exit", done.returncode, ended[1] if ended else said, verdict and verdict[1])
    with open(env["INSTALLED"], encoding="utf-8") as file:
        print(name, "installs", re.findall(r"\S*pytest\S*", file.read()))
    print(name, "keeps", sorted(os.listdir(f"{folder}/{cached}")), "and", os.path.exists(f"{folder}/{results}"))
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(f"{folder}/{cached}", kept)


for number in 1, 2:
    # before_script and script are one shell there
    job("GitLab", f"gitlab-{number}", ["\n".join(gitlab["before_script"] + gitlab["script"])], gitlab["variables"], gitlab["cache"]["paths"][0],
        gitlab["artifacts"]["reports"]["junit"])
steps = circleci["steps"]
save = next(step["save_cache"] for step in steps if "save_cache" in step)
where = next(step["store_test_results"]["path"] for step in steps if "store_test_results" in step)
for number in 1, 2:
    job("CircleCI", f"circleci-{number}", [step["run"] for step in steps if "run" in step],
        circleci["environment"], save["paths"][0], f"{where}/verdict.xml")
