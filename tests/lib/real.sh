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

# says TEXT: the summary of the last run has it
says() { grep -qF -- "$1" "$TMP/err.log" || { cat "$TMP/out.log" "$TMP/err.log"; fail "missing in the summary: $1"; }; }
