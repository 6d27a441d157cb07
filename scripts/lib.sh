# shellcheck shell=bash
# What the scripts share. Sourced, never run.
#
# Servers never run as root: when root calls, they run as SG_USER (default postgres), and so
# do the clusters' directories belong to that user.

SG_TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
SG_USER=${SG_USER:-postgres}
export LC_ALL=C.UTF-8		# messages and numbers that the scripts can read

die() { echo "${0##*/}: $*" >&2; exit 1; }

# Run a command as somebody who may run a server.
unprivileged()
{
	if [ "$(id -u)" = 0 ]; then
		runuser -u "$SG_USER" -- "$@"
	else
		"$@"
	fi
}

# copy_tree DIR: this working tree as sources, without what a build has left.
copy_tree()
{
	tar -C "$SG_TOP" -cf - --exclude=./.git --exclude='*.o' --exclude='*.bc' --exclude='*.so' \
		--exclude=./results --exclude=./output_iso --exclude='./tmp_check*' . | tar -C "$1" -xf -
}

give_away() { [ "$(id -u)" != 0 ] || chown -R "$SG_USER": "$@"; }

# The real pg_config, not a wrapper: only the real one can be copied and still find its way.
real_pg_config()
{
	local wrapper=${PG_CONFIG:-pg_config} bindir
	bindir=$("$wrapper" --bindir 2>/dev/null) || die "no pg_config: set PG_CONFIG or install PostgreSQL's development files"
	[ -f "$("$wrapper" --pgxs)" ] || die "$wrapper knows no pgxs.mk: install PostgreSQL's development files"
	echo "$bindir/pg_config"
}

# new_cluster DIR: initdb into DIR/data, socket in DIR, nothing on the network, no fsync.
new_cluster()
{
	local dir=$1
	unprivileged "$SG_BIN/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 \
		--no-sync > "$dir/initdb.log" 2>&1 || { cat "$dir/initdb.log" >&2; die "initdb failed"; }
	cat >> "$dir/data/postgresql.conf" <<-END
		listen_addresses = ''
		unix_socket_directories = '$dir'
		unix_socket_permissions = 0700
		fsync = off
		max_prepared_transactions = 10
		log_line_prefix = '%m [%p] %q%u@%d %a '
	END
}

start_cluster()
{
	local dir=$1
	unprivileged "$SG_BIN/pg_ctl" -D "$dir/data" -l "$dir/server.log" -w -t 60 start > /dev/null ||
		{ tail -20 "$dir/server.log" >&2; die "the server did not start, log: $dir/server.log"; }
}

cluster_runs() { unprivileged "$SG_BIN/pg_ctl" -D "$1/data" status > /dev/null 2>&1; }

stop_cluster()
{
	! cluster_runs "$1" || unprivileged "$SG_BIN/pg_ctl" -D "$1/data" -m fast -w stop > /dev/null
}

# use_cluster DIR: clients started from here on talk to it.
use_cluster()
{
	export PGHOST=$1 PGPORT=5432 PGUSER=postgres PGDATABASE=${2:-postgres}
	export PATH=$SG_BIN:$PATH
	unset PGSERVICE PGSERVICEFILE PGPASSWORD PGOPTIONS PGHOSTADDR PGSSLMODE || true
}

# Whatever still runs with its data below DIR is stopped the hard way: nobody needs that data.
stop_clusters_below()
{
	local pid_file
	find "$1" -name postmaster.pid 2> /dev/null | while read -r pid_file; do
		unprivileged "$SG_BIN/pg_ctl" -D "$(dirname "$pid_file")" -m immediate stop > /dev/null 2>&1 || true
	done
}

# temporary_directory NAME: a new one where servers can live: a short path (a Unix socket's has
# 107 bytes) without odd characters, programs may be run there, and SG_USER gets at it.
temporary_directory()
{
	local base dir
	for base in "${TMPDIR:-/tmp}" /tmp /var/tmp; do
		[[ ${#base} -le 50 && $base =~ ^/[A-Za-z0-9/._-]+$ ]] || continue
		dir=$(mktemp -d "$base/$1.XXXXXX" 2> /dev/null) || continue
		chmod 755 "$dir"
		if printf '#!/bin/sh\n' > "$dir/try" && chmod 755 "$dir/try" && unprivileged "$dir/try" 2> /dev/null; then
			rm "$dir/try"
			echo "$dir"
			return
		fi
		rm -rf "$dir"
	done
	die "found no usable temporary directory, neither TMPDIR nor /tmp nor /var/tmp"
}
