# Mutated inputs for what reads texts from outside: schema files, path files, contracts, queries. The
# server runs them (t/fuzz/setup.sql says what must hold); what goes wrong is an answer that begins with
# WRONG, an internal error, one that takes longer than the timeout, or a server that is gone.
package Fuzz;

use strict;
use warnings;
use Encode qw(decode encode);
use File::Basename 'dirname';
use IPC::Run;

my $corpus = dirname(__FILE__) . '/../fuzz';
my @kinds = qw(schema path contract query);

# what the formats and languages are made of
my %token = (
	schema => [ split(/\n/, <<'END'), "\n", "\n  ", "\n  | ", ':', ': ', '  ', '"', '""', '\\', '\\n', '\\x', "\t", "\r", '', ' ', "\x{e9}", "\x{1f600}", "\x{1}" ],
fingerprint: sg1:
format: sg1
facets: structure, index
exclude: 
table public.t
[index] 
[access] owner: "x"
  column "a": integer
  definition:
  | 
cannot be described: 
END
	contract => [ '{', '}', '[', ']', ':', ',', '"', '\\u0000', '\\u00e9', '"select"', '"insert"', '"update"', '"not_null"', '"conflict_targets"',
		'"relations"', '"functions"', '"enums"', '"migrations"', '"star"', '"bare"', '"positional"', 'null', 'true', '1e999', '-1', '"*"', '"public.t"',
		'"shop.orders"', '"TABLE(a integer)"', '"numeric(12,2)"', '"integer[]"', '"bigint[][]"', '"setof text"', '"interval day to second(3)"', '[[]]', '{}', '""', '"."' ],
	query => [ 'SELECT', 'FROM', 'WHERE', 'GROUP BY', 'INSERT INTO', 'VALUES', 'UPDATE', 'DELETE', 'RETURNING', 'ON CONFLICT', 'DO UPDATE SET', 'DO NOTHING', 'WITH',
		'RECURSIVE', 'UNION ALL', 'JOIN', 'LEFT JOIN', 'USING (id)', 'NATURAL JOIN', 'LATERAL', 'ORDER BY 1', 'LIMIT $1', 'CASE WHEN', 'END', '*', 'orders.*', 'o', '(o).*',
		'customers', 'orders', 'paid', 'total_of(1)', 'rows_of(1)', 'state', "'paid'::state", '::text', '(home).street', 'ROW(1, 2)', 'ARRAY[1]', '[1:2]', '(', ')',
		',', '.', ';', "'", '"', '$1', '$2', '$99999', 'NULL', 'DEFAULT', '1', '=', 'AND', 'NOT', 'IN', 'EXISTS', 'AS', 'AS x(a, b)', 'OVER w', 'WINDOW w AS ()', 'FILTER',
		'DISTINCT ON (id)', 'FOR UPDATE', 'TABLE', 'MERGE INTO', 'CALL', 'COPY', 'EXPLAIN', 'PREPARE p AS', 'EXECUTE p', 'DECLARE c CURSOR FOR', 'shop.', 'tableoid', 'ctid', 'xmin' ]);
$token{path} = [ @{ $token{schema} }, split /\n/, <<'END' ];
schema_guard path file
step
steps: 1
statement:
from: sg1:
to: sg1:
END

# connstr: of a database of its own, which setup() fills; seed: what all the chance comes from
sub new
{
	my ($class, %arg) = @_;
	my $self = bless { tried => 0, accepted => 0, timeout => '5s', batch => 100, %arg }, $class;
	srand $arg{seed};
	foreach my $kind (@kinds)
	{
		$self->{corpus}{$kind} = [ map { text_of($_) } sort glob "$corpus/$kind/*" ];
		die "nothing in $corpus/$kind\n" if !@{ $self->{corpus}{$kind} };
	}
	return $self;
}

sub kinds { return @kinds; }

sub text_of
{
	my ($file) = @_;
	open my $fh, '<:encoding(UTF-8)', $file or die "$file: $!";
	local $/ = undef;
	my $text = <$fh>;
	close $fh;
	return $text;
}

sub setup
{
	my ($self) = @_;
	my ($out, $err) = $self->psql("\\set ON_ERROR_STOP 1\n\\i '$corpus/setup.sql'\n");
	die $err if $err ne '';
	return;
}

sub psql
{
	my ($self, $in) = @_;
	my ($out, $err) = ('', '');
	local $ENV{PGOPTIONS} = "-c client_min_messages=error -c statement_timeout=$self->{timeout}";
	local $ENV{PGCLIENTENCODING} = 'UTF8';
	IPC::Run::run([ 'psql', '-XAtq', '-d', $self->{connstr} ], '<', \$in, '>', \$out, '2>', \$err);
	return ($out, $err);
}

