#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# After the run, however it ended: its summary goes to the page of the job, and a history that has
# grown too large for a cache is made smaller.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

most=$((100 * 1024 * 1024))
history=$STEP_FOLDER/history/history.db

append_summary "$STEP_FOLDER/summary.md"
if [[ -e $history ]] && (($(stat -c %s "$history") > most)); then
	"$STEP_STEADY" history compact --history="$history" --max-size=100MiB ||
		say 'the history could not be made smaller'
fi
