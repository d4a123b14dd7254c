#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Judges the runs that collect.sh has taken by what is known of their tests, and tells it on the page of the job.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

summary=$STEP_FOLDER/summary.md
steady_for 300 explain --history="$STEP_JUDGED_BY" --runs-of="$STEP_FOLDER/runs.db" --summary="$summary"
[[ ! -e $summary ]] || set_output summary-path "$summary"
append_summary "$summary"
