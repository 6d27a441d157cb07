# Running scripts of random DDL (RandomDDL.pm), and what has to hold after each batch: the live state
# is what verify() would compute, row by row; the journal chains; the server's log has no fault of the
# guard. A script is saved as it is run, can be run again, and shrunk to what is needed to fail.
package RandomDDLRun;

use strict;
use warnings;
use File::Basename 'dirname';
use IPC::Run;
use JSON::PP;
use RandomDDL;
use Time::HiRes 'time';

my $here = dirname(__FILE__) . '/random_ddl';
my @roles = qw(sg_random_a sg_random_b sg_random_c);

# A line of a script that runs in a session: no line break, and no marker. Markers are comments:
#   -- scope FACETS [PATTERN...]	before the first batch
#   -- batch N				N counts from 1
#   -- session N			what follows is for session N of the batch
#   -- unit					what follows belongs together
#   -- kill					the server is killed while the batch runs

# connstr: sub (DATABASE) for psql -d. log: sub () that gives the server's log. crash: sub () that has
# the server killed and started, or undef.
sub new
{
	my ($class, %arg) = @_;
	my $self = bless { databases => 0, log_seen => 0, counts => {}, %arg }, $class;
	$self->{version} = $self->value('postgres', "SELECT current_setting('server_version_num')::integer / 10000");
	return $self;
}

# psql's output; dies if a statement fails.
sub value
{
	my ($self, $db, $sql) = @_;
	my ($out, $err) = $self->psql($db, $sql, 1);
	die "$sql: $err" if $? != 0;
	chomp $out;
	return $out;
}

