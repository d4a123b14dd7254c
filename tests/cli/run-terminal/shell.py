# SPDX-License-Identifier: Apache-2.0
"""shell.py LINE COMMAND…: runs a command at a terminal as a job of a shell, types Ctrl-Z once it has printed
"ready", waits until the shell has its terminal back, continues the job in the foreground, types
the line, makes a file `go`, and prints what the command got and its exit code."""

import os
import pty
import shlex
import sys

pid, terminal = pty.fork()
if pid == 0:
    os.environ["PS1"] = "prompt> "
    os.execvp("bash", ["bash", "--norc", "--noprofile", "-i"])
output = b""


def until(word):
    global output
    while word not in output:
        output += os.read(terminal, 4096)
    output = output.partition(word)[2]


until(b"prompt> ")
os.write(terminal, shlex.join(sys.argv[2:]).encode() + b"\n")
until(b"\nready")
os.write(terminal, b"\x1a")
until(b"Stopped")
until(b"prompt> ")
os.write(terminal, b"fg\n")
until(b"steady run")
os.write(terminal, sys.argv[1].encode().decode("unicode_escape").encode())
open("go", "w").close()
until(b"\ngot ")
print("got", output.split()[0].decode())
until(b"prompt> ")
os.write(terminal, b"echo code $?; exit\n")
until(b"\ncode ")
print("exit", output.split()[0].decode())
os.waitpid(pid, 0)
