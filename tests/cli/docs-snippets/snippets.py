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


def job(name, folder, commands, variables, cached, results):
    """A clean folder, but for what the cache keeps."""
    kept = f"{name}.cache"
    os.makedirs(folder)
    if os.path.exists(kept):
        shutil.copytree(kept, f"{folder}/{cached}")
    with open(f"{folder}/test_cart.py", "w", encoding="utf-8") as file:
        file.write("import os\ndef test_pays():\n    again = os.path.exists('tried')\n    open('tried', 'w').close()\n    assert again\n")
    env = {**os.environ, **fixture(name.lower() if name != "GitLab" else "gitlab-branch"), **variables}
    for command in commands:
        done = subprocess.run(["bash", "-ec", command], cwd=folder, env=env, capture_output=True, text=True)
        said = done.stdout + done.stderr
        verdict = re.search(r"(new flake or real race|known flake|new failure of a flaky test)", said)
        print(name, "exit", done.returncode, re.search(r"steady: ([A-Z]+)  ", said)[1], verdict and verdict[1])
    print(name, "keeps", sorted(os.listdir(f"{folder}/{cached}")), "and", os.path.exists(f"{folder}/{results}"))
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(f"{folder}/{cached}", kept)


for number in 1, 2:
    job("GitLab", f"gitlab-{number}", gitlab["script"], gitlab["variables"], gitlab["cache"]["paths"][0],
        gitlab["artifacts"]["reports"]["junit"])
steps = circleci["steps"]
save = next(step["save_cache"] for step in steps if "save_cache" in step)
where = next(step["store_test_results"]["path"] for step in steps if "store_test_results" in step)
for number in 1, 2:
    job("CircleCI", f"circleci-{number}", [step["run"] for step in steps if "run" in step],
        circleci["environment"], save["paths"][0], f"{where}/verdict.xml")
