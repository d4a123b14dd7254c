"""Listens at a socket file, and writes its process id beside it."""
import os
import socket
import sys

path = sys.argv[1]
if os.path.exists(path):
    os.unlink(path)
server = socket.socket(socket.AF_UNIX)
server.bind(path)
server.listen(16)
with open(path + ".pid", "w") as file:
    file.write(str(os.getpid()))
kept = []
while True:
    kept.append(server.accept()[0])
