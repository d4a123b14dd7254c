# SPDX-License-Identifier: Apache-2.0
"""Writes down what pytest did, for steady: which tests failed, whether all collected tests ran, and
whether anything but failed tests can have set the exit code. And while it runs, which test that is.

steady puts this file and its entry point on PYTHONPATH. It changes nothing that tests or the
processes they start can see. What it saw goes into one JSON file when the interpreter ends; a
process that ends in another way leaves none, and then nothing is proven.
"""

import atexit
import json
import os
import re
import sys

import pytest

REPORT = os.environ.pop("STEADY_WITNESS", None)
NOTES = os.path.join(os.path.dirname(REPORT or ""), "running")
FAILED_MAX = 100000

# Hooks in which a plugin can make a run fail that has no failed test, and those of plugins that
# were read and do not. All of _pytest is known.
GATE_HOOKS = (
    "pytest_cmdline_main",
    "pytest_runtestloop",
    "pytest_sessionfinish",
    "pytest_terminal_summary",
    "pytest_unconfigure",
)
HARMLESS = {
    "_hypothesis_pytestplugin.pytest_terminal_summary",
    "pytest_httpserver.pytest_plugin.pytest_sessionfinish",
    "pytest_rerunfailures.pytest_terminal_summary",
    "pytest_subtests.pytest_unconfigure",
    "pytest_sugar.pytest_runtestloop",
    "xdist.dsession.pytest_runtestloop",
    "xdist.dsession.pytest_sessionfinish",
    "xdist.dsession.pytest_terminal_summary",
    "xdist.looponfail.pytest_cmdline_main",
    "xdist.plugin.pytest_cmdline_main",
}


def leave_no_trace():
    here = os.path.dirname(__file__)
    paths = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path != here]
    if any(paths):
        os.environ["PYTHONPATH"] = os.pathsep.join(paths)
    else:
        os.environ.pop("PYTHONPATH", None)
    sys.path[:] = [path for path in sys.path if path != here]


class Status(int):
    """An exit status that is known again: whoever sets another one takes this object away."""


class Notes:
    """Which tests run right now: several with xdist. Whoever ends us by force finds it here."""

    def __init__(self):
        self.file = None
        self.running = {}

    def begin(self, nodeid):
        self.running[nodeid] = dict(test_object(nodeid), file=nodeid.partition("::")[0])
        self.write()

    def end(self, nodeid):
        self.running.pop(nodeid, None)
        self.write()

    def write(self):
        text = json.dumps(list(self.running.values())).encode()
        try:
            if self.file is None:
                self.file = os.open(NOTES, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
            os.pwrite(self.file, text, 0)
            os.ftruncate(self.file, len(text))
        except OSError:
            pass


class Witness:
    def __init__(self, config):
        self.config = config
        self.session = None
        self.status = None
        self.gates = []
        self.collected = set()
        self.marked = set()
        self.decorated = set()
        self.finished = set()
        self.failed = {}
        self.failures = 0
        self.own_skips = 0
        self.late_errors = 0
        self.stopped = ""
        self.notes = Notes()
        self.pid = os.getpid()

    def pytest_runtest_logstart(self, nodeid):
        if os.getpid() == self.pid:
            self.notes.begin(self.argument(nodeid))

    def pytest_runtest_logfinish(self, nodeid):
        if os.getpid() == self.pid:
            self.notes.end(self.argument(nodeid))

    def pytest_collection_finish(self, session):
        self.collected.update(item.nodeid for item in session.items)
        self.marked.update(item.nodeid for item in session.items if has_own_mark(item))
        self.decorated.update(item.nodeid for item in session.items if is_decorated(item))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids):
        self.collected.update(ids)

    def pytest_collectreport(self, report):
        self.note_failure(report)
        self.own_skips += report.skipped

    def pytest_runtest_logreport(self, report):
        self.note_failure(report)
        if report.skipped and not self.is_marked(report):
            self.own_skips += 1
        if report.when == "teardown":
            self.finished.add(report.nodeid)
            self.late_errors += report.failed

    def is_marked(self, report):
        return report.nodeid in self.decorated or (report.nodeid in self.marked and is_by_mark(report))

    def pytest_keyboard_interrupt(self, excinfo):
        self.stopped = excinfo.typename

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session):
        self.session = session
        self.gates = possible_gates(self.config)
        self.status = session.exitstatus = Status(session.exitstatus)
        for reason in (session.shouldfail, session.shouldstop):
            if reason and not str(reason).startswith("stopping after "):
                self.stopped = str(reason)  # the other kind is --maxfail's own
        yield

    def note_failure(self, report):
        if report.failed and not hasattr(report, "wasxfail"):
            self.failures += 1
            if len(self.failed) < FAILED_MAX:
                self.failed[report.nodeid] = None

    def argument(self, nodeid):
        """Without the group that xdist adds to an id; a command line does not know it."""
        if getattr(self.config.option, "dist", "") == "loadgroup":
            return nodeid.rsplit("@", 1)[0]
        return nodeid

    def write(self):
        if self.session is None:
            return
        option = self.config.option
        seen = {
            "version": 1,
            "rootdir": str(root_of(self.config)),
            "inifile": str(ini_of(self.config) or ""),
            "args": [plain(word) for word in self.config.invocation_params.args],
            "paths": path_places(self.config),
            "measures": hasattr(option, "no_cov"),
            "untouched": self.session.exitstatus is self.status,
            "status": int(self.session.exitstatus),
            "collected": len(self.collected),
            "not_run": len(self.collected - self.finished),
            "failures": self.failures,
            "counted": self.session.testsfailed,
            "own_skips": self.own_skips,
            "late_errors": self.late_errors,
            "stopped": self.stopped[:200],
            "gates": self.gates,
            "stateful": bool(getattr(option, "lf", False) or getattr(option, "stepwise", False)),
            "failed": [test_object(self.argument(nodeid)) for nodeid in self.failed],
        }
        with open(REPORT + ".part", "w", encoding="utf-8") as out:
            json.dump(seen, out)
        os.replace(REPORT + ".part", REPORT)


