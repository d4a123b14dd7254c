# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL of our own with a row for each result: the yardstick of tests/bench/history.

It lives in a folder of its own, listens on a socket there and on no port, and ends with us.
"""

import collections
import contextlib
import os
import pwd
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

PROGRAMS = "/usr/lib/postgresql/15/bin"
USER = "postgres"
SETTINGS = [
    "listen_addresses=",
    "shared_buffers=1GB",
    "work_mem=64MB",
    "maintenance_work_mem=512MB",
    "max_wal_size=8GB",
    "fsync=off",
    "full_page_writes=off",
]

TABLES = """
CREATE TABLE result (test integer NOT NULL, run integer NOT NULL, outcome smallint NOT NULL,
    ms integer NOT NULL)
"""
# By run and test, and by test where it failed: what a run's results and a test's record need.
INDEXES = [
    "CREATE UNIQUE INDEX result_by_run ON result (run, test)",
    "CREATE INDEX result_failed ON result (test, run) WHERE outcome >= 2",
    "CREATE TABLE run AS SELECT id, id / 3 AS source "
    "FROM generate_series(0, (SELECT max(run) FROM result)) id",
    "CREATE UNIQUE INDEX run_by_id ON run (id)",
    "CREATE INDEX run_by_source ON run (source)",
    "VACUUM ANALYZE",
]
# Tests that both failed and passed on one source, and how often they failed on such.
FLAKY = """
WITH failed AS (
    SELECT test, source, count(*) AS failures FROM result JOIN run ON run.id = result.run
    WHERE outcome >= 2 GROUP BY test, source
)
SELECT test, sum(failures), count(*) FROM failed WHERE EXISTS (
    SELECT FROM run JOIN result ON result.run = run.id AND result.test = failed.test
    WHERE run.source = failed.source AND outcome = 0)
GROUP BY test ORDER BY 2 DESC
"""

Measured = collections.namedtuple("Measured", "load_s bytes query_ms flaky")


def measure(rows_command, rounds):
    """Loads what the command prints, as tabs and lines, and asks for the flaky tests. Wall time: its server
    works with as many processors as there are."""
    if not os.path.exists(f"{PROGRAMS}/postgres"):
        sys.exit("PostgreSQL 15 is missing: apt-get install postgresql")
    folder = tempfile.mkdtemp(prefix="steady-pg-")
    try:
        if os.getuid() == 0:
            os.chown(folder, pwd.getpwnam(USER).pw_uid, -1)
        with contextlib.closing(Server(folder)) as server:
            before = time.monotonic()
            server.load(rows_command)
            load_s = time.monotonic() - before
            size = server.ask("SELECT pg_total_relation_size('result')")
            flaky = server.ask(FLAKY).strip().count("\n") + 1
            times = [timed(lambda: server.ask(FLAKY)) for _ in range(rounds)]
            return Measured(load_s, int(size), statistics.median(times), flaky)
    finally:
        shutil.rmtree(folder)


def timed(work):
    before = time.monotonic()
    work()
    return (time.monotonic() - before) * 1000


def as_user():
    """PostgreSQL refuses to be started by root."""
    return {"user": USER, "group": USER, "extra_groups": []} if os.getuid() == 0 else {}


class Server:
    def __init__(self, folder):
        self.folder = folder
        data = os.path.join(folder, "data")
        making = [f"{PROGRAMS}/initdb", "-D", data, "-U", USER, "-A", "trust", "--no-sync"]
        subprocess.run(
            making, cwd=folder, stdout=subprocess.DEVNULL, check=True, **as_user()
        )
        words = [word for setting in SETTINGS for word in ("-c", setting)]
        command = [f"{PROGRAMS}/postgres", "-D", data, "-k", folder, *words]
        self.log = open(os.path.join(folder, "log"), "wb")
        self.process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, **as_user()
        )
        while subprocess.run([*self.psql(), "-c", "SELECT 1"], capture_output=True).returncode != 0:
            if self.process.poll() is not None:
                sys.exit(f"PostgreSQL did not start: {open(self.log.name, encoding='utf-8').read()}")
            time.sleep(0.1)

    def psql(self):
        return ["psql", "-h", self.folder, "-U", USER, "-d", "postgres", "-XAtq"]

    def ask(self, question):
        done = subprocess.run([*self.psql(), "-c", question], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"PostgreSQL: {done.stderr}")
        return done.stdout

    def load(self, rows_command):
        self.ask(TABLES)
        rows = subprocess.Popen(rows_command, stdout=subprocess.PIPE)
        copy = [*self.psql(), "-c", "COPY result FROM STDIN"]
        copied = subprocess.run(copy, stdin=rows.stdout).returncode
        rows.stdout.close()
        if rows.wait() != 0 or copied != 0:
            sys.exit("PostgreSQL: the rows did not get in")
        for question in INDEXES:
            self.ask(question)

    def close(self):
        """SIGINT: it ends its connections and itself."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait()
        self.log.close()
