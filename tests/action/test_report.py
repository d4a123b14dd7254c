#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""action/report, against a server on the loopback that stands for GitHub's API."""

import http.server
import json
import os
import sys
import threading
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
from case import ActionTest  # noqa: E402

RUN = {"command": "./run-tests", "junit": "results.xml", "keep": "collect"}


class Api(http.server.BaseHTTPRequestHandler):
    """Issues of one repository."""

    def log_message(self, *_):
        pass

    def answer(self, code, value):
        body = json.dumps(value).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def read(self):
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

    def do_GET(self):
        server = self.server
        server.asked.append(("GET", self.path, self.headers["Authorization"]))
        if server.refuse:
            return self.answer(403, {"message": "Resource not accessible by integration"})
        return self.answer(200, [issue for issue in server.issues if issue["state"] == "open"])

    def do_POST(self):
        server = self.server
        server.asked.append(("POST", self.path, self.headers["Authorization"]))
        value = self.read()
        if self.path.endswith("/comments"):
            server.comments.append((self.path.split("/")[-2], value["body"]))
            return self.answer(201, {"id": 1})
        issue = {"number": 40 + len(server.issues), "state": "open", "user": {"login": "bot"}, **value}
        server.issues.append(issue)
        return self.answer(201, issue)

    def do_PATCH(self):
        number = int(self.path.split("/")[-1])
        self.server.asked.append(("PATCH", self.path, self.headers["Authorization"]))
        issue = next(issue for issue in self.server.issues if issue["number"] == number)
        issue.update(self.read())
        self.answer(200, issue)


class Report(ActionTest):
    def setUp(self):
        super().setUp()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Api)
        self.server.issues, self.server.comments, self.server.asked, self.server.refuse = [], [], [], False
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        thread = threading.Thread(target=self.server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)

    def week(self, run, tests):
        self.job({"run_id": run}, TESTS=tests).use("action", RUN)
        self.job({"run_id": run}, GITHUB_JOB="collect").use("action/collect", {})

    def report(self, run, **inputs):
        job = self.job({"run_id": run, "run_attempt": "1"}, GITHUB_API_URL=self.url, GITHUB_RUN_ID=run)
        return job, job.use("action/report", inputs)

    def test_one_issue(self):
        self.server.issues.append({"number": 7, "state": "open", "title": "t", "body": "<!-- m --> of somebody"})
        self.week("77", "adds=pass pays=flake")
        job, outputs = self.report("1001", label="flakes & more", title='The "report"')
        self.assertEqual(job.status, "success", self.said(job, "report"))
        self.assertEqual(outputs["issue-number"], "41")
        issue = self.server.issues[1]
        self.assertEqual((issue["title"], issue["labels"]), ('The "report"', ["flakes & more"]))
        self.assertIn("Cart::pays", issue["body"])
        self.assertEqual(self.server.comments, [])
        self.assertIn("labels=flakes+%26+more", self.server.asked[0][1])
        self.assertEqual({asked[2] for asked in self.server.asked}, {"Bearer secret"})

        # the same again: it is edited, and nobody is called
        _, outputs = self.report("1002")
        self.assertEqual((outputs["issue-number"], len(self.server.issues)), ("41", 2))
        self.assertEqual(self.server.comments, [])
        self.assertEqual(self.server.asked[-1][:2], ("PATCH", "/repos/example/shop/issues/41"))

        # something is different
        self.week("78", "adds=flake pays=pass")
        self.report("1003")
        self.assertEqual(len(self.server.comments), 1)
        number, text = self.server.comments[0]
        self.assertEqual(number, "41")
        self.assertIn("Cart::adds", text)
        self.assertIn("Cart::adds", self.server.issues[1]["body"])

        # it was closed: there is a new one
        self.server.issues[1]["state"] = "closed"
        _, outputs = self.report("1004")
        self.assertEqual(outputs["issue-number"], "42")

    def test_the_page(self):
        self.week("77", "adds=pass pays=flake")
        job, outputs = self.report("1001", issue="false")
        self.assertEqual(job.status, "success")
        self.assertEqual(self.server.asked, [])
        with open(outputs["page-path"], encoding="utf-8") as file:
            self.assertIn("Cart", file.read())
        self.assertIn("steady-report-1", os.listdir(os.path.join(self.store, "artifacts", "1001")))
        self.assertIn("Flake report", job.summaries[0])

    def test_refused(self):
        """What was not told stays to be told."""
        self.week("77", "adds=pass pays=flake")
        self.server.refuse = True
        job, _ = self.report("1001")
        self.assertEqual(job.status, "failure")
        self.assertEqual(self.obeyed(job, "report"), ["error"])
        self.assertIn("issues: write", self.said(job, "report"))
        self.assertEqual(self.caches("steady-report-"), [])

    def test_behind_other_uses(self):
        """In a job where another folder is its own, it finds the same history and what it told before."""
        self.week("77", "adds=pass pays=flake")
        self.report("1001")
        job = self.job({"run_id": "1002"}, GITHUB_API_URL=self.url, GITHUB_RUN_ID="1002")
        job.use("action", {**RUN, "keep": "none"})
        outputs = job.use("action/report", {})
        self.assertEqual(outputs["issue-number"], "40", self.said(job, "report"))
        self.assertEqual(self.server.comments, [])
        self.assertEqual(len({os.path.dirname(path) for path in self.caches("steady-report-")}), 1)

    def test_what_was_told_is_read_between_two_weeks(self):
        """GitHub drops a cache that nobody reads for a week: each collect reads it."""
        self.week("77", "adds=pass pays=flake")
        self.report("1001")
        self.job({"run_id": "78"}, TESTS="adds=pass pays=flake").use("action", RUN)
        collect = self.job({"run_id": "78"}, GITHUB_JOB="collect")
        collect.use("action/collect", {})
        self.assertTrue([key for key in collect.restored if key.startswith("steady-report-1-1001-")], collect.restored)

    def test_empty_inputs_are_the_defaults(self):
        self.week("77", "adds=pass pays=flake")
        job, _ = self.report("1001", title="", label="", since="", issue="", token="")
        self.assertEqual(job.status, "success", self.said(job, "report"))
        issue = self.server.issues[0]
        self.assertEqual((issue["title"], issue["labels"]), ("Flake report", ["flake-report"]))

    def test_the_token_is_for_curl_alone(self):
        self.week("77", "adds=pass pays=flake")
        log = self.spy()
        job, _ = self.report("1001")
        self.assertEqual(job.status, "success", self.said(job, "report"))
        self.assertNotIn("secret", log())

    def test_no_history(self):
        job, outputs = self.report("1001")
        self.assertEqual((job.status, outputs["issue-number"]), ("success", ""))
        self.assertEqual(self.obeyed(job, "report"), ["notice"])

    def test_a_token_that_is_none(self):
        self.week("77", "adds=pass pays=flake")
        job, _ = self.report("1001", token='x"\nurl = "file:///etc/passwd')
        self.assertEqual(job.status, "failure")
        self.assertEqual(self.server.asked, [])


if __name__ == "__main__":
    unittest.main()
