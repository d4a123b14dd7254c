#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# cargo starts every test program through this. One of libtest runs as it is; then its list of tests
# and the end of what it said become its part of the JUnit report. Any other program just runs.
# Names begin with steady_, because a variable of the environment would be changed for the program.
steady_report=$STEADY_RESULTS
unset STEADY_RESULTS
case $1 in
*/rustdoctest*) exec "$@" ;; # rustdoc itself tells about these
esac
grep -qF 'List all tests and benchmarks' "$1" || exec "$@"

steady_work=$steady_report.d/$$
mkdir -p "$steady_work"
mkfifo "$steady_work/out" || exec "$@"
tee "$steady_work/text" <"$steady_work/out" &
steady_copier=$!
exec 9>&2 2>/dev/null # not this shell's own words about a signal
"$@" >"$steady_work/out" 2>&9 9>&-
steady_code=$?

steady_program=$1
shift
"$steady_program" --list "$@" >"$steady_work/tests" </dev/null
"$steady_program" --list --ignored "$@" >"$steady_work/ignored" </dev/null
steady_root=
[ -r "$steady_program.d" ] && read -r steady_root <"$steady_program.d"

# Who was left behind by a test may hold the pipe open.
steady_round=0
while kill -0 "$steady_copier" && [ "$steady_round" -lt 50 ]; do
	sleep 0.02
	steady_round=$((steady_round + 1))
done
[ "$steady_round" -lt 50 ] || kill "$steady_copier"

# shellcheck disable=SC2016 # these dollars are awk's
LC_ALL=C CODE=$steady_code ROOT=${steady_root#*: } PROGRAM=${steady_program##*/} awk '
function xml(s) {
	gsub(/&/, "\\&amp;", s); gsub(/</, "\\&lt;", s); gsub(/>/, "\\&gt;", s); gsub(/"/, "\\&quot;", s)
	return s
}
function say(name, inside) {
	printf "<testcase classname=\"%s\" name=\"%s\"", xml(group), xml(name)
	print inside == "" ? "/>" : ">" inside "</testcase>"
}
function failure(name) {
	return "<failure message=\"" xml(message[name]) "\">" xml(text[name]) "</failure>"
}
# The crate root tells a library from a program of the same name.
function group_name(   root, home) {
	root = ENVIRON["ROOT"]; home = ENVIRON["CARGO_MANIFEST_DIR"] "/"
	if (match(root, /^([^ \\]|\\.)+/)) {
		root = substr(root, 1, RLENGTH)
		gsub(/\\ /, " ", root)
	} else {
		root = ENVIRON["PROGRAM"]
		sub(/-[0-9a-f]+$/, "", root)
	}
	return ENVIRON["CARGO_PKG_NAME"] "::" (index(root, home) == 1 ? substr(root, length(home) + 1) : root)
}
function ended() {
	return "ended " (code > 128 ? "by signal " code - 128 : "with code " code) " before its tests had"
}
{
	gsub(/\033\[[0-9;]*[A-Za-z]/, "")
	gsub(/[\001-\010\013-\037]/, "")
}
what != "text" {
	if (sub(/: (test|benchmark)$/, "")) {
		if (what == "ignored") ignored[$0]
		else order[++listed] = $0
	}
	next
}
/^---- .* stdout ----$/ {
	part = substr($0, 6, length($0) - 17)
	text[part] = message[part] = ""
	next
}
/^failures:$/ {
	part = ""
	names = 0
	next
}
/^test result: .* passed; .* failed; .* ignored; .* measured; / {
	told = 1
	passed = $4 + $10
	failed = $6 + 0
	seconds = $17 + 0
	split("", bad)
	for (i = 1; i <= names; i++) bad[name[i]]
	next
}
part == "" {
	if (/^    ./) name[++names] = substr($0, 5)
	next
}
{
	if (length(text[part]) < 65536) text[part] = text[part] $0 "\n"
	if (take) {
		message[part] = $0
		take = 0
	} else if (message[part] == "") {
		take = /panicked at .*:[0-9]+:[0-9]+:$/
		if (!take && (/panicked at / || /^Error: / || /^note: test did not panic/)) {
			message[part] = $0
			sub(/^.*panicked at /, "", message[part])
		}
	}
}
END {
	code = ENVIRON["CODE"] + 0
	group = group_name()
	for (i = 1; i <= listed; i++) {
		if (order[i] in bad) failures++
		else if (order[i] in ignored) skipped++
		else good++
	}
	if (!told) why = ended()
	else if (good != passed || failures != failed || names != failed) why = "does not tell about the tests that it lists"
	else if ((code == 0) != (failed == 0)) why = "ended with code " code " and " failed " failed tests"
	printf "<testsuite name=\"%s\" time=\"%s\">\n", xml(group), seconds + 0
	if (why) printf "<error message=\"%s\"/>\n", why
	for (i = 1; i <= listed; i++) {
		if (order[i] in bad) say(order[i], failure(order[i]))
		else if (why) continue
		else say(order[i], order[i] in ignored ? "<skipped/>" : "")
	}
	print "</testsuite>"
}' what=tests "$steady_work/tests" what=ignored "$steady_work/ignored" what=text "$steady_work/text" >"$steady_work.xml"
rm -rf "$steady_work"
{
	echo '<testsuites name="cargo test">'
	cat "$steady_report.d"/*.xml
	echo '</testsuites>'
} >"$steady_report.new" && mv "$steady_report.new" "$steady_report"

if [ "$steady_code" -gt 128 ]; then
	# shellcheck disable=SC3045 # where there is no such limit, the core is this shell's
	ulimit -c 0
	kill "-$((steady_code - 128))" $$
fi
exit "$steady_code"
