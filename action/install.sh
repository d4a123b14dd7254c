#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# install.sh [--to FOLDER] [--from-source] [--manifest FILE] [--base-url URL]
#
# Installs steady in FOLDER/bin (default: a folder of its own in the CI's tool cache, else in a temporary one of
# the job, else in ~/.cache) and prints that bin folder. Which version, and what its archive must hash to, is in
# manifest.txt beside this script: who pins this script pins the program. Where there is no archive
# for this machine, or with --from-source, it is built with apt and CMake from the sources around.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
source_root=$(dirname "$here")
manifest=$here/manifest.txt
base_url=
to=
from_source=
repository=${STEP_REPOSITORY:-${GITHUB_ACTION_REPOSITORY:-}}
version=
archive=
digest=
work=

say()
{
	printf 'steady: %s\n' "$*" >&2
}

fail()
{
	say "$*"
	exit 125
}

usage()
{
	sed -n '4,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
	exit 125
}

read_arguments()
{
	while (($# > 0)); do
		case $1 in
		--from-source) from_source=1 ;;
		--to) to=${2:?--to needs a folder} && shift ;;
		--manifest) manifest=${2:?--manifest needs a file} && shift ;;
		--base-url) base_url=${2:?--base-url needs an address} && shift ;;
		*) usage ;;
		esac
		shift
	done
}

read_manifest()
{
	local word machine file sum
	while read -r word machine file sum; do
		case $word in
		version) version=$machine ;;
		steady) [[ $machine != "$(uname -m)" ]] || { archive=$file && digest=$sum; } ;;
		esac
	done <"$manifest"
	[[ $version =~ ^[0-9A-Za-z.+-]+$ ]] || fail "$manifest: no version"
}

# The releases of the repository that this action is used from. GITHUB_REPOSITORY is that of the tests.
default_url()
{
	[[ -z $repository ]] || printf '%s/%s/releases/download/v%s' \
		"${GITHUB_SERVER_URL:-https://github.com}" "$repository" "$version"
}

is_installed()
{
	[[ -x $to/bin/steady && $("$to/bin/steady" --version 2>/dev/null) == *"$version"* ]]
}

download()
{
	local url=$base_url/$archive protocol='=https'
	[[ $url != http://127.0.0.1:* ]] || protocol='=http'
	say "downloading $url"
	curl --proto "$protocol" --tlsv1.2 --fail --silent --show-error --location --retry 3 \
		--max-time 120 --output "$work/archive" -- "$url" || fail "$url cannot be had"
	printf '%s  %s\n' "$digest" "$work/archive" | sha256sum --check --quiet - >&2 ||
		fail "$url is not what manifest.txt says: it hashes to something else"
	mkdir "$work/new"
	tar -xzf "$work/archive" -C "$work/new" --no-same-owner --strip-components=1
}

# The same sources are built once, where the tool cache stays.
digest_of_sources()
{
	(cd "$source_root" && find src include CMakeLists.txt CMakePresets.json -type f -print0 |
		LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-16)
}

build()
{
	say 'building from source'
	bash "$source_root/tests/install-packages" build >&2
	{
		cmake -S "$source_root" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
			-DSTEADY_TESTS=OFF
		cmake --build "$work/build" --target steady
		mkdir -p "$work/new/bin"
		cp "$work/build/bin/steady" "$work/new/bin/steady"
	} >&2
}

# can_write FOLDER: asked before a build, not behind it.
can_write()
{
	mkdir -p "$1" 2>/dev/null && [[ -w $1 ]]
}

# choose_place NAME: where it is already, else the first folder that can be written.
choose_place()
{
	local base
	local -a bases=()
	[[ -z ${RUNNER_TOOL_CACHE:-} ]] || bases+=("$RUNNER_TOOL_CACHE/steady")
	[[ -z ${RUNNER_TEMP:-} ]] || bases+=("$RUNNER_TEMP/steady/tool")
	bases+=("${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/steady")
	for base in "${bases[@]}"; do
		to=$base/$version/$1
		if is_installed || can_write "$(dirname "$to")"; then
			return 0
		fi
		say "$base cannot be written"
	done
	fail 'there is no folder to install it in: --to names one'
}

# Others may install the same at the same time: the first one wins.
put_in_place()
{
	[[ -x $work/new/bin/steady ]] || fail 'the archive holds no bin/steady'
	mkdir -p "$(dirname "$to")"
	if ! mv -T "$work/new" "$to" 2>/dev/null; then
		mkdir -p "$to/bin"
		mv -f "$work/new/bin/steady" "$to/bin/steady"
	fi
}

main()
{
	local kind=release
	read_arguments "$@"
	[[ $(uname -s) == Linux ]] || fail "steady runs on Linux, and this is $(uname -s)"
	read_manifest
	if [[ -z $from_source && -z $archive ]]; then
		say "there is no archive of steady $version for $(uname -m)"
		from_source=1
	fi
	: "${base_url:=$(default_url)}"
	if [[ -z $from_source && -z $base_url ]]; then
		say 'nobody says which repository this is used from'
		from_source=1
	fi
	[[ -z $from_source ]] || kind=$(digest_of_sources)
	if [[ -z $to ]]; then
		choose_place "$kind-$(uname -m)"
	elif ! is_installed; then
		can_write "$to" || fail "$to cannot be written"
	fi
	if ! is_installed; then
		work=$(mktemp -d)
		trap 'rm -rf "$work"' EXIT
		if [[ -n $from_source ]]; then build; else download; fi
		put_in_place
	fi
	is_installed || fail "$to/bin/steady does not start here"
	printf '%s\n' "$to/bin"
}

main "$@"
