# shellcheck shell=bash
# What the scripts share. Sourced, never run.
#
# Servers never run as root: when root calls, they run as SG_USER (default postgres), and so
# do the clusters' directories belong to that user.

# What the caller's shell is set to does not get in: neither the language, nor where PostgreSQL's
# clients would go and how they would print, nor how the tools would work otherwise. What stays says
# something on purpose: which PostgreSQL, and how patient the tests are.
for name in $(compgen -e); do
	case $name in
		PG_CONFIG | PG_CONFIGS | PG_SUPPORTED_VERSIONS | PG_TEST_TIMEOUT_DEFAULT) ;;
		PG* | PSQL* | PAGER | LC_* | LANG* | CDPATH | DESTDIR | GREP_* | PERL5OPT | PERL_UNICODE | \
			POSIXLY_CORRECT | TAR_OPTIONS) unset "$name" ;;
	esac
done
unset name
# LANG as well, because PostgreSQL's TAP tests take LC_ALL away.
export LANG=C.UTF-8 LC_ALL=C.UTF-8 TZ=UTC
umask 022
{ [ -d "${TMPDIR:-}" ] && [ -w "$TMPDIR" ]; } || unset TMPDIR

SG_TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
SG_USER=${SG_USER:-postgres}

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

# wrap_postgres COMMAND: in the copy of PostgreSQL that PG_CONFIG names, the server is started that way; "$real" "$@"
# is what would run otherwise. What initdb runs is not looked at: it is the server's own.
wrap_postgres()
{
	local bin
	bin=$(dirname "$PG_CONFIG")
	mv "$bin/postgres" "$bin/postgres.real"
	cat > "$bin/postgres" <<-END
		#!/bin/bash
		real=\$(dirname "\$(readlink -f "\$0")")/postgres.real
		case " \$* " in
			*" --boot "* | *" --single -F "* | *" --check "* | *" -V "* | *" --version "* | *" -C "*) exec -a "\$0" "\$real" "\$@" ;;
		esac
		$1
	END
	chmod 755 "$bin/postgres"
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
}

# Whatever still runs with its data below DIR is stopped the hard way: nobody needs that data.
stop_clusters_below()
{
	local pid_file
	find "$1" -name postmaster.pid 2> /dev/null | while read -r pid_file; do
		unprivileged "$SG_BIN/pg_ctl" -D "$(dirname "$pid_file")" -m immediate stop > /dev/null 2>&1 || true
	done
}

# servers_can_live DIR: a short path (a Unix socket's has 107 bytes) without odd characters, programs
# may be run there, and SG_USER gets at it.
servers_can_live()
{
	local rc=0
	[[ ${#1} -le 70 && $1 =~ ^/[A-Za-z0-9/._-]+$ ]] || return
	{ printf '#!/bin/sh\n' > "$1/try" && chmod 755 "$1/try" && unprivileged "$1/try"; } 2> /dev/null || rc=1
	rm -f "$1/try"
	return $rc
}

# temporary_directory NAME: a new one where servers can live.
temporary_directory()
{
	local base dir
	for base in "${TMPDIR:-/tmp}" /tmp /var/tmp; do
		dir=$(mktemp -d "$base/$1.XXXXXX" 2> /dev/null) || continue
		chmod 755 "$dir"
		if servers_can_live "$dir"; then
			echo "$dir"
			return
		fi
		rmdir "$dir"
	done
	die "found no usable temporary directory, neither TMPDIR nor /tmp nor /var/tmp"
}

# What PG_CONFIGS names, or all that Debian's and Red Hat's packages have installed with their development
# files: the array "configs", older versions first.
pg_configs()
{
	local config found=()
	read -ra found <<< "${PG_CONFIGS:-}"
	if [ ${#found[@]} = 0 ]; then
		for config in /usr/lib/postgresql/*/bin/pg_config /usr/pgsql-*/bin/pg_config; do
			[ -x "$config" ] && [ -f "$("$config" --includedir-server)/postgres.h" ] && found+=("$config")
		done
	fi
	mapfile -t configs < <(for config in "${found[@]}"; do echo "$(major_version "$config") $config"; done | sort -n | cut -d' ' -f2-)
}

major_version() { "$1" --version | sed -n 's/^PostgreSQL \([0-9]*\).*/\1/p'; }

# test_modules PG_CONFIG: where PostgreSQL's modules for TAP tests are: its own, if they are of 15 or later, or
# those of the oldest version that has them, or those in SG_TEST_MODULES. They drive older servers as well.
test_modules()
{
	local config dir
	[ -z "${SG_TEST_MODULES:-}" ] || { echo "$SG_TEST_MODULES"; return; }
	for config in "$1" $(ls -d /usr/lib/postgresql/*/bin/pg_config /usr/pgsql-*/bin/pg_config 2> /dev/null | sort -V); do
		[ "$(major_version "$config")" -ge 15 ] || continue
		dir=$(dirname "$("$config" --pgxs)")/../../src/test/perl
		[ ! -f "$dir/PostgreSQL/Test/Cluster.pm" ] || { echo "$dir"; return; }
	done
	return 1
}
