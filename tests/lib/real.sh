#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Sourced by tests/real/<framework>/test.

fail() { echo "FAIL: $*"; exit 1; }

# need PACKAGE COMMAND…: what the test cannot do without
need() {
	local package=$1
	shift
	"$@" >/dev/null 2>&1 || fail "$* does not work: install $package"
}

# project NAME: a folder of its own, with its own history
project() { mkdir -p "$TMP/$1" && cd "$TMP/$1" || exit 1; }

# run EXPECTED-CODE options… -- command…: output in out.log and err.log
run() {
	local expected=$1 code
	shift
	"$STEADY" run --history "$PWD/h.db" "$@" >"$TMP/out.log" 2>"$TMP/err.log"
	code=$?
	[[ $code == "$expected" ]] && return
	cat "$TMP/out.log" "$TMP/err.log"
	fail "exit $code instead of $expected: $*"
}

# proves TEXT [options…] -- command…: doctor runs the retry of a test that does not exist
proves() {
	local text=$1
	shift
	"$STEADY" doctor --history "$PWD/h.db" "$@" >"$TMP/out.log" 2>"$TMP/err.log" && grep -qF -- "ok: a name that matches nothing: $text" "$TMP/out.log" && return
	cat "$TMP/out.log" "$TMP/err.log"
	fail "doctor does not say: $text"
}

# knows options… -- command…: it is flaky, a run of everything confirms that, and then it is known for it
knows() {
	run 0 "$@"
	says "is not known to be flaky"
	says "running the whole command"
	run 0 "$@"
}

# says TEXT: the summary of the last run has it
says() { grep -qF -- "$1" "$TMP/err.log" || { cat "$TMP/out.log" "$TMP/err.log"; fail "missing in the summary: $1"; }; }

# The cases that every framework must hold: standard CODE FLAKY TOTAL command…
#
# The command's tests obey $CASE and write one line "$STEADY_ATTEMPT" a run of a flaky test to $LOG:
# FLAKY of TOTAL tests, with names that are hard to name again, fail on attempt 1 when CASE is flaky;
# one more fails always when CASE is fail; one more exists and fails on attempt 1 only when CASE is
# vanish. CODE is the exit code for one failed test. $OPTIONS go to steady.
standard() {
	local code=$1 flaky=$2 total=$3 options=()
	shift 3
	[[ -n ${OPTIONS:-} ]] && read -ra options <<<"$OPTIONS"
	export CASE LOG=$PWD/ran.log

	: >"$LOG"
	CASE=pass
	run 0 "${options[@]}" -- "$@"
	says "PASSED  $total tests: $total passed"

	: >"$LOG"
	CASE=flaky
	run 0 --max-failures 50 "${options[@]}" -- "$@"
	says "$flaky flaky"
	[[ $(grep -c 1 "$LOG") == "$flaky" ]] || { sort "$LOG" | uniq -c; fail "not every flaky test ran at first"; }
	[[ $(grep -c 2 "$LOG") == "$flaky" ]] || { sort "$LOG" | uniq -c; fail "the retry did not select the $flaky failed tests"; }

	# Nothing proves that the first attempt was complete: everything runs once more.
	says "running the whole command to be sure (attempt 3 of 3)"

	CASE=fail
	run "$code" "${options[@]}" -- "$@"
	says "failed 3 of 3 attempts"

	# A selection that finds nothing exits 0 in most tools: it is no pass.
	CASE=vanish
	run "$code" "${options[@]}" -- "$@"
	says "not seen on the retry"
}

# hangs NAME command…: with CASE=hang that test hangs, and is called so; it is the same test that passes
# with CASE=pass. The time limit is as long as it takes the machine to come to that test.
hangs() {
	local name=$1 limit id
	shift
	export CASE=pass
	run 0 -- "$@"
	CASE=hang
	for limit in 4s 20s 80s; do
		run 124 --timeout "$limit" --grace 2s --format json -- "$@"
		grep -qF "FAILED  $name: " "$TMP/err.log" && break
	done
	says "TIMED OUT"
	says "FAILED  $name: "
	[[ $(grep -cF "hang: was running when the command ran into --timeout" "$TMP/err.log") == 1 ]] || { cat "$TMP/err.log"; fail "not one test hung"; }
	id=$(python3 -c '
import json, sys
failures = json.load(sys.stdin)["failures"]
print(*(failure["test"]["id"] for failure in failures if (failure["failure"] or "").startswith("hang:")))' <"$TMP/out.log")
	"$STEADY" show --history "$PWD/h.db" "$id" | grep -qE '^  runs +[^ ]*[.R][^ ]*F ' || { "$STEADY" show --history "$PWD/h.db" "$name"; fail "$id is not the test that passed"; }
}

# Of the last run: selected by the name of each test, and by nothing more.
only() { grep -qE 'running (only these|it) again \(attempt 2' "$TMP/err.log" || { cat "$TMP/err.log"; fail "attempt 2 was not a selection by names"; }; }

# node_project NAME: as project, with the Node modules of tests/npm in sight
node_project() {
	local modules=$SOURCE_ROOT/tests/npm/node_modules
	[[ -d $modules/$1 || -d $modules/@$1 ]] || fail "$modules/$1 is missing: tests/install-packages full"
	mkdir -p "$TMP/$1"
	ln -s "$modules" "$TMP/node_modules"
	project "$1"
	export PATH=$modules/.bin:$PATH
}
