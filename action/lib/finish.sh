#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# After the run, however it ended: its summary goes to the page of the job, and a history that has
# grown too large for a cache is made smaller. One elsewhere is nobody's to touch.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

append_summary "$STEP_FOLDER/summary.md"
small_history "$STEP_FOLDER/history/history.db" 100
