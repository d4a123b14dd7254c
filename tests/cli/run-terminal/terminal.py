# SPDX-License-Identifier: Apache-2.0
"""terminal.py KEYS COMMAND…: runs a command at a terminal of its own, types each of the keys once the
command has printed "ready", and prints its exit code. There is no shell that could continue it."""

import os
import pty
import sys

keys, command = sys.argv[1].encode().decode("unicode_escape").encode(), sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
output = b""
typed = False
while True:
    try:
        data = os.read(terminal, 4096)
    except OSError:
        break
    if not data:
        break
    output += data
    if b"ready" in output and not typed:
        typed = True
        for key in keys:
            os.write(terminal, bytes([key]))
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
words = [line for line in output.decode().splitlines() if line.startswith("got ")]
print("exit", code, *words)
