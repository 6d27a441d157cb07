#!/usr/bin/perl
# Perl, DBD::Pg: asserts the release before the application serves.
use strict;
use warnings;
use DBI;
use Encode;

# DBD::Pg takes and gives characters, the system bytes
@ARGV = map { decode('UTF-8', $_) } @ARGV;
binmode STDOUT, ':encoding(UTF-8)';
my ($user, $host, $port, $db) = $ENV{DATABASE_URL} =~ m{^postgresql://(\w+)\@([\w.]+):(\d+)/(\w+)$} or die;
my $dbh = DBI->connect("dbi:Pg:dbname=$db;host=$host;port=$port", $user, undef, { RaiseError => 1, PrintError => 0 });
if (!eval { $dbh->do('SELECT schema_guard.assert_release(?, ?)', undef, @ARGV[ 0, 1 ]); 1 })
{
	printf "SQLSTATE %s\n%s\nDETAIL: %s\nHINT: %s\n", $dbh->state, map { $dbh->pg_error_field($_) } qw(message_primary message_detail message_hint);
	exit 1;
}
print "fits\n";
