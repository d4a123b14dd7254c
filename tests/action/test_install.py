#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""action/install.sh: what it installs is what the manifest says, or nothing."""

import hashlib
import http.server
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
from case import ROOT  # noqa: E402

MACHINE = os.uname().machine
PROGRAM = b"#!/bin/sh\necho steady 9.9.9\n"


def archive(name="steady-9.9.9/bin/steady", content=PROGRAM):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as tar:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = len(content), 0o755
        tar.addfile(entry, io.BytesIO(content))
    return data.getvalue()


class Install(unittest.TestCase):
    def setUp(self):
        self.base = tempfile.mkdtemp(prefix="steady-install-")
        self.addCleanup(shutil.rmtree, self.base)
        self.files = {"/steady.tar.gz": archive()}
        self.asked = 0
        test = self

        class Releases(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                test.asked += 1
                body = test.files.get(self.path)
                self.send_response(200 if body else 404)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Releases)
        thread = threading.Thread(target=self.server.serve_forever)
        thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.addCleanup(thread.join)
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)

    def install(self, digest=None, machine=MACHINE, name="steady.tar.gz", extra=None, version="9.9.9", root=ROOT, **env):
        manifest = os.path.join(self.base, "manifest.txt")
        extra = ["--base-url", self.url] if extra is None else extra
        digest = digest or hashlib.sha256(self.files["/steady.tar.gz"]).hexdigest()
        with open(manifest, "w", encoding="utf-8") as file:
            file.write(f"# of a test\nversion {version}\nsteady other-machine x.tar.gz 00\nsteady {machine} {name} {digest}\n")
        return subprocess.run(
            ["bash", os.path.join(root, "action", "install.sh"), "--manifest", manifest, *extra],
            env={"PATH": os.environ["PATH"], "HOME": self.base, "RUNNER_TOOL_CACHE": os.path.join(self.base, "tools"), **env},
            capture_output=True, text=True,
        )

    def sources(self):
        """Sources that cannot be built, so that it is seen whether it was tried."""
        root = os.path.join(self.base, "sources")
        for folder in "action", "src", "include", "tests":
            os.makedirs(os.path.join(root, folder))
        for name in "CMakeLists.txt", "CMakePresets.json", "tests/install-packages":
            with open(os.path.join(root, name), "w", encoding="utf-8") as file:
                file.write("exit 7\n")
        shutil.copy(os.path.join(ROOT, "action", "install.sh"), os.path.join(root, "action"))
        return root

    def test_installed_once(self):
        for _ in range(2):
            done = self.install()
            self.assertEqual(done.returncode, 0, done.stderr)
            folder = done.stdout.strip()
            self.assertEqual(folder, f"{self.base}/tools/steady/9.9.9/release-{MACHINE}/bin")
            said = subprocess.run([f"{folder}/steady", "--version"], capture_output=True, text=True, check=True)
            self.assertEqual(said.stdout, "steady 9.9.9\n")
        self.assertEqual(self.asked, 1)

    def test_to_a_folder(self):
        os.makedirs(f"{self.base}/own/bin")
        with open(f"{self.base}/own/bin/other", "w", encoding="utf-8"):
            pass
        done = self.install(extra=["--base-url", self.url, "--to", f"{self.base}/own"])
        self.assertEqual(done.stdout, f"{self.base}/own/bin\n", done.stderr)
        self.assertEqual(sorted(os.listdir(f"{self.base}/own/bin")), ["other", "steady"])

    def test_refused(self):
        cases = [
            ("hashes to something else", {"digest": "0" * 64}),
            ("cannot be had", {"name": "missing.tar.gz"}),
            ("no version", {"version": "../../x"}),
            ("usage", {"extra": ["--what"]}),
        ]
        for want, given in cases:
            done = self.install(**given)
            self.assertEqual(done.returncode, 125, (want, done.stderr))
            if want != "usage":
                self.assertIn(want, done.stderr)
            self.assertFalse(os.path.exists(f"{self.base}/tools/steady/9.9.9/release-{MACHINE}"))

    def test_from_the_repository_of_the_action(self):
        self.files["/example/steady/releases/download/v9.9.9/steady.tar.gz"] = self.files["/steady.tar.gz"]
        done = self.install(extra=[], GITHUB_SERVER_URL=self.url, GITHUB_ACTION_REPOSITORY="",
                            STEP_REPOSITORY="example/steady", GITHUB_REPOSITORY="somebody/shop")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_never_from_the_repository_of_the_tests(self):
        self.files["/somebody/shop/releases/download/v9.9.9/steady.tar.gz"] = self.files["/steady.tar.gz"]
        done = self.install(extra=[], root=self.sources(), GITHUB_SERVER_URL=self.url, GITHUB_ACTION_REPOSITORY="",
                            STEP_REPOSITORY="", GITHUB_REPOSITORY="somebody/shop")
        self.assertEqual((done.returncode, self.asked), (7, 0), done.stderr)
        self.assertIn("building from source", done.stderr)

    def test_a_tool_cache_that_cannot_be_written(self):
        with open(os.path.join(self.base, "tools"), "w", encoding="utf-8"):
            pass
        temp = os.path.join(self.base, "temp")
        done = self.install(RUNNER_TEMP=temp)
        self.assertEqual(done.stdout, f"{temp}/steady/tool/9.9.9/release-{MACHINE}/bin\n", done.stderr)
        done = self.install()
        self.assertEqual(done.stdout, f"{self.base}/.cache/steady/9.9.9/release-{MACHINE}/bin\n", done.stderr)

    def test_nothing_is_built_that_cannot_be_put_anywhere(self):
        nowhere = os.path.join(self.base, "tools")
        with open(nowhere, "w", encoding="utf-8"):
            pass
        root = self.sources()
        for extra in ["--from-source"], ["--from-source", "--to", nowhere + "/x"]:
            done = self.install(extra=extra, root=root, HOME=nowhere)
            self.assertEqual(done.returncode, 125, done.stderr)
            self.assertNotIn("building", done.stderr)

    def test_an_archive_without_it(self):
        self.files["/steady.tar.gz"] = archive("steady-9.9.9/README")
        done = self.install()
        self.assertEqual(done.returncode, 125)
        self.assertIn("holds no bin/steady", done.stderr)

    def test_a_program_that_does_not_start(self):
        self.files["/steady.tar.gz"] = archive(content=b"\x7fELF no")
        done = self.install()
        self.assertEqual(done.returncode, 125)
        self.assertIn("does not start here", done.stderr)

    def test_only_https(self):
        done = self.install(extra=["--base-url", "http://example.org"])
        self.assertEqual(done.returncode, 125)
        self.assertIn("cannot be had", done.stderr)

    def test_the_manifest(self):
        """Of the version that the sources are of; rows with a whole digest."""
        with open(os.path.join(ROOT, "CMakeLists.txt"), encoding="utf-8") as file:
            project = next(line for line in file if line.startswith("project("))
        with open(os.path.join(ROOT, "action", "manifest.txt"), encoding="utf-8") as file:
            rows = [line.split() for line in file if not line.startswith("#")]
        self.assertIn(f"VERSION {rows[0][1]} ", project)
        for row in rows[1:]:
            self.assertEqual(len(row), 4)
            self.assertRegex(row[3], "^[0-9a-f]{64}$")


if __name__ == "__main__":
    unittest.main()
