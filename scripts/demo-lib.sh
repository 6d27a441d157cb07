# shellcheck shell=bash
# What the demos share: telling a story on a private cluster and checking each step of it. Sourced, never run,
# after lib.sh.

bold='' dim='' red='' plain=''
[ ! -t 1 ] || { bold=$'\e[1m'; dim=$'\e[36m'; red=$'\e[31m'; plain=$'\e[0m'; }

# use_place DIR: the demo lives there, or where that is a link to.
use_place()
{
	dir=$1
	[[ $dir = /* ]] || dir=$PWD/$dir
	link=$dir
	[ ! -L "$link" ] || dir=$(readlink "$link")
}

chapter() { printf '\n%s== %s%s\n' "$bold" "$*" "$plain"; }
tell() { printf '\n%s\n' "$*"; }

fail() { reason=$*; exit 1; }
finish()
{
	local rc=$? log
	trap - EXIT
	[ "$rc" != 0 ] || exit 0
	[ -z "${SG_BIN:-}" ] || [ ! -e "$dir/data" ] || stop_cluster "$dir"
	printf '\nThe demo did not get to its end: %s\n' "${reason:-an unexpected error, see above}" >&2
	for log in "$dir/build.log" "$dir/server.log"; do
		[ ! -e "$log" ] || printf 'See %s\n' "$log" >&2
	done
	exit "$rc"
}

# The demo ends unless the text has every pattern (extended regular expressions).
expect()	# WHAT TEXT PATTERN...
{
	local what=$1 text=$2 pattern
	shift 2
	for pattern; do
		grep -qE -- "$pattern" <<< "$text" || fail "$what is not as it should be: no /$pattern/ in: $text"
	done
}

# In the story everybody types plain psql: no rc file, no pager, it stops at the first error and
# shows SQLSTATEs.
psql() { command psql -X -q -v ON_ERROR_STOP=1 -v VERBOSITY=verbose -P pager=off -P footer=off "$@"; }

quietly() { psql -A -t -d "$1" -c "$2"; }

# Show a shell command and run it.
run()
{
	printf '%s$ %s%s\n' "$dim" "$1" "$plain"
	eval "$1"
}

# Run what must fail, show its error, keep it in "refusal".
refused()	# WHAT COMMAND...
{
	local what=$1
	shift
	if refusal=$("$@" 2>&1); then
		echo "$refusal"
		fail "$what went through"
	fi
	refusal=$(grep -v '^LOCATION: ' <<< "$refusal")
	sed -E "s/^(.*(ERROR|FATAL): .*)\$/$red\1$plain/" <<< "$refusal"
}

# What else is in the directory is somebody's: it is no demo's.
remove()
{
	if [ -e "$dir/pg_config" ]; then
		SG_BIN=$(dirname "$(cat "$dir/pg_config")")
		stop_clusters_below "$dir"
		rm -rf "$dir"
	elif [ -e "$dir" ]; then
		rmdir "$dir" 2> /dev/null || die "$dir is not empty, and there is no demo in it"
	fi
	[ ! -L "$link" ] || rm "$link"
	dir=$link
}

make_place()
{
	mkdir "$dir" || fail "cannot make $dir"
	if ! servers_can_live "$dir"; then
		rmdir "$dir"
		dir=$(temporary_directory sg-demo)
		ln -s "$dir" "$link"
	fi
	: > "$dir/pg_config"
}

# Called where "set -e" does not count.
build()
{
	local make
	mkdir "$dir/src" && copy_tree "$dir/src" &&
		"$SG_TOP/scripts/private-postgres" "$dir/pg" > "$dir/pg_config" || return
	make=(make -s -C "$dir/src" PG_CONFIG="$(cat "$dir/pg_config")" with_llvm=no)
	"${make[@]}" -j"$(nproc)" all && "${make[@]}" install && rm -r "$dir/src"
}

# A new cluster with the extension, in a new place.
make_cluster()
{
	remove
	make_place
	build > "$dir/build.log" 2>&1 || { tail -n 20 "$dir/build.log" >&2; fail "the build failed"; }
	SG_BIN=$(dirname "$(cat "$dir/pg_config")")
	give_away "$dir"
	new_cluster "$dir"
	start_cluster "$dir"
}

# use_demo [DATABASE]: clients started from here on talk to the cluster.
use_demo()
{
	[ -e "$dir/data" ] || die "there is no demo here: make demo"
	SG_BIN=$(dirname "$(cat "$dir/pg_config")")
	use_cluster "$dir" "${1:-postgres}"
}

# play STORY: what every demo begins with, then the story.
play()
{
	trap finish EXIT
	trap 'reason="it was interrupted"; exit 130' INT TERM
	"$SG_TOP/scripts/install-needs"
	echo "Building, and making a PostgreSQL of its own in $dir (no other is touched) ..."
	set_up
	echo "Ready after $SECONDS s."
	SECONDS=0
	"$@"
}
