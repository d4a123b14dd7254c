#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Installs steady, puts it on the PATH of later steps, and names what this use of the action writes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source-path=SCRIPTDIR source=common.sh
. ./common.sh

# Caches of one lane: of this workflow, job, leg of the matrix, and use of the action in the job.
name_caches()
{
	local lane workflow=${GITHUB_WORKFLOW_REF:-${GITHUB_WORKFLOW:-}}
	case ${INPUT_KEEP:-job} in
	job)
		lane=$(hash_of "${workflow%%@*}" "$GITHUB_JOB" "${STEP_MATRIX:-}" "$1")
		set_output restore-key "steady-job-1-$lane-"
		set_output save-key "steady-job-1-$lane-$GITHUB_RUN_ID-${GITHUB_RUN_ATTEMPT:-1}"
		;;
	collect)
		set_output restore-key "steady-history-1-"
		;;
	collected)
		set_output restore-key "steady-history-1-"
		set_output save-key "steady-history-1-$GITHUB_RUN_ID-${GITHUB_RUN_ATTEMPT:-1}"
		;;
	reported)
		set_output restore-key "steady-report-1-"
		set_output history-key "steady-history-1-"
		set_output save-key "steady-report-1-$GITHUB_RUN_ID-${GITHUB_RUN_ATTEMPT:-1}"
		;;
	none) ;;
	*) fail "keep: job, collect or none, not ${INPUT_KEEP}" ;;
	esac
}

main()
{
	local -a how=()
	local bin folder
	[[ ${INPUT_BUILD_FROM_SOURCE:-false} != true ]] || how=(--from-source)
	bin=$(bash ../install.sh "${how[@]}")
	printf '%s\n' "$bin" >>"$GITHUB_PATH"
	folder=$(new_folder)
	mkdir "$folder/history"
	set_output steady "$bin/steady"
	set_output folder "$folder"
	set_output artifact "steady-segment-${GITHUB_JOB}-${GITHUB_RUN_ATTEMPT:-1}-$(random_hex 4)"
	name_caches "${folder##*/}"
}

main
