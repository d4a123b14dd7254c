# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What the steps of the three actions have in common. What users and events say comes in by the
# environment (INPUT_…), is only ever used in quotes, and never becomes part of a script.

# A name or a value that comes from outside: one line, nothing that acts on the log.
one_line()
{
	local text=${1//[[:cntrl:]]/ }
	printf '%s' "${text:0:200}"
}

say()
{
	printf 'steady: %s\n' "$(one_line "$*")"
}

warn()
{
	printf '::warning title=steady::%s\n' "$(one_line "$*" | sed 's/%/%25/g')"
}

fail()
{
	printf '::error title=steady::%s\n' "$(one_line "$*" | sed 's/%/%25/g')" >&2
	exit 125
}

# set_output NAME VALUE: between lines that no value can repeat.
set_output()
{
	local end
	end=end-$(random_hex 16)
	printf '%s<<%s\n%s\n%s\n' "$1" "$end" "$2" "$end" >>"$GITHUB_OUTPUT"
}

random_hex()
{
	od -An -v -N "$1" -tx1 /dev/urandom | tr -d ' \n'
}

# Whether the change that an event is about is of this repository. A fork that is gone has no name any more.
is_ours()
{
	[[ ${STEP_HEAD_REPOSITORY,,} == "${GITHUB_REPOSITORY,,}" ]]
}

# The first 16 digits of a hash of all arguments.
hash_of()
{
	printf '%s\0' "$@" | sha256sum | cut -c 1-16
}

# add_option ARRAY OPTION VALUE: nothing for an empty one.
add_option()
{
	local -n words=$1
	[[ -z $3 ]] || words+=("--$2=$3")
}

# add_lines ARRAY OPTION VALUE: once for each line of it.
add_lines()
{
	local line
	while IFS= read -r line; do
		line=${line#"${line%%[![:space:]]*}"}
		line=${line%"${line##*[![:space:]]}"}
		add_option "$1" "$2" "$line"
	done <<<"$3"
}

# Where this use of the action keeps its files: a folder of its own, in the order of uses in the job, so
# that it is the same one in the next run.
new_folder()
{
	local base=$RUNNER_TEMP/steady number=1
	mkdir -p "$base"
	until mkdir "$base/$number" 2>/dev/null; do
		((number++ < 100)) || fail "$base cannot be written"
	done
	printf '%s/%s' "$base" "$number"
}

# append_summary FILE: GitHub drops one that is too long as a whole.
append_summary()
{
	local most=$((900 * 1024))
	[[ -s $1 && -n ${GITHUB_STEP_SUMMARY:-} ]] || return 0
	if (($(stat -c %s "$1") <= most)); then
		cat "$1" >>"$GITHUB_STEP_SUMMARY"
	else
		printf 'The summary is too long for this page: it is in %s.\n' "${1##*/}" >>"$GITHUB_STEP_SUMMARY"
	fi
}

# What the cache gave back lies where the cache wants it; this use works on a copy of its own.
copy_kept()
{
	[[ -z ${STEP_KEPT:-} || $STEP_KEPT -ef $STEP_FOLDER/history ]] ||
		cp -R -- "$STEP_KEPT/." "$STEP_FOLDER/history"
}

# usable_history FILE: one that came out of a cache damaged would stay there for ever, and nothing would be
# recorded any more. A new one begins; the old cache stays under its own key. False where it is sound
# but not for us, such as that of a newer steady: it is not to be replaced by what we make of it.
usable_history()
{
	local said
	[[ -e $1 ]] || return 0
	if said=$(cd "$STEP_FOLDER" && "$STEP_STEADY" history info --history="$1" 2>&1 >/dev/null); then
		return 0
	fi
	if [[ $said == *"$1: is "@(damaged|not a database|not a steady history)* ]]; then
		warn 'the history that was kept is damaged: a new one begins'
		rm -f -- "$1" "$1"-wal "$1"-shm
		return 0
	fi
	warn "the history that was kept is left as it is: ${said#*"$1: "}"
	return 1
}

# steady_for SECONDS ARGUMENTS…: 65 (something could not be used, and was left out) is no failure.
steady_for()
{
	local code=0 seconds=$1
	shift
	unobeyed timeout --kill-after=10 "$seconds" "$STEP_STEADY" "$@" || code=$?
	((code == 0 || code == 65)) || fail "steady $1: exit code $code"
}

# exceeds FILE MIB
exceeds()
{
	[[ -e $1 ]] && (($(stat -c %s "$1") > $2 * 1024 * 1024))
}

# small_history FILE MIB: what grows beyond that loses its oldest details, but none of the last week.
small_history()
{
	exceeds "$1" "$2" || return 0
	unobeyed "$STEP_STEADY" history compact --history="$1" --max-size="$2MiB" ||
		say "${1##*/} could not be made smaller"
}

# unobeyed COMMAND…: what it says (names of files, errors about their contents) might be commands for the
# log; GitHub takes none meanwhile.
unobeyed()
{
	local token code=0
	token=$(random_hex 16)
	printf '::stop-commands::%s\n' "$token"
	"$@" || code=$?
	printf '::%s::\n' "$token"
	return "$code"
}
