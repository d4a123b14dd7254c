#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Sourced by tests/real/<server>/test, behind real.sh: a real server on a port of its own.

# A port that nobody has now; who starts a server on it has to tell when somebody took it meanwhile.
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# as USER command…: servers refuse to run as root. Replaces the shell: call it in ( ) or with &.
as() {
	local user=$1
	shift
	if ((EUID == 0)); then
		cd / && exec setpriv --reuid "$user" --regid "$user" --init-groups -- "$@"
	fi
	exec "$@"
}

# waits CODE TEXT target…: what `steady wait` says, and its exit code
waits() {
	local expected=$1 text=$2 code
	shift 2
	"$STEADY" wait --history "$TMP/h.db" --timeout 60s "$@" >"$TMP/out.log" 2>"$TMP/err.log"
	code=$?
	[[ $code == "$expected" ]] && grep -qE -- "$text" "$TMP/err.log" && return
	cat "$TMP/err.log"
	fail "exit $code, expected $expected and \"$text\": $*"
}
