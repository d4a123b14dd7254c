#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Takes the segments below STEP_FOLDER/segments into the history, by which judge.sh judges their runs then.
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

# What is started here reads what anybody may have written: the token is for git alone.
export -n INPUT_TOKEN
: "${INPUT_KEEP:=cache}" "${INPUT_BRANCH:=steady-history}"
folder=$STEP_FOLDER
history=$folder/history/history.db
forks=$folder/history/forks.db
here=$folder/runs.db
most_files=500
most_mib=50
segments=()

# Where they come from is told by the event, not by the segment: of this run, and of the one that started it. Of
# any other run nobody says whose it is.
is_trusted()
{
	case $STEP_EVENT in
	workflow_run) [[ $STEP_RUN == "$STEP_EVENT_RUN" ]] && is_ours ;;
	pull_request*) [[ $STEP_RUN == "$GITHUB_RUN_ID" ]] && is_ours ;;
	*) [[ $STEP_RUN == "$GITHUB_RUN_ID" ]] ;;
	esac
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

merge_into()
{
	steady_for 300 history merge --history="$1" "$2"
}

# By which history the runs are judged.
take()
{
	local judged_by=$history
	if is_trusted; then
		merge_into "$history" "$here"
	else
		say 'these segments come from a fork, or from nobody knows where: they are kept apart'
		judged_by=$folder/judging.db
		[[ ! -e $history ]] || cp -- "$history" "$judged_by"
		merge_into "$judged_by" "$here"
		merge_into "$forks" "$here"
	fi
	set_output judged-by "$judged_by"
}

# What is left as it is stays in the cache, and is not taken for this run; what is made without it is not kept.
take_kept()
{
	local file
	copy_kept
	for file in "$history" "$forks"; do
		if ! usable_history "$file"; then
			rm -f -- "$file" "$file"-wal "$file"-shm
			keep=
		fi
	done
}

# give_kept: it goes back to where the cache takes it from.
give_kept()
{
	small_history "$history" 1000
	bound_forks 20
	[[ -n $keep ]] || return 0
	rm -rf -- "$STEP_KEPT"
	cp -R -- "$folder/history" "$STEP_KEPT"
	set_output keep true
}

# Partly had is better than nothing; but nobody is to believe that it was all.
look_at_download()
{
	[[ $STEP_DOWNLOAD == success ]] ||
		warn 'not all segments could be had: the job needs the permission actions: read'
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
	local keep=1
	# the checkout may hold a broken .steady.yml, which is no matter of the history
	cd "$folder"
	[[ $INPUT_KEEP =~ ^(cache|branch)$ ]] || fail "keep: cache or branch, not ${INPUT_KEEP}"
	set_output history-path "$history"
	take_kept
	[[ $INPUT_KEEP != branch ]] || branch_read "$history"
	look_at_download
	find_segments
	set_output runs "${#segments[@]}"
	if ((${#segments[@]} == 0)); then
		[[ $STEP_DOWNLOAD != success ]] || printf '::notice title=steady::no job has left a segment\n'
		return 0
	fi
	steady_for 300 history import --history="$here" "${segments[@]}"
	[[ -e $here ]] || fail 'none of the segments could be used'
	take
	give_kept
	if [[ $INPUT_KEEP == branch ]] && is_trusted; then
		branch_append "${segments[@]}"
	fi
}

main