sub psql_command
{
	my ($self, $db, $stop) = @_;
	return [ 'psql', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=' . ($stop ? 1 : 0), '-v', 'VERBOSITY=verbose', '-d', $self->{connstr}->($db), '-f', '-' ];
}

sub psql
{
	my ($self, $db, $sql, $stop) = @_;
	my ($out, $err) = ('', '');
	local $ENV{PGOPTIONS} = ($ENV{PGOPTIONS} // '') . ' -c client_min_messages=warning';
	local $ENV{PGCLIENTENCODING} = 'UTF8';
	IPC::Run::run($self->psql_command($db, $stop), '<', \$sql, '>', \$out, '2>', \$err);
	return ($out, $err);
}

# What all databases share; once.
sub prepare
{
	my ($self) = @_;
	foreach my $role (@roles) { $self->psql('postgres', "CREATE ROLE $role"); }
	$self->psql('postgres', "SET allow_in_place_tablespaces = on; CREATE TABLESPACE sg_random_space LOCATION ''") if $self->{version} >= 15;
	$self->psql('postgres', 'DROP DATABASE IF EXISTS random_template');
	$self->value('postgres', 'CREATE DATABASE random_template');
	$self->value('random_template', 'CREATE EXTENSION schema_guard');
	return;
}

# A new database with this scope: [ facets, pattern … ].
sub new_database
{
	my ($self, $scope) = @_;
	my $db = 'random_' . ++$self->{databases};
	my ($facets, @patterns) = @$scope;
	$self->drop_database($db) if $self->value('postgres', "SELECT count(*) FROM pg_database WHERE datname = '$db'");
	# not by WAL: of a sequence copied that way, nextval() is not logged at first, and a crash takes it back
	$self->value('postgres', "CREATE DATABASE $db TEMPLATE random_template" . ($self->{version} >= 15 ? ' STRATEGY file_copy' : ''));
	my $sql = "GRANT CREATE, TEMPORARY ON DATABASE $db TO " . join(', ', @roles) . ";\nGRANT CREATE ON SCHEMA public TO PUBLIC;\n";
	$sql .= "SELECT schema_guard.guard_facets('$facets');\n" if $facets ne '';
	$sql .= "SELECT schema_guard.exclude('$_', 'random');\n" foreach @patterns;
	$self->value($db, $sql . 'SELECT count(*) FROM schema_guard.verify()');
	# the journal tells what was changed since
	$self->{start}{$db} = $self->value($db, 'SELECT array_agg(digest)::text FROM schema_guard.live_object') =~ s/\\/\\\\/gr;
	$self->{first}{$db} = $self->value($db, 'SELECT max(journal_id) FROM schema_guard.journal_entry');
	delete $self->{unobserved}{$db};
	$self->log_since;
	return $db;
}

sub drop_database
{
	my ($self, $db) = @_;
	$self->psql($db, 'DO $$ DECLARE s name; BEGIN FOR s IN SELECT subname FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())'
		. ' LOOP EXECUTE format(\'ALTER SUBSCRIPTION %I DISABLE\', s); EXECUTE format(\'ALTER SUBSCRIPTION %I SET (slot_name = NONE)\', s); EXECUTE format(\'DROP SUBSCRIPTION %I\', s); END LOOP; END $$');
	$self->psql('postgres', "DROP DATABASE IF EXISTS $db");
	return;
}

# What the server has logged since the last call.
sub log_since
{
	my ($self) = @_;
	my $log = $self->{log}->();
	my $new = substr($log, $self->{log_seen});
	$self->{log_seen} = length $log;
	return $new;
}

# ------------------------------------------------------------------------------------------
# What has to hold
# ------------------------------------------------------------------------------------------

# The same questions everywhere; each row an item of what is wrong.
my $truth = <<"END" . <<'END';
\\set ON_ERROR_ROLLBACK off
SET search_path = pg_catalog;
SELECT 'fingerprint: the live state has ' || s.fingerprint || ', the schema ' || schema_guard.fingerprint()
  FROM schema_guard.live_state s WHERE NOT s.stale AND s.fingerprint <> schema_guard.fingerprint();
\\i '$here/../live_state.sql'
END
SELECT 'verify: ' || translate(concat_ws(' ', change, object_type, object_identity, facet, attribute, '|' || before, '->' || after), E'\n', ' ') FROM schema_guard.verify();
SELECT 'stale' FROM schema_guard.live_state WHERE stale;
SELECT 'journal: entry ' || journal_id || ' begins with ' || fingerprint_before || ', the one before ends with ' || last
  FROM (SELECT journal_id, fingerprint_before, lag(fingerprint_after) OVER (ORDER BY journal_id) AS last FROM schema_guard.journal_entry) j
 WHERE fingerprint_before <> last;
SELECT 'journal: the last entry ends with ' || j.fingerprint_after || ', the live state is ' || s.fingerprint
  FROM schema_guard.live_state s, (SELECT fingerprint_after FROM schema_guard.journal_entry ORDER BY journal_id DESC LIMIT 1) j
 WHERE j.fingerprint_after <> s.fingerprint;
-- what went in and out of the journal is what there is
SELECT 'journal: ' || encode(digest, 'hex') || ' is there ' || sum(there) || ' times, journaled ' || sum(journaled)
  FROM (SELECT digest, 1 AS there, 0 AS journaled FROM schema_guard.live_object
		UNION ALL SELECT unnest(:'start'::bytea[]), 0, 1
		UNION ALL SELECT digest_after, 0, 1 FROM schema_guard.journal_object WHERE digest_after IS NOT NULL AND journal_id > :first
		UNION ALL SELECT digest_before, 0, -1 FROM schema_guard.journal_object WHERE digest_before IS NOT NULL AND journal_id > :first) d
 GROUP BY digest HAVING sum(there) <> sum(journaled);
END

sub look
{
	my ($self, $db) = @_;
	my ($out, $err) = $self->psql($db, "\\set start '$self->{start}{$db}'\n\\set first $self->{first}{$db}\n$truth", 0);
	return (split(/\n/, $out), $err eq '' ? () : "check: $err");
}

# A list of what is wrong in the database. stale: 1 if the state may have been stale.
sub problems
{
	my ($self, $db, %may) = @_;
	my @problems;
	my $unobserved = 'SELECT count(*) FROM schema_guard.journal_entry WHERE verdict = \'unobserved\'';
	my $before = $self->value($db, $unobserved);
	push @problems, "$before entries of the journal are nobody's, were " . ($self->{unobserved}{$db} // 0)
		if $before > ($self->{unobserved}{$db} // 0) && !$may{unobserved};
	my @found = $self->look($db);
	if ($may{unobserved})
	{
		# verify() has repaired that: nothing is left
		@found = grep { !/^verify:|^fingerprint:|^live_object:|^live_mention:/ } @found;
		push @found, map { "after verify(): $_" } $self->look($db);
	}
	push @problems, @found;
	$self->{unobserved}{$db} = $self->value($db, $unobserved);
	return @problems;
}

# what of the server's log is a fault
sub faults
{
	my ($self, %may) = @_;
	my @found;
	foreach my $line (split /\n/, $self->log_since)
	{
		next if $line !~ /schema_guard could not|PANIC:|TRAP:|terminated by signal|SG006/;
		next if $line =~ /terminated by signal 9/ && $may{kill};
		# the bounded wait of docs/architecture.md, Locking: with one session there is nobody to wait for
		next if $line =~ /could not look.*(lock timeout|while another session has it locked|deadlock)/ && $may{sessions} && ++$self->{waits};
		push @found, "log: $line";
	}
	return @found;
}

# ------------------------------------------------------------------------------------------
# Running
# ------------------------------------------------------------------------------------------

# loaded, so that commands are noticed for which no event trigger fires
my $header = "LOAD 'schema_guard'; SET client_min_messages = warning; SET deadlock_timeout = '200ms'; SET lock_timeout = '3s'; SET statement_timeout = '20s'; SET allow_in_place_tablespaces = on;";

# Runs sessions at once, each a list of units. kill: a number of seconds after which the server is killed.
sub run_sessions
{
	my ($self, $db, $sessions, $kill) = @_;
	my @runs;
	local $ENV{PGCLIENTENCODING} = 'UTF8';
	foreach my $units (@$sessions)
	{
		my $run = { lines => [ map { @$_ } @$units ], out => '', err => '' };
		my $top = $header;
		$top =~ s/SET allow_in_place_tablespaces = on;// if $self->{version} < 15;
		$run->{in} = join("\n", $top, map { $_->{sql} } @{ $run->{lines} }) . "\n";
		$run->{handle} = IPC::Run::start($self->psql_command($db, 0), '<', \$run->{in}, '>', \$run->{out}, '2>', \$run->{err}, IPC::Run::timeout(300));
		push @runs, $run;
	}
	if ($kill)
	{
		select undef, undef, undef, $kill;
		$self->{crash}->();
	}
	foreach my $run (@runs)
	{
		IPC::Run::finish($run->{handle});
		$self->count_results($run);
	}
	if ($kill) { $self->value('postgres', 'SELECT 1'); }
	$self->wait_for_end($db);
	# what is left prepared ends here, by a number that the name gives
	foreach my $gid (split /\n/, $self->value($db, 'SELECT gid FROM pg_prepared_xacts WHERE database = current_database() ORDER BY 1'))
	{
		$self->psql($db, ($gid =~ /[02468]$/ ? 'COMMIT' : 'ROLLBACK') . " PREPARED '$gid'");
	}
	return;
}

# The server drops what depends on a session's temporary objects after its client has gone.
sub wait_for_end
{
	my ($self, $db) = @_;
	my $there = "SELECT count(*) FROM pg_stat_activity WHERE datname = '$db' AND backend_type = 'client backend'";
	foreach (1 .. 100)
	{
		last if $self->value('postgres', $there) == 0;
		select undef, undef, undef, 0.05;
	}
	return;
}

# which forms succeed, and what else psql said
sub count_results
{
	my ($self, $run) = @_;
	my %error;
	while ($run->{err} =~ /^psql:<stdin>:(\d+): (?:ERROR|FATAL):  (\w{5}): (.*)$/mg)
	{
		$error{ $1 - 2 } = "$2: $3";
	}
	for my $i (0 .. $#{ $run->{lines} })
	{
		my $form = $run->{lines}[$i]{form} or next;
		my $count = $self->{counts}{$form} //= { ok => 0, failed => 0, errors => {} };
		$self->{statements}++;
		if (defined $error{$i}) { $count->{failed}++; $count->{errors}{ $error{$i} }++; }
		else { $count->{ok}++; }
	}
	push @{ $self->{internal} }, $run->{err} =~ /(?:ERROR|FATAL):  (XX\w{3}: .*)/g;
	return;
}

sub may_of
{
	my ($sessions, $kill) = @_;
	my @lines = map { $_->{sql} } map { @$_ } map { @$_ } @$sessions;
	return (
		sessions => @$sessions > 1, kill => $kill,
		# what is done with the guard off, and what goes with a session
		unobserved => scalar(grep { m{schema_guard\.mode = off|/\* of the session \*/} } @lines));
}

# Runs one batch and returns what is wrong after it.
sub run_batch
{
	my ($self, $db, $sessions, $kill) = @_;
	my %may = may_of($sessions, $kill);
	$self->run_sessions($db, $sessions, $kill);
	return ($self->problems($db, %may), $self->faults(%may));
}

# One run: a seed, so many seconds or batches. Returns the problems of the batch that failed. What was
# run is in $self->{script}.
sub run_seed
{
	my ($self, $seed, %limit) = @_;
	my $random = RandomDDL->new(
		seed => $seed, version => $self->{version}, forms => "$here/forms.txt", roles => \@roles,
		tablespaces => [ $self->{version} >= 15 ? 'sg_random_space' : () ], max_objects => $limit{max_objects} // 250,
		without => { map { $_ => 1 } @{ $limit{without} // [] } });
	my $scope = $random->one_of([''], [''], ['{all}'], ['{all}'], [ '{structure,index,access,comment}', 's2.%' ], [ '', 's3', 's3.%', '%total%' ], ['{structure,storage,partitions}']);
	$scope = $limit{scope} if $limit{scope};
	my $db = $self->new_database($scope);
	my @script = ({ scope => $scope });
	$self->{script} = \@script;
	$random->{database} = $db;
	open my $fh, '<', "$here/model.sql" or die;
	my $model = do { local $/ = undef; <$fh> };
	close $fh;
	my $start = time;
	my $batches = 0;
	while ($batches < ($limit{batches} // 1e9) && time - $start < ($limit{seconds} // 1e9))
	{
		$random->set_model($self->value($db, $model));
		my $sessions = !$limit{one_session} && $random->chance(25) ? 2 + $random->rand_int(3) : 1;
		my $kill = $self->{crash} && !$limit{no_crash} && $random->chance(6) ? 0.02 + $random->rand_int(60) / 100 : 0;
		my @sessions = map { [ $random->batch($limit{units} // 12, $_) ] } 1 .. $sessions;
		push @script, { sessions => \@sessions, kill => $kill };
		$batches++;
		$self->save($limit{file}) if $limit{file};
		my @problems = $self->run_batch($db, \@sessions, $kill);
		if (@problems)
		{
			return ("seed $seed, batch $batches, database $db, scope @$scope", @problems);
		}
	}
	$self->{batches} += $batches;
	my ($recomputed, $entries) = split /\|/, $self->value($db, 'SELECT recomputed, (SELECT count(*) FROM schema_guard.journal_entry) FROM schema_guard.live_state');
	$self->{recomputed} += $recomputed;
	$self->{entries} += $entries;
	$self->drop_database($db) if !$limit{keep};
	return;
}

# ------------------------------------------------------------------------------------------
# Scripts
# ------------------------------------------------------------------------------------------

sub save
{
	my ($self, $file) = @_;
	open my $fh, '>', $file or die "$file: $!";
	my $n = 0;
	foreach my $batch (@{ $self->{script} })
	{
		if ($batch->{scope}) { print $fh '-- scope ' . join(' ', map { $_ eq '' ? '-' : $_ } @{ $batch->{scope} }) . "\n"; next; }
		print $fh '-- batch ' . ++$n . "\n";
		print $fh "-- kill $batch->{kill}\n" if $batch->{kill};
		my $session = 0;
		foreach my $units (@{ $batch->{sessions} })
		{
			print $fh '-- session ' . ++$session . "\n" if @{ $batch->{sessions} } > 1;
			foreach my $unit (@$units)
			{
				print $fh "-- unit\n", map { "$_->{sql}\n" } @$unit;
			}
		}
	}
	close $fh;
	return;
}

sub load
{
	my ($self, $file) = @_;
	my @script = ({ scope => [''] });
	open my $fh, '<', $file or die "$file: $!";
	while (my $line = <$fh>)
	{
		chomp $line;
		if ($line =~ /^-- scope (.*)/) { $script[0]{scope} = [ map { $_ eq '-' ? '' : $_ } split / /, $1 ]; }
		elsif ($line =~ /^-- batch/) { push @script, { sessions => [ [] ], kill => 0 }; }
		elsif ($line =~ /^-- kill (.*)/) { $script[-1]{kill} = $1; }
		elsif ($line =~ /^-- session (\d+)/) { $script[-1]{sessions}[ $1 - 1 ] = []; }
		elsif ($line =~ /^-- unit/) { push @{ $script[-1]{sessions}[-1] }, []; }
		elsif ($line =~ /^--|^\s*$/) { next; }
		else
		{
			push @script, { sessions => [ [] ], kill => 0 } if @script == 1;
			push @{ $script[-1]{sessions}[-1] }, [] if !@{ $script[-1]{sessions}[-1] };
			push @{ $script[-1]{sessions}[-1][-1] }, { sql => $line, form => 0 };
		}
	}
	close $fh;
	$self->{script} = \@script;
	return;
}

# Runs the script; the problems of the first batch that has any.
sub replay
{
	my ($self) = @_;
	my ($scope, @batches) = @{ $self->{script} };
	my $db = $self->new_database($scope->{scope});
	my $n = 0;
	foreach my $batch (@batches)
	{
		my $sessions = renamed($batch->{sessions}, $db);
		my @problems = $self->run_batch($db, $sessions, $batch->{kill});
		$n++;
		return ("batch $n, database $db", @problems) if @problems;
	}
	$self->drop_database($db);
	return;
}

# Runs all but the last batch, and then that one's units one after another: the first unit after which
# something is wrong, and what. Leaves the database as it is then.
sub bisect
{
	my ($self) = @_;
	my ($scope, @batches) = @{ $self->{script} };
	my $db = $self->new_database($scope->{scope});
	my $last = pop @batches;
	foreach my $batch (@batches) { $self->run_batch($db, renamed($batch->{sessions}, $db), 0); }
	foreach my $units (@{ renamed($last->{sessions}, $db) })
	{
		foreach my $unit (@$units)
		{
			my @problems = $self->run_batch($db, [ [$unit] ], 0);
			return ("database $db", (map { $_->{sql} } @$unit), @problems) if @problems;
		}
	}
	$self->drop_database($db);
	return;
}

# the statements on the database are on another one now
sub renamed
{
	my ($sessions, $db) = @_;
	return [ map { [ map { [ map { { %$_, sql => $_->{sql} =~ s/\bDATABASE random_\d+/DATABASE $db/r } } @$_ ] } @$_ ] } @$sessions ];
}

# Does a list of units, run one after another, go wrong? Then the problems. Each batch has a session.
sub attempt
{
	my ($self, $scope, $units) = @_;
	my $db = $self->new_database($scope);
	my @batches;
	foreach my $unit (@$units)
	{
		push @batches, [] if !@batches || $batches[-1][-1][0]{batch} != $unit->[0]{batch};
		push @{ $batches[-1] }, $unit;
	}
	my @problems;
	foreach my $batch (@batches)
	{
		my $sessions = renamed([$batch], $db);
		my %may = may_of($sessions, 0);
		$self->run_sessions($db, $sessions, 0);
		@problems = ($self->problems($db, %may), $self->faults(%may));
		last if @problems;
	}
	$self->drop_database($db);
	return @problems;
}

# Makes the script as short as it can be and still go wrong, in "seconds" at most, and makes that the
# script. Returns its problems; none if one session after another does not go wrong.
sub shrink
{
	my ($self, $seconds) = @_;
	my ($scope, @batches) = @{ $self->{script} };
	$scope = $scope->{scope};
	my $until = time + $seconds;
	my $n = 0;
	foreach my $batch (@batches) { $n++; $_->{batch} = $n foreach map { @$_ } map { @$_ } @{ $batch->{sessions} }; }
	my @units = map { map { @$_ } @{ $_->{sessions} } } @batches;
	my @problems = $self->attempt($scope, \@units);
	return if !@problems;
	@units = $self->drop_some($scope, $until, @units);
	# the statements of what is left, one by one where they need not stay together
	my @single = map { my $unit = $_; keeps_together($unit) ? $unit : map { [$_] } @$unit } @units;
	@units = @single if $self->attempt($scope, \@single);
	@units = $self->drop_some($scope, $until, @units);
	foreach my $i (0 .. $#units)
	{
		next if @{ $units[$i] } < 2;
		my @lines = $self->drop_some_of(
			sub { my @try = @units; $try[$i] = [@_]; return $self->attempt($scope, \@try); },
			$until, @{ $units[$i] });
		$units[$i] = \@lines;
	}
	my @short = ({ scope => $scope });
	my $last = 0;
	foreach my $unit (@units)
	{
		push @short, { sessions => [ [] ], kill => 0 } if $last != $unit->[0]{batch};
		$last = $unit->[0]{batch};
		push @{ $short[-1]{sessions}[0] }, $unit;
	}
	$self->{script} = \@short;
	return $self->attempt($scope, \@units);
}

sub keeps_together { my ($unit) = @_; return grep { $_->{sql} =~ /^(BEGIN|SET|\\set)/ } @$unit; }

sub drop_some
{
	my ($self, $scope, $until, @units) = @_;
	return $self->drop_some_of(sub { return $self->attempt($scope, [@_]); }, $until, @units);
}

# the shortest sublist found for which "fails" is true
sub drop_some_of
{
	my ($self, $fails, $until, @list) = @_;
	my $size = int((@list + 1) / 2) || 1;
	while (1)
	{
		my $shorter = 0;
		my $i = $#list - $size + 1;
		$i = 0 if $i < 0;
		while (1)
		{
			my @try = @list;
			splice @try, $i, $size;
			return @list if time > $until;
			if (@try < @list && @try && $fails->(@try)) { @list = @try; $shorter = 1; }
			last if $i == 0;
			$i -= $size;
			$i = 0 if $i < 0;
		}
		last if $size == 1 && !$shorter;
		$size = int(($size + 1) / 2) if $size > 1;
	}
	return @list;
}

# ------------------------------------------------------------------------------------------
# What the forms did
# ------------------------------------------------------------------------------------------

sub report
{
	my ($self) = @_;
	my @lines = RandomDDLRun::read_lines("$here/forms.txt");
	my @report;
	foreach my $number (sort { $a <=> $b } keys %{ $self->{counts} })
	{
		my $count = $self->{counts}{$number};
		my ($usual) = sort { $count->{errors}{$b} <=> $count->{errors}{$a} || $a cmp $b } keys %{ $count->{errors} };
		push @report, sprintf "%5d ok %5d failed  %s%s\n", $count->{ok}, $count->{failed}, substr($lines[ $number - 1 ], 0, 90),
			$count->{failed} > $count->{ok} ? "\n                         " . substr($usual, 0, 110) : '';
	}
	return join '', @report;
}

sub read_lines
{
	my ($file) = @_;
	open my $fh, '<', $file or die "$file: $!";
	chomp(my @lines = <$fh>);
	close $fh;
	return @lines;
}

1;
