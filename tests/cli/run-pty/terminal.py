# SPDX-License-Identifier: Apache-2.0
"""terminal.py COMMAND…: runs a command at a terminal of 33 rows and 77 columns, which become 44 and 99
once the command has printed "ready", and prints its output and exit code."""

import fcntl
import os
import pty
import struct
import sys
import termios


def resize(terminal, rows, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


pid, terminal = pty.fork()
if pid == 0:
    resize(1, 33, 77)
    os.execvp(sys.argv[1], sys.argv[1:])
output = b""
resized = False
while True:
    try:
        data = os.read(terminal, 4096)
    except OSError:
        break
    if not data:
        break
    output += data
    if b"ready" in output and not resized:
        resized = True
        resize(terminal, 44, 99)
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
for line in output.splitlines(keepends=True):
    if not line.startswith(b"steady:"):
        print(repr(line.decode()))
print("exit", code)
