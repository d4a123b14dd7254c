# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# 220 runs of three tests, one an hour, two of each content: in four of them a flaky test fails on main, in four that
# follow one another a test is broken on a branch. Each run takes three seconds.

shop_results() { # FILE [TEST]: that test failed
	{
		echo '<testsuite name="shop">'
		for test in browse pay search; do
			case "$test" in
			"${2:-}") echo "<testcase classname='Shop' name='$test' time='1'><failure message='expected $test'/></testcase>" ;;
			*) echo "<testcase classname='Shop' name='$test' time='1'/>" ;;
			esac
		done
		echo '</testsuite>'
	} >"$1"
}

shop_run() { # N FILE BRANCH TIME
	printf '{"run":"r%d","job":"unit","branch":"%s","commit":"%040x","tree":"%040x","time":"%s","files":["%s"]}\n' \
		"$1" "$3" $(($1 / 2)) $(($1 / 2)) "$4" "$2"
}

# Writes the results here and prints the manifest: the first run begins at START, as `date` understands it.
nine_days() { # START
	local n start time
	shop_results pass.xml
	shop_results flaky.xml pay
	shop_results broken.xml search
	start=$(date -u -d "$1" +%s)
	for n in {0..219}; do
		TZ=UTC printf -v time '%(%Y-%m-%dT%H:%M:%SZ)T' $((start + n * 3600))
		case $n in
		30 | 90 | 150 | 205) shop_run "$n" flaky.xml main "$time" ;;
		100 | 101 | 102 | 103) shop_run "$n" broken.xml topic "$time" ;;
		*) shop_run "$n" pass.xml main "$time" ;;
		esac
	done
}
