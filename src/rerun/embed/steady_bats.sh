#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# bats does not wait for its report formatter, so the file may be cut. It waits for the one that
# shows: this one shows what the default one shows and has the report written before it ends. Of a
# test whose process was killed bats says nothing, and its report that it passed.
set -u
shown=bats-format-tap
if [[ -t 1 && -z ${CI:-} ]]; then
	shown=bats-format-pretty
fi

failed_without_end() {
	awk '
	function close_test() {
		if (begun != "") {
			print "not ok " begun
			print "# the process of this test died before the test had ended"
		}
		begun = ""
	}
	/^(begin|suite) / { close_test() }
	/^begin / { begun = substr($0, 7) }
	/^(ok|not ok) / { begun = "" }
	{ print }
	END { close_test() }'
}

tee "$STEADY_RESULTS.stream" | "$shown"
failed_without_end <"$STEADY_RESULTS.stream" | bats-format-junit --base-path "$PWD" >"$STEADY_RESULTS"
