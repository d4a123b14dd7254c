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

# folder_of USER [NAME]: $data, a folder below $TMP that a server may write to
folder_of() {
	data=$TMP/${2:-data}
	mkdir "$data"
	if ((EUID == 0)); then
		chmod a+x "$TMP" "$TMP/.."
		chown "$1" "$data"
	fi
}

# until_there FILE: waits until it has something in it
until_there() { while [[ ! -s $1 ]]; do read -rt 0.02 <> <(:); done; }

# end PID: asks the process to end, and waits for it
end() {
	kill "$1"
	wait "$1" 2>/dev/null || true
}

# serve NAME options…: fixtures/service; its port is then in the file NAME, its id in $service
serve() {
	rm -f "$1"
	python3 "$FIXTURES/service/service.py" --port-file "$1" "${@:2}" 2>"$TMP/service.log" &
	service=$!
	until [[ -s $1 ]]; do
		kill -0 "$service" 2>/dev/null || fail "$(<"$TMP/service.log")"
		read -rt 0.02 <> <(:)
	done
}

# attempts: how many the first target of the last wait needed
attempts() { sqlite3 "$TMP/h.db" 'SELECT attempts FROM wait WHERE nth = (SELECT min(nth) FROM wait) ORDER BY run_id DESC LIMIT 1'; }

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
