# SPDX-License-Identifier: Apache-2.0
"""Compares explain.json with run.json: whatever both say has to be the same."""

import json

with open("run.json", encoding="utf-8") as file:
    run = json.load(file)
with open("explain.json", encoding="utf-8") as file:
    told = json.load(file)
for key, value in told.items():
    if key != "failures" and run[key] != value:
        print(f"{key}: {run[key]} and {value}")
if len(run["failures"]) != len(told["failures"]):
    print(f"{len(run['failures'])} and {len(told['failures'])} failures")
for before, after in zip(run["failures"], told["failures"]):
    after.pop("runs_alike")
    for key in before.keys() | after.keys():
        if before.get(key) != after.get(key):
            print(f"{key}: {before.get(key)} and {after.get(key)}")
print(told["outcome"], " ".join(f["test"]["name"] + "=" + f["retry"] for f in told["failures"]))
