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
		$self->{token}{$kind} = [ tokens_of("$corpus/$kind.dict") ];
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

# What a format or language is made of, in libFuzzer's notation: "…" on a line, with \\, \" and \xHH for a byte.
sub tokens_of
{
	my ($file) = @_;
	my @tokens = text_of($file) =~ /^"(.+)"$/mg;
	return map { my $token = encode('UTF-8', $_); $token =~ s/\\(?:x(..)|(.))/defined $1 ? chr hex $1 : $2/ge; decode('UTF-8', $token) } @tokens;
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
	my @token = @{ $self->{token}{$kind} };
	my $text = one_of(@corpus);
	foreach (0 .. rand 4)
	{
		my $at = int rand(1 + length $text);
		my $length = int rand one_of(2, 8, 40);
		my $what = int rand 9;
		if ($what == 0) { substr($text, $at, $length) = ''; }
		elsif ($what == 1) { substr($text, $at, 0) = one_of(@token); }
		elsif ($what == 2) { substr($text, $at, $length) = one_of(@token); }
		elsif ($what == 3) { substr($text, $at, 0) = substr($text, int rand(1 + length $text), $length); }
		elsif ($what == 4) { substr($text, $at, 1) = chr(one_of(1 .. 126, 0xe9, 0x2028, 0x10000)); }
		elsif ($what == 5) { my $other = one_of(@corpus); $text = substr($text, 0, $at) . substr($other, int rand(1 + length $other)); }
		elsif ($what == 6) { $text = in_lines($text); }
		elsif ($what == 7) { my @words = split /(\W)/, $text; if (@words) { $words[ rand @words ] = one_of(@token); } $text = join '', @words; }
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

# A round of each kind. Returns what is wrong: [ kind, input, answer ].
sub round
{
	my ($self, @of) = @_;
	my @wrong;
	foreach my $kind (@of ? @of : @kinds)
	{
		my @inputs = map { $self->mutated($kind) } 1 .. $self->{batch};
		my @answers = $self->answers($kind, @inputs);
		$self->{tried} += @inputs;
		$self->{accepted} += grep { ($_ // '') eq 'ok' } @answers;
		push @wrong, map { [ $kind, $inputs[$_], $answers[$_] // 'no answer' ] } grep { is_wrong($answers[$_]) } 0 .. $#inputs;
		$self->keep($kind, map { $inputs[$_] } grep { ($answers[$_] // '') eq 'ok' } 0 .. $#inputs);
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
