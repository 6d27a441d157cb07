# Several major versions of PostgreSQL side by side: scripts/across-majors names their installations.
package Majors;

use strict;
use warnings;
use Exporter 'import';
use FindBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SchemaGuardTest;

our @EXPORT = qw(majors bin_of new_major start_major query forget_attver forget_attver_in);

# [ major version, pg_config ], older ones first
sub majors
{
	my @majors;
	foreach my $config (split ' ', $ENV{SG_PG_CONFIGS} // '')
	{
		my ($version) = run_command([ $config, '--version' ]);
		push @majors, [ $version =~ /^PostgreSQL (\d+)/, $config ];
	}
	return sort { $a->[0] <=> $b->[0] } @majors;
}

sub bin_of { my ($major) = @_; return $major->[1] =~ s{/pg_config$}{}r; }

# A cluster of that version. checksums => 0: as it was the default before 18.
sub new_major
{
	my ($name, $major, %options) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name, install_path => bin_of($major) =~ s{/bin$}{}r);
	my @extra = ('--encoding=UTF8', '--no-locale');
	push @extra, '--no-data-checksums' if defined $options{checksums} && $major->[0] >= 18;
	$node->init(extra => \@extra);
	return $node;
}

sub start_major
{
	my ($name, $major, @conf) = @_;
	my $node = new_major($name, $major);
	$node->append_conf('postgresql.conf', join("\n", 'max_prepared_transactions = 10', @conf, ''));
	$node->start;
	return $node;
}

sub query
{
	my ($node, $db, $sql) = @_;
	return $node->safe_psql($db, $sql, extra_params => ['-q']);
}

# 15.20 and 17.12 keep in pg_attribute.attoptions what other versions do not know: there pg_upgrade fails, and a dump
# loses the options of the column that it sets together with this. docs/fingerprint.md has what prevents both.
sub knows_attver { my ($major) = @_; return slurp_file(bin_of($major) . '/postgres') =~ /pg_attver/ }

sub from_the_docs
{
	my ($begin) = @_;
	my ($code) = slurp_file("$FindBin::RealBin/../../docs/fingerprint.md") =~ /^```\w+\n(\Q$begin\E.*?)^```/ms;
	return $code // die "docs/fingerprint.md has nothing that begins with $begin";
}

# Before pg_upgrade to that version.
sub forget_attver
{
	my ($node, $target, @dbs) = @_;
	return if knows_attver($target);
	query($node, $_, from_the_docs('UPDATE pg_attribute')) foreach @dbs;
	return;
}

# In a dump for that version.
sub forget_attver_in
{
	my ($dump, $target) = @_;
	return if knows_attver($target);
	system_or_bail('sh', '-c', from_the_docs('sed') =~ s/dump\.sql/"\$1"/r, 'sh', $dump);
	return;
}

1;
