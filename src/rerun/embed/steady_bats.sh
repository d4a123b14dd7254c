#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# bats does not wait for its report formatter, so the file may be cut. It waits for the one that
# shows: this one shows what the default one shows and has the report written before it ends.
set -u
shown=bats-format-tap
if [[ -t 1 && -z ${CI:-} ]]; then
	shown=bats-format-pretty
fi
tee "$STEADY_RESULTS.stream" | "$shown"
bats-format-junit --base-path "$PWD" <"$STEADY_RESULTS.stream" >"$STEADY_RESULTS"
