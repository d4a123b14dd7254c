#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""serve.py FOLDER [CERTIFICATE]: servers on loopback ports of their own, until it is ended.

Each writes its port into FOLDER/NAME.port: http, postgres and redis (as much of them as tells that
they are ready), and https with the certificate and key of that file.
"""

import http.server
import os
import socketserver
import ssl
import sys
import threading


class Http(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "3")
        self.end_headers()
        self.wfile.write(b"ok\n")

    def log_message(self, *_):
        pass


class Postgres(socketserver.BaseRequestHandler):
    """Asks everybody for a password."""

    def handle(self):
        if self.request.recv(4096):
            self.request.sendall(b"R\0\0\0\x08\0\0\0\x03")
            self.request.recv(4096)


class Redis(socketserver.BaseRequestHandler):
    def handle(self):
        while self.request.recv(4096):
            self.request.sendall(b"+PONG\r\n")


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Clients that hang up or do not trust us are what is tested."""


def main():
    folder = sys.argv[1]
    certificate = sys.argv[2] if len(sys.argv) > 2 else None
    threads = [
        start(folder, name, handler)
        for name, handler in (("http", Http), ("postgres", Postgres), ("redis", Redis))
    ]
    if certificate:
        threads.append(start(folder, "https", Http, certificate))
    for thread in threads:
        thread.join()


def start(folder, name, handler, certificate=None):
    server = Server(("127.0.0.1", 0), handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    path = os.path.join(folder, name + ".port")
    with open(path + ".new", "w") as file:
        print(server.server_address[1], file=file)
    os.rename(path + ".new", path)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    return thread


if __name__ == "__main__":
    main()
