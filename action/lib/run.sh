#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs INPUT_COMMAND by `steady run`, or imports INPUT_JUNIT and judges that. The shell becomes steady
# (exec), because a cancelled job sends its signals to this process alone.
set -euo pipefail
lib=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$lib/common.sh"

: "${STEP_STEADY:?}" "${STEP_FOLDER:?}"
segment=$STEP_FOLDER/segment.ndjson.zst
history=${INPUT_HISTORY:-$STEP_FOLDER/history/history.db}
job=${INPUT_JOB:-$GITHUB_JOB}
options=()

# Options that an input hands on as it is; the input's name is the option's.
common_options()
{
	options+=("--job=$job" "--history=$history")
	add_lines options variant "${INPUT_VARIANT:-}"
	add_option options matrix "${STEP_MATRIX:-}"
	add_option options config "${INPUT_CONFIG:-}"
}

telling_options()
{
	options+=(--annotate=github "--outputs=$GITHUB_OUTPUT" "--summary=$STEP_FOLDER/summary.md")
}

# One line of plain words is started as such, so that steady knows the framework; whatever needs a shell
# becomes a script, in a file.
command_words()
{
	local command=$1 script=$STEP_FOLDER/command.sh
	command=${command#"${command%%[![:space:]]*}"}
	command=${command%"${command##*[![:space:]]}"}
	if [[ $command =~ ^[A-Za-z0-9_./:=@%+,\ -]+$ ]]; then
		read -ra words <<<"$command"
		[[ ${words[0]} != *=* ]] || words=(env "${words[@]}")
		[[ $(type -t -- "${words[0]}") =~ ^(builtin|keyword|function)$ ]] || return 0
	fi
	printf '%s\n' "$command" >"$script"
	words=(bash --noprofile --norc -eo pipefail "$script")
}

run_command()
{
	local -a words=()
	local name
	command_words "$INPUT_COMMAND"
	for name in retries timeout wait-timeout flaky quarantine; do
		local variable=INPUT_${name^^}
		variable=${variable//-/_}
		add_option options "$name" "${!variable:-}"
	done
	add_lines options junit "${INPUT_JUNIT:-}"
	add_lines options wait "${INPUT_WAIT:-}"
	telling_options
	exec "$STEP_STEADY" run "${options[@]}" "--segment=$segment" -- "${words[@]}"
}

# Results files by name, as lines of the input say.
result_files()
{
	local line
	while IFS= read -r line; do
		line=${line#"${line%%[![:space:]]*}"}
		line=${line%"${line##*[![:space:]]}"}
		[[ $line != -* ]] || line=./$line
		[[ -z $line ]] || files+=("$line")
	done <<<"$1"
}

# The results of a fork, in a workflow_run that follows its run, are judged by a copy of what is known, which nobody
# keeps: they may say anything.
keep_apart()
{
	local known=$history
	history=$STEP_FOLDER/apart.db
	options+=("--history=$history")
	say 'these results come from a fork: they are judged, and not kept'
	[[ ! -e $known ]] || unobeyed "$STEP_STEADY" history merge --history="$history" "$known"
}

# A job that is run again is another run. The files that could be used are judged in any case.
import_files()
{
	local key=$GITHUB_RUN_ID.${GITHUB_RUN_ATTEMPT:-1} code=0
	local -a files=()
	result_files "$INPUT_JUNIT"
	[[ ${GITHUB_EVENT_NAME:-} != workflow_run ]] || is_ours || keep_apart
	unobeyed "$STEP_STEADY" import "${options[@]}" "--run=$key" "${files[@]}" || code=$?
	if "$STEP_STEADY" history export "--job=$job" "--history=$history" "--run=$key" \
		"--output=$segment"; then
		set_output segment-path "$segment"
	fi
	telling_options
	"$STEP_STEADY" explain "${options[@]}" "$key" || exit "$((code > 0 ? code : $?))"
	exit "$code"
}

# What only these scripts are told is no matter of the tests; other variables of such names are.
own=(INPUT_COMMAND INPUT_JUNIT INPUT_RETRIES INPUT_TIMEOUT INPUT_WAIT INPUT_WAIT_TIMEOUT INPUT_FLAKY
	INPUT_QUARANTINE INPUT_JOB INPUT_VARIANT INPUT_CONFIG INPUT_HISTORY STEP_MATRIX STEP_STEADY STEP_FOLDER
	STEP_KEPT STEP_HEAD_REPOSITORY)
export -n "${own[@]}"
# One stream: what is said on both keeps its order, and the words that stop commands hold for both.
exec 2>&1
if [[ -z ${INPUT_HISTORY:-} ]]; then
	copy_kept
	! usable_history "$history" || set_output usable true
fi
common_options
if [[ -n ${INPUT_COMMAND:-} ]]; then
	run_command
elif [[ -n ${INPUT_JUNIT:-} ]]; then
	import_files
fi
fail 'nothing to do: the input command is a test command, or junit names result files'
