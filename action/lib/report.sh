#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The report as a page, and the issue: found by its label and a marker in its text, else made. steady writes
# what is asked of GitHub's API and reads its answers; here they are only sent.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# steady reads what anybody may have written: the token is for curl alone.
export -n INPUT_TOKEN
: "${INPUT_TITLE:=Flake report}" "${INPUT_LABEL:=flake-report}"
history=${INPUT_HISTORY:-$STEP_KEPT/history.db}
api=$STEP_FOLDER/api
page=$STEP_FOLDER/page/index.html
issues=${GITHUB_API_URL:-https://api.github.com}/repos/$GITHUB_REPOSITORY/issues

# ask ANSWER OPTION… URL: the token goes by a file that only curl reads, not by the command line.
ask()
{
	local answer=$1 code
	shift
	[[ ${INPUT_TOKEN:-} =~ ^[A-Za-z0-9_.-]+$ ]] || fail 'the input token is none'
	code=$(printf 'header = "Authorization: Bearer %s"\n' "$INPUT_TOKEN" |
		curl --config - --silent --show-error --max-time 60 --output "$answer" \
			--write-out '%{http_code}' --header 'Accept: application/vnd.github+json' \
			--header 'X-GitHub-Api-Version: 2022-11-28' \
			--header 'Content-Type: application/json' "$@") || fail "$issues cannot be asked"
	[[ $code == 2?? ]] || fail "$issues answered with $code: the job needs the permission issues: write"
}

# A number that steady has read out of an answer.
number()
{
	[[ ! -e $api/number ]] || cat "$api/number"
}

report()
{
	unobeyed "$STEP_STEADY" report --history="$history" --since="${INPUT_SINCE:-7d}" "$@" ||
		fail 'steady report has failed'
}

requests()
{
	report --format=markdown --output="$STEP_FOLDER/body.md" --state="$1" --requests="$api" \
		--title="$INPUT_TITLE" --label="$INPUT_LABEL"
}

# A new issue says everything by itself; an old one is edited, and a comment calls people when something
# is different.
keep_issue()
{
	local state=$STEP_TOLD/state.json id
	mkdir -p "$api"
	ask "$api/list.json" --retry 3 --get --data-urlencode "labels=$INPUT_LABEL" --data-urlencode state=open \
		--data-urlencode per_page=100 "$issues"
	requests "$state"
	id=$(number)
	if [[ -z $id ]]; then
		ask "$STEP_FOLDER/answer.json" --data-binary "@$api/create.json" "$issues"
		# the answer is one issue, which is a list of one
		{ printf '['; cat "$STEP_FOLDER/answer.json"; printf ']'; } >"$api/list.json"
		requests "$state"
		id=$(number)
	else
		ask "$STEP_FOLDER/answer.json" --request PATCH --data-binary "@$api/edit.json" "$issues/$id"
		[[ ! -e $api/comment.json ]] ||
			ask "$STEP_FOLDER/answer.json" --data-binary "@$api/comment.json" "$issues/$id/comments"
	fi
	set_output issue-number "${id:-0}"
}

if [[ ! -e $history ]]; then
	printf '::notice title=steady::there is no history yet: the collect action keeps one\n'
	exit 0
fi
mkdir -p "${page%/*}"
report --format=html --output="$page"
set_output page-path "$page"
report --format=markdown --output="$STEP_FOLDER/summary.md"
append_summary "$STEP_FOLDER/summary.md"
if [[ ${INPUT_ISSUE:-true} == true ]]; then
	keep_issue
fi