def root_of(config):
    return config.rootpath if hasattr(config, "rootpath") else config.rootdir


def ini_of(config):
    return config.inipath if hasattr(config, "inipath") else config.inifile


def plain(word):
    return str(word).encode("utf-8", "replace").decode("utf-8")


def path_places(config):
    """Where on the command line the words stand that pytest took for paths. They are the very
    objects: the value of an option may read alike. A single letter is one object everywhere, and
    then it is not known."""
    words = config.invocation_params.args
    ids = [id(word) for word in words]
    taken = {id(word) for word in config.option.file_or_dir}
    places = [place for place, known in enumerate(ids) if known in taken]
    if any(len(str(words[place])) < 2 or ids.count(ids[place]) > 1 for place in places):
        return None
    return places


def has_own_mark(item):
    """Marked when it was collected, by what was known then: a condition in a string is not."""
    for mark in item.iter_markers():
        known = [arg for arg in mark.args if not isinstance(arg, str)]
        if mark.name == "skip" or (mark.name in ("skipif", "xfail") and any(known)):
            return True
        if mark.name == "xfail" and not mark.args and "condition" not in mark.kwargs:
            return True
    return False


def is_decorated(item):
    """By unittest.skip(), which decided when the module was loaded."""
    places = (getattr(item, "obj", None), getattr(item, "cls", None))
    return any(getattr(place, "__unittest_skip__", False) is True for place in places)


def is_by_mark(report):
    """Skipped or expected to fail by a mark, not by a call while the test ran."""
    if hasattr(report, "wasxfail"):
        return not report.wasxfail.startswith("reason: ")
    place = report.longrepr
    return isinstance(place, tuple) and place[1] == (report.location[1] or 0) + 1


def possible_gates(config):
    gates = set()
    for hook in GATE_HOOKS:
        for impl in getattr(config.hook, hook).get_hookimpls():
            module = getattr(impl.function, "__module__", None) or str(impl.plugin_name)
            name = module + "." + hook
            if module == "pytest_cov.plugin":
                if getattr(getattr(impl.plugin, "options", None), "cov_fail_under", True):
                    gates.add("coverage (--cov-fail-under)")
            elif module != __name__ and module.split(".")[0] != "_pytest" and name not in HARMLESS:
                gates.add(name)
    for function in cleanups(config):
        module = getattr(function, "__module__", None) or "somebody"
        if module.split(".")[0] != "_pytest":
            gates.add(module + " (a cleanup of the configuration)")
    return sorted(gates)


def cleanups(config):
    """What runs when pytest is done with its configuration; it can still set the exit code."""
    stack = getattr(getattr(config, "_cleanup_stack", None), "_exit_callbacks", ())
    found = list(getattr(config, "_cleanup", ())) + [callback for _, callback in stack]
    found = [getattr(function, "__wrapped__", function) for function in found]
    return [getattr(function, "func", function) for function in found]


def test_object(nodeid):
    """The node id beside the names that pytest's report file has for it."""
    path, bracket, params = nodeid.partition("[")
    names = path.split("::")
    names[0] = re.sub(r"\.py$", "", names[0].replace("/", "."))
    names[-1] += bracket + params
    return {"id": nodeid, "class": ".".join(names[:-1]), "name": names[-1]}


def write_at_end(witnesses, pid):
    # A child forked by a test ends here too. A fault of the witness leaves no proof, and no trace
    # in what the user reads.
    if os.getpid() == pid:
        try:
            for witness in witnesses:
                witness.write()
        except Exception:
            pass


def pytest_configure(config):
    if REPORT and not hasattr(config, "workerinput"):
        witness = Witness(config)
        config.pluginmanager.register(witness, "steady_witness_seen")
        WITNESSES.append(witness)


# Registered before any conftest.py is read, hence called behind all that they register.
WITNESSES = []
atexit.register(write_at_end, WITNESSES, os.getpid())
leave_no_trace()
