#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Installs steady, puts it on the PATH of later steps, and names what this use of the action writes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source-path=SCRIPTDIR source=common.sh
. ./common.sh

# cache_at NAME FOLDER: a cache is only found again under the path that it was saved under. So that of one lane
# lies in the folder of this use, and one that several jobs share in the same folder in each of them.
cache_at()
{
	rm -rf -- "$2"
	mkdir -p "$2"
	set_output "$1" "$2"
}

# Keys are never written twice: each is of one run, attempt and use.
save_as()
{
	set_output save-key "$1$GITHUB_RUN_ID-${GITHUB_RUN_ATTEMPT:-1}-$(random_hex 4)"
}

# Of a pull request's caches its own come first. So its first one would be all that it ever sees, and each run would
# leave another one that nobody else reads. In a merge queue the branch is thrown away.
keeps_caches()
{
	[[ ! ${GITHUB_EVENT_NAME:-} =~ ^(pull_request.*|merge_group)$ ]]
}

# Caches of one lane: of this workflow, job, leg of the matrix, and use of the action in the job.
name_caches()
{
	local lane workflow=${GITHUB_WORKFLOW_REF:-${GITHUB_WORKFLOW:-}} shared=$RUNNER_TEMP/steady
	case ${INPUT_KEEP:-job} in
	job)
		lane=steady-job-1-$(hash_of "${workflow%%@*}" "$GITHUB_JOB" "${STEP_MATRIX:-}" "${1##*/}")-
		cache_at kept "$1/history"
		set_output restore-key "$lane"
		! keeps_caches || save_as "$lane"
		;;
	collect)
		cache_at kept "$shared/history"
		set_output restore-key steady-history-1-
		;;
	collected)
		cache_at kept "$shared/history"
		cache_at told "$shared/told"
		set_output told-key steady-report-1-
		set_output restore-key steady-history-1-
		! keeps_caches || save_as steady-history-1-
		;;
	reported)
		cache_at kept "$shared/history"
		cache_at told "$shared/told"
		set_output restore-key steady-report-1-
		set_output history-key steady-history-1-
		save_as steady-report-1-
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
	name_caches "$folder"
}

main