sub one_of { my (@of) = @_; return $of[ rand @of ]; }

# Some changes to an input: bits of it, lines, tokens; of itself and of others.
sub mutated
{
	my ($self, $kind) = @_;
	my @corpus = @{ $self->{corpus}{$kind} };
	my $text = one_of(@corpus);
	foreach (0 .. rand 4)
	{
		my $at = int rand(1 + length $text);
		my $length = int rand one_of(2, 8, 40);
		my $what = int rand 9;
		if ($what == 0) { substr($text, $at, $length) = ''; }
		elsif ($what == 1) { substr($text, $at, 0) = one_of(@{ $token{$kind} }); }
		elsif ($what == 2) { substr($text, $at, $length) = one_of(@{ $token{$kind} }); }
		elsif ($what == 3) { substr($text, $at, 0) = substr($text, int rand(1 + length $text), $length); }
		elsif ($what == 4) { substr($text, $at, 1) = chr(one_of(1 .. 126, 0xe9, 0x2028, 0x10000)); }
		elsif ($what == 5) { my $other = one_of(@corpus); $text = substr($text, 0, $at) . substr($other, int rand(1 + length $other)); }
		elsif ($what == 6) { $text = in_lines($text); }
		elsif ($what == 7) { my @words = split /(\W)/, $text; if (@words) { $words[ rand @words ] = one_of(@{ $token{$kind} }); } $text = join '', @words; }
		else { substr($text, $at, 0) = substr($text, $at, $length) x one_of(2, 3, 300) if length $text < 20_000; }
	}
	$text =~ tr/\0//d;
	return $text;
}

# a line less, twice, or elsewhere
sub in_lines
{
	my ($text) = @_;
	my @lines = split /^/, $text;
	return $text if !@lines;
	my ($line) = splice @lines, rand @lines, 1;
	my $what = int rand 3;
	if ($what == 1) { splice @lines, rand @lines, 0, $line, $line; }
	elsif ($what == 2) { splice @lines, rand @lines, 0, $line; }
	return join '', @lines;
}

# Tries inputs of a kind; returns the answers, in their order: undef where there was none.
sub answers
{
	my ($self, $kind, @inputs) = @_;
	my $n = 0;
	my ($out) = $self->psql(join '', map { sprintf "SELECT %d, translate(fuzz.try('%s', convert_from('\\x%s', 'UTF8')), E'\\n', ' ');\n", $n++, $kind, unpack('H*', encode('UTF-8', $_)) } @inputs);
	my %answer = $out =~ /^(\d+)\|(.*)$/mg;
	return map { $answer{$_} } 0 .. $#inputs;
}

# Files carry digests of what they say: without the right one nothing would be read on. The rejection has it.
sub corrected
{
	my ($text, $answer) = @_;
	my ($said, $computed) = ($answer // '') =~ /disagree \| The (?:file says|.* says) (\S+?), its text has (\S+?)\.$/ or return;
	my $at = index $text, $said;
	return if $at < 0;
	substr($text, $at, length $said) = $computed;
	return $text;
}

# A round of each kind. Returns what is wrong: [ kind, input, answer ].
sub round
{
	my ($self, @of) = @_;
	my @wrong;
	foreach my $kind (@of ? @of : @kinds)
	{
		my @inputs = map { $self->mutated($kind) } 1 .. $self->{batch};
		foreach (0 .. 3)
		{
			my @answers = $self->answers($kind, @inputs);
			$self->{tried} += @inputs;
			$self->{accepted} += grep { ($_ // '') eq 'ok' } @answers;
			push @wrong, map { [ $kind, $inputs[$_], $answers[$_] // 'no answer' ] } grep { is_wrong($answers[$_]) } 0 .. $#inputs;
			$self->keep($kind, map { $inputs[$_] } grep { ($answers[$_] // '') eq 'ok' } 0 .. $#inputs);
			@inputs = grep { defined } map { corrected($inputs[$_], $answers[$_]) } 0 .. $#inputs;
			last if !@inputs;
		}
	}
	return @wrong;
}

# What was accepted is a place to go on from; not for ever, so that the corpus stays the basis.
sub keep
{
	my ($self, $kind, @accepted) = @_;
	my $corpus = $self->{corpus}{$kind};
	foreach my $text (@accepted)
	{
		next if length $text > 20_000;
		push @$corpus, $text;
		splice @$corpus, 40 + rand(@$corpus - 40), 1 if @$corpus > 200;
	}
	return;
}

sub is_wrong
{
	my ($answer) = @_;
	return !defined $answer || $answer =~ /^WRONG|^rejected: (?:XX|57014|53)/;
}

1;
