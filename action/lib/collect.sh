#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Takes the segments below STEP_FOLDER/segments into the history, and judges their runs by it.
#
# Segments are made by jobs that ran the code of a change, so they may say anything. They are only ever
# taken for data: by names of our own, with limits of size, count and time. Where they come from a fork
# they never reach the history that others are judged by; they are judged in a copy of it, and kept in
# forks.db beside it.
set -euo pipefail
lib=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$lib/common.sh"
# shellcheck source-path=SCRIPTDIR source=branch.sh
. "$lib/branch.sh"

folder=$STEP_FOLDER
history=$folder/history/history.db
forks=$folder/history/forks.db
here=$folder/runs.db
summary=$folder/summary.md
most_files=500
most_mib=50
segments=()

# Where they come from is told by the event, not by the segment: of this run, and of the one that started it. Of
# any other run nobody says whose it is. A fork that is gone has no name any more.
is_trusted()
{
	case $STEP_EVENT in
	workflow_run) [[ $STEP_RUN == "$STEP_EVENT_RUN" ]] && is_ours ;;
	pull_request*) [[ $STEP_RUN == "$GITHUB_RUN_ID" ]] && is_ours ;;
	*) [[ $STEP_RUN == "$GITHUB_RUN_ID" ]] ;;
	esac
}

is_ours()
{
	[[ ${STEP_HEAD_REPOSITORY,,} == "${GITHUB_REPOSITORY,,}" ]]
}

# Regular files of the one name that our action gives them, under numbers from here on.
find_segments()
{
	local path number=0 name
	mkdir -p "$folder/in"
	while IFS= read -r -d '' path; do
		((number < most_files)) || { say "more than $most_files segments: the rest is left out" && break; }
		printf -v name '%s/in/%04d.ndjson.zst' "$folder" "$((++number))"
		cp -- "$path" "$name"
		segments+=("$name")
	done < <(find "$folder/segments" -type f -name segment.ndjson.zst ! -size "+${most_mib}M" -print0 2>/dev/null |
		LC_ALL=C sort -z)
	if [[ -n $(find "$folder/segments" -type f -size "+${most_mib}M" -print -quit 2>/dev/null) ]]; then
		say "segments of more than $most_mib MiB are left out"
	fi
}

# steady_for SECONDS ARGUMENTS…: 65 (something could not be used, and was left out) is no failure.
steady_for()
{
	local code=0 seconds=$1
	shift
	unobeyed timeout --kill-after=10 "$seconds" "$STEP_STEADY" "$@" || code=$?
	((code == 0 || code == 65)) || fail "steady $1: exit code $code"
}

merge_into()
{
	steady_for 300 history merge --history="$1" "$2"
}

# By which history the runs are judged.
take()
{
	if is_trusted; then
		merge_into "$history" "$here"
		judged_by=$history
		[[ ${INPUT_KEEP:-cache} != branch ]] || branch_append "${segments[@]}"
	else
		say 'these segments come from a fork, or from nobody knows where: they are kept apart'
		judged_by=$folder/judging.db
		[[ ! -e $history ]] || cp -- "$history" "$judged_by"
		merge_into "$judged_by" "$here"
		merge_into "$forks" "$here"
	fi
}

# bound_forks MIB: all jobs restore what is kept, so what forks send cannot grow as it likes.
bound_forks()
{
	small_history "$forks" "$1"
	if exceeds "$forks" "$1"; then
		say 'forks have sent too much: what was kept of theirs is dropped'
		rm -f -- "$forks"
	fi
}

main()
{
	local judged_by=
	mkdir -p "$folder/history"
	[[ ${INPUT_KEEP:-cache} =~ ^(cache|branch)$ ]] || fail "keep: cache or branch, not ${INPUT_KEEP}"
	set_output history-path "$history"
	usable_history "$history"
	usable_history "$forks"
	[[ ${INPUT_KEEP:-cache} != branch ]] || branch_read "$history"
	find_segments
	set_output runs "${#segments[@]}"
	if ((${#segments[@]} == 0)); then
		printf '::notice title=steady::no job has left a segment\n'
		return 0
	fi
	steady_for 300 history import --history="$here" "${segments[@]}"
	[[ -e $here ]] || fail 'none of the segments could be used'
	take
	steady_for 300 explain --history="$judged_by" --runs-of="$here" --summary="$summary"
	[[ ! -e $summary ]] || set_output summary-path "$summary"
	append_summary "$summary"
	small_history "$history" 1000
	bound_forks 20
}

main
