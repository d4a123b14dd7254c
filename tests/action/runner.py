# SPDX-License-Identifier: Apache-2.0
"""Executes a composite action as GitHub's runner would, as far as ours need it.

Expressions in env, if, with and outputs; the files of GITHUB_OUTPUT, GITHUB_STEP_SUMMARY, GITHUB_ENV
and GITHUB_PATH; commands in the log with stop-commands; a cancelled job, whose step gets SIGINT; and
stand-ins for the actions that ours use (cache, artifacts), which keep files in a folder.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import threading
import urllib.parse

import yaml

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
SUMMARY_MAX = 1024 * 1024
TOKEN = re.compile(r"\s*(?:'((?:[^']|'')*)'|(\|\||&&|!=|==|!|\(|\)|,)|([A-Za-z_][\w.*-]*))")


class Expression:
    """${{ … }}: contexts, texts, == != && || !, and the functions that our files call."""

    def __init__(self, text, contexts, functions):
        self.tokens = []
        at = 0
        text = text.strip()
        while at < len(text):
            match = TOKEN.match(text, at)
            if not match:
                raise ValueError(f"expression: {text[at:]}")
            self.tokens.append(match.groups())
            at = match.end()
        self.contexts = contexts
        self.functions = functions

    def peek(self):
        return self.tokens[0][1] if self.tokens else None

    def value(self):
        left = self.conjunction()
        while self.peek() == "||":
            self.tokens.pop(0)
            right = self.conjunction()
            left = left or right
        return left

    def conjunction(self):
        left = self.comparison()
        while self.peek() == "&&":
            self.tokens.pop(0)
            right = self.comparison()
            left = left and right
        return left

    def comparison(self):
        left = self.unary()
        while self.peek() in ("==", "!="):
            operator = self.tokens.pop(0)[1]
            right = self.unary()
            left = (as_text(left).lower() == as_text(right).lower()) == (operator == "==")
        return left

    def unary(self):
        text, operator, name = self.tokens.pop(0)
        if operator == "!":
            return not self.unary()
        if operator == "(":
            inner = self.value()
            self.tokens.pop(0)
            return inner
        if text is not None:
            return text.replace("''", "'")
        if self.peek() == "(":
            return self.call(name)
        if name in ("true", "false"):
            return name == "true"
        return lookup(self.contexts, name)

    def call(self, name):
        self.tokens.pop(0)
        arguments = []
        while self.peek() != ")":
            arguments.append(self.value())
            if self.peek() == ",":
                self.tokens.pop(0)
        self.tokens.pop(0)
        return self.functions[name](*arguments)


def lookup(contexts, path):
    value = contexts
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def as_text(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value)


def read_commands_file(path):
    """NAME=VALUE and NAME<<END … END, as GITHUB_OUTPUT and GITHUB_ENV have them."""
    values = {}
    with open(path, encoding="utf-8") as file:
        lines = iter(file.read().split("\n"))
    for line in lines:
        equals, heredoc = line.find("="), line.find("<<")
        if heredoc >= 0 and (equals < 0 or heredoc < equals):
            name, end = line[:heredoc], line[heredoc + 2 :]
            value = []
            for inner in lines:
                if inner == end:
                    break
                value.append(inner)
            else:
                raise ValueError(f"{path}: {name}: no line {end}")
            values[name] = "\n".join(value)
        elif equals > 0:
            values[line[:equals]] = line[equals + 1 :]
        elif line:
            raise ValueError(f"{path}: {line}")
    return values


COMMAND = re.compile(r"::([A-Za-z-]+)(?: ([^:]*(?::(?!:)[^:]*)*))?::(.*)$")
KNOWN = {"error", "warning", "notice", "debug", "add-mask", "set-output", "save-state", "group",
         "endgroup", "stop-commands", "echo", "add-matcher", "remove-matcher", "set-env", "add-path"}


def unescape(text):
    for code, char in ("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"):
        text = text.replace(code, char)
    return text


class Log:
    """The lines of one step, and the commands in them that the runner obeys."""

    def __init__(self):
        self.lines = []
        self.commands = []
        self.token = None

    def line(self, text):
        self.lines.append(text)
        stripped = text.lstrip()
        if self.token:
            if stripped == f"::{self.token}::":
                self.token = None
            return
        match = COMMAND.match(stripped)
        if match and match[1] in KNOWN:
            if match[1] == "stop-commands":
                self.token = match[3]
                return
            pairs = [pair.split("=", 1) for pair in (match[2] or "").split(",") if "=" in pair]
            properties = {key: unescape(value) for key, value in pairs}
            self.commands.append((match[1], properties, unescape(match[3])))
        elif "##[" in text and re.search(r"##\[([a-z-]+)[^\]]*\]", text):
            self.commands.append((re.search(r"##\[([a-z-]+)", text)[1], {}, text))


class StepFailed(Exception):
    """A stand-in ends as the real action would: with an error."""


class Job:
    """One job on one runner: its workspace, temporary folder, environment, and what later jobs get."""

    def __init__(self, base, store, github, env, matrix=None, cancelled_when=None):
        self.base = base
        self.store = store
        self.workspace = os.path.join(base, "workspace")
        self.temp = os.path.join(base, "temp")
        for folder in self.workspace, self.temp, store:
            os.makedirs(folder, exist_ok=True)
        self.env = dict(env)
        self.path = []
        self.github = github
        self.matrix = matrix
        self.status = "success"
        self.summaries = []
        self.warnings = []
        self.restored = []  # keys of caches
        self.logs = {}
        self.cancelled_when = cancelled_when
        self.download_ends_after = None  # artifacts, where not all of them can be had

    def use(self, action, inputs):
        """Runs action/<action>; returns its outputs. self.status tells how it ended."""
        folder = os.path.join(ROOT, action)
        with open(os.path.join(folder, "action.yml"), encoding="utf-8") as file:
            manifest = yaml.safe_load(file)
        unknown = set(inputs) - set(manifest["inputs"])
        if unknown:
            raise ValueError(f"{action}: no input {unknown}")
        values = {name: as_text(row.get("default", "")) for name, row in manifest["inputs"].items()}
        values = {name: self.expand(value, {}) for name, value in values.items()}
        values.update(inputs)
        scope = {"inputs": values, "steps": {}}
        self.status = "success"
        for step in manifest["runs"]["steps"]:
            self.step(step, scope, folder)
        outputs = manifest.get("outputs", {})
        return {name: self.expand(row["value"], scope) for name, row in outputs.items()}

    def step(self, step, scope, folder):
        condition = str(step.get("if", "success()"))
        condition = condition.strip().removeprefix("${{").removesuffix("}}")
        if not any(word in condition for word in ("always()", "failure()", "cancelled()", "success()")):
            condition = f"success() && ({condition})"
        if not self.evaluate(condition, scope):
            return
        identity = step.get("id", step.get("name"))
        if "uses" in step:
            outputs, code = self.stand_in(step, scope)
        else:
            outputs, code = self.run(step, scope, folder, identity)
        outcome = "success" if code == 0 else "failure"
        if code and not step.get("continue-on-error"):
            self.status = "cancelled" if self.status == "cancelled" else "failure"
        scope["steps"][identity] = {"outputs": outputs, "outcome": outcome}

    # --- expressions

    def evaluate(self, text, scope):
        contexts = {
            **scope,
            "github": self.github,
            "matrix": self.matrix,
            "runner": {"temp": self.temp, "os": "Linux"},
        }
        functions = {
            "always": lambda: True,
            "success": lambda: self.status == "success",
            "failure": lambda: self.status == "failure",
            "cancelled": lambda: self.status == "cancelled",
            "toJSON": lambda value: json.dumps(value, indent=2),
            "format": lambda text, *values: text.format(*map(as_text, values)),
        }
        return Expression(text, contexts, functions).value()

    def expand(self, text, scope):
        if not isinstance(text, str):
            return as_text(text)
        return re.sub(r"\$\{\{(.*?)\}\}", lambda m: as_text(self.evaluate(m[1], scope)), text, flags=re.S)

    # --- run

    def run(self, step, scope, folder, identity):
        if "${{" in step["run"]:
            raise ValueError(f"{identity}: an expression inside of a script")
        files = {}
        for name in "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV", "GITHUB_PATH":
            files[name] = os.path.join(self.base, f"{identity}.{name.lower()}".replace(" ", "-"))
            with open(files[name], "w", encoding="utf-8"):
                pass
        env = {
            **self.env,
            **files,
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": self.workspace,
            "RUNNER_TEMP": self.temp,
            "GITHUB_ACTION_PATH": folder,
            # a step of a composite action is no action of a repository: only expressions know that
            "GITHUB_ACTION_REPOSITORY": "",
            "PATH": os.pathsep.join([*self.path, self.env["PATH"]]),
        }
        env.update({name: self.expand(value, scope) for name, value in step.get("env", {}).items()})
        script = os.path.join(self.base, "script.sh")
        with open(script, "w", encoding="utf-8") as file:
            file.write(step["run"])
        where = os.path.join(self.workspace, self.expand(step.get("working-directory", "."), scope))
        code, log = self.execute(["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", script], env, where)
        self.logs[identity] = log
        with open(files["GITHUB_PATH"], encoding="utf-8") as file:
            self.path = [*file.read().split("\n")[:-1], *self.path]
        self.env.update(read_commands_file(files["GITHUB_ENV"]))
        if 0 < os.path.getsize(files["GITHUB_STEP_SUMMARY"]) <= SUMMARY_MAX:
            with open(files["GITHUB_STEP_SUMMARY"], encoding="utf-8") as file:
                self.summaries.append(file.read())
        return read_commands_file(files["GITHUB_OUTPUT"]), code

    def execute(self, command, env, where):
        """Both streams are read by threads of their own; a cancelled step gets SIGINT, alone."""
        log = Log()
        lock = threading.Lock()
        child = subprocess.Popen(
            command, env=env, cwd=where, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True,
        )

        def read(stream):
            for raw in stream:
                text = raw.decode("utf-8", "replace").rstrip("\r\n")
                with lock:
                    log.line(text)
                if self.cancelled_when and self.cancelled_when in text and self.status != "cancelled":
                    self.status = "cancelled"
                    os.kill(child.pid, signal.SIGINT)

        threads = [threading.Thread(target=read, args=(s,)) for s in (child.stdout, child.stderr)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        child.stdout.close()
        child.stderr.close()
        return child.wait(), log

    # --- actions of others

    def stand_in(self, step, scope):
        name, _, version = step["uses"].partition("@")
        if not re.fullmatch(r"[0-9a-f]{40}", version):
            raise ValueError(f"{step['uses']} is not pinned")
        given = {key: self.expand(value, scope) for key, value in step.get("with", {}).items()}
        known = {
            "actions/cache/restore": self.cache_restore,
            "actions/cache/save": self.cache_save,
            "actions/upload-artifact": self.upload,
            "actions/download-artifact": self.download,
        }
        try:
            return known[name](given) or {}, 0
        except StepFailed as error:
            self.warnings.append(str(error))
            return {}, 1

    def cache_folder(self, ref, path):
        """store/cache/REF/VERSION/KEY. The version is a hash of the path as it was given, which differs between our
        jobs in its first part, where that on GitHub is the same."""
        version = urllib.parse.quote(path.replace(self.base, ""), safe="")
        return os.path.join(self.store, "cache", urllib.parse.quote(ref, safe=""), version)

    def cache_restore(self, given):
        """Caches of the own ref come first, whatever their age, then those of the default branch."""
        prefixes = [given["key"], *given.get("restore-keys", "").split("\n")]
        for ref in dict.fromkeys((self.env["GITHUB_REF"], "refs/heads/main")):
            folder = self.cache_folder(ref, given["path"])
            names = os.listdir(folder) if os.path.isdir(folder) else []
            for prefix in filter(None, prefixes):
                found = [name for name in names if name.startswith(prefix)]
                if found:
                    newest = max(found, key=lambda name: os.stat(os.path.join(folder, name)).st_mtime_ns)
                    shutil.copytree(os.path.join(folder, newest), given["path"], dirs_exist_ok=True)
                    self.restored.append(newest)
                    return {"cache-matched-key": newest}
        return {}

    def cache_save(self, given):
        """A key is written once. Whatever goes wrong is a warning, never a failure."""
        target = os.path.join(self.cache_folder(self.env["GITHUB_REF"], given["path"]), given["key"])
        if os.path.exists(target):
            self.warnings.append(f"{given['key']} is there")
        elif not os.path.exists(given["path"]):
            self.warnings.append(f"{given['path']} is not there")
        else:
            shutil.copytree(given["path"], target)
            os.utime(target)

    def upload(self, given):
        target = os.path.join(self.store, "artifacts", self.github.get("run_id", "1"), given["name"])
        if os.path.exists(target):
            raise ValueError(f"409: {given['name']} is there")
        for path in given["path"].split("\n"):
            if os.path.isfile(path):
                os.makedirs(target, exist_ok=True)
                shutil.copy(path, target)

    def download(self, given):
        source = os.path.join(self.store, "artifacts", given.get("run-id") or self.github.get("run_id", "1"))
        start = given["pattern"].rstrip("*")
        os.makedirs(given["path"], exist_ok=True)
        names = sorted(os.listdir(source)) if os.path.isdir(source) else []
        for number, name in enumerate(name for name in names if name.startswith(start)):
            if number == self.download_ends_after:
                raise StepFailed(f"{name}: Resource not accessible by integration")
            shutil.copytree(os.path.join(source, name), os.path.join(given["path"], name), symlinks=True)
