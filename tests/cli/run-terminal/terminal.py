# SPDX-License-Identifier: Apache-2.0
"""terminal.py KEYS COMMAND…: runs a command at a terminal of its own, types each of the keys once the
command has printed "ready" (^Z: continues it, once it has stopped), and prints its exit code."""

import os
import pty
import signal
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
            if key == 0x1A:
                print("stopped:", os.WIFSTOPPED(os.waitpid(pid, os.WUNTRACED)[1]))
                os.kill(pid, signal.SIGCONT)
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
words = [line for line in output.decode().splitlines() if line.startswith("got ")]
print("exit", code, *words)
