# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# The history as a branch: a file for each segment, YYYY/MM/RUN-ATTEMPT-HASH.ndjson.zst, that is only ever
# added. The name follows from the content, so what is added twice is there once, and additions of others
# never conflict. The database is made from it, and can be made again.

branch_folder()
{
	printf '%s/branch' "$STEP_FOLDER"
}

# The token stands in the environment of git alone: command lines are seen by all processes.
branch_git()
{
	local login
	login=$(printf 'x-access-token:%s' "$INPUT_TOKEN" | base64 -w 0)
	GIT_TERMINAL_PROMPT=0 GIT_CONFIG_COUNT=1 \
		GIT_CONFIG_KEY_0="http.$GITHUB_SERVER_URL/.extraheader" \
		GIT_CONFIG_VALUE_0="AUTHORIZATION: basic $login" \
		git -c user.name='github-actions[bot]' \
		-c user.email='41898282+github-actions[bot]@users.noreply.github.com' \
		-C "$(branch_folder)" "$@"
}

# Brings what the branch holds, and nothing else; one that is not there yet begins empty.
branch_fetch()
{
	local code=0
	rm -rf -- "$(branch_folder)"
	mkdir -p "$(branch_folder)"
	branch_git init --quiet
	branch_git remote add origin "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY"
	branch_git ls-remote --exit-code --heads origin "refs/heads/$INPUT_BRANCH" >/dev/null || code=$?
	case $code in
	0)
		branch_git fetch --quiet --depth=1 origin "refs/heads/$INPUT_BRANCH"
		branch_git checkout --quiet --detach FETCH_HEAD
		;;
	2) ;;
	*) fail "the branch $INPUT_BRANCH cannot be read" ;;
	esac
}

# branch_read HISTORY: takes into it what the branch holds and it has not seen yet.
branch_read()
{
	local seen=$STEP_FOLDER/history/branch.seen history=$1 at
	local -a new=()
	git check-ref-format --branch "$INPUT_BRANCH" >/dev/null 2>&1 || fail "branch: $INPUT_BRANCH is no name of one"
	branch_fetch
	[[ -e $history && -e $seen ]] || : >"$seen"
	(cd "$(branch_folder)" && find . -path ./.git -prune -o -type f -name '*.ndjson.zst' -print | LC_ALL=C sort) >"$seen.now"
	mapfile -t new < <(LC_ALL=C comm -13 "$seen" "$seen.now")
	# by the thousand: a command line has an end
	for ((at = 0; at < ${#new[@]}; at += 1000)); do
		(cd "$(branch_folder)" && steady_for 600 history import --history="$history" "${new[@]:at:1000}")
	done
	mv "$seen.now" "$seen"
}

# Copies what is not there yet; false when all is.
branch_add()
{
	local path name target added=1
	target=$(branch_folder)/$(date -u +%Y/%m)
	for path in "$@"; do
		name=$(one_line "$STEP_RUN")-${GITHUB_RUN_ATTEMPT:-1}-$(sha256sum "$path" | cut -c 1-16).ndjson.zst
		[[ -z $(find "$(branch_folder)" -name "*-${name##*-}" -print -quit) ]] || continue
		mkdir -p "$target"
		cp -- "$path" "$target/${name//[^0-9A-Za-z.-]/_}"
		added=0
	done
	return "$added"
}

# Who is slower than another one begins again on top of that.
branch_append()
{
	local try
	for try in 1 2 3 4 5 6 7 8 9 10; do
		branch_add "$@" || return 0
		branch_git add --all
		branch_git commit --quiet --message="Runs of $(one_line "$STEP_RUN")"
		if branch_git push --quiet origin "HEAD:refs/heads/$INPUT_BRANCH" 2>"$STEP_FOLDER/push.log"; then
			return 0
		fi
		say "somebody else has pushed to $INPUT_BRANCH: try $try"
		branch_fetch
	done
	unobeyed cat "$STEP_FOLDER/push.log"
	fail "$INPUT_BRANCH cannot be pushed: the job needs the permission contents: write"
}
