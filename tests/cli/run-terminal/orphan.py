# SPDX-License-Identifier: Apache-2.0
"""orphan.py COMMAND…: runs a command as a job of a parent, stops it with TSTP once it has printed "ready",
kills the parent, makes a file `go`, and prints the command's exit code."""

import ctypes
import os
import signal
import sys
import time

PR_SET_CHILD_SUBREAPER = 36


def state(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        return file.read().rpartition(")")[2].split()[0]


ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
out, into = os.pipe()
parent = os.fork()
if parent == 0:
    job = os.fork()
    if job == 0:
        os.setpgid(0, 0)
        os.dup2(into, 1)
        os.execvp(sys.argv[1], sys.argv[1:])
    os.write(into, f"{job} ".encode())
    signal.pause()
text = b""
while b"ready" not in text or b" " not in text:
    text += os.read(out, 4096)
job = int(text.replace(b"ready", b"").split()[0])
os.kill(job, signal.SIGTSTP)
while state(job) != "T":
    time.sleep(0.01)
os.kill(parent, signal.SIGKILL)
os.waitpid(parent, 0)
open("go", "w").close()
print("exit", os.waitstatus_to_exitcode(os.waitpid(job, 0)[1]))
