# The examples in README.md and other pages: run them, compare what they print with what the page says.
#
#	```sql			psql runs it, one session a block
#	```sh run		the shell runs it
#	```text			directly after one of them: what it prints, errors included;
#					anywhere else: lines out of what the page's blocks print
#
# A block without a ```text after it must succeed. Times, the socket's path and the like differ from
# run to run and are not compared.
package Readme;

use strict;
use warnings;
use Exporter 'import';
use IPC::Run;

our @EXPORT = qw(readme_blocks readme_excerpts readme_run readme_normalize readme_with_outputs);

sub readme_blocks
{
	my ($text) = @_;
	my @blocks;
	while ($text =~ /^```(sql|sh run)\n(.*?)^```\n(?:\n?```text\n(.*?)^```\n)?/msg)
	{
		push @blocks,
		  { language => $1, code => $2, output => $3,
			line => 1 + (substr($text, 0, $-[0]) =~ tr/\n//),
			output_from => $-[3], output_to => $+[3] };
	}
	return @blocks;
}

# The text blocks that are no block's output.
sub readme_excerpts
{
	my ($text) = @_;
	my @excerpts;
	$text =~ s/^```(?:sql|sh run)\n.*?^```\n(?:\n?```text\n.*?^```\n)?//msg;
	push @excerpts, $1 while $text =~ /^```text\n(.*?)^```\n/msg;
	return @excerpts;
}

# Exit status and output of a block; psql and the shell find the server by the environment.
sub readme_run
{
	my ($block, $dir) = @_;
	my $out = '';
	my @command = $block->{language} eq 'sql'
	  ? ('psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-P', 'footer=off')
	  : ('bash', '-c', $block->{code});
	my $in = $block->{language} eq 'sql' ? $block->{code} : '';
	IPC::Run::run(\@command, '<', \$in, '>&', \$out, init => sub { chdir $dir or die "$dir: $!" });
	my $status = $? >> 8;
	$out =~ s/[ \t]+$//mg;
	$out =~ s/\n+\z/\n/;
	$out =~ s{"\S+/\.s\.PGSQL\.\d+"}{"/run/postgresql/.s.PGSQL.5432"}g;
	return ($status, $out);
}

sub readme_normalize
{
	my ($text) = @_;
	$text =~ s/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?(?:\+\d\d)?/<time>/g;
	$text =~ s/^[-+ ]*-[-+ ]*$/---/mg;		# rulers are as wide as times are long
	$text =~ s/ connection to server [^\n]*? failed: / /g;	# 13 does not say to which
	$text =~ s/ +/ /g;
	return $text;
}

# The page with what its blocks have printed.
sub readme_with_outputs
{
	my ($text, $blocks) = @_;
	foreach my $block (reverse @$blocks)
	{
		next unless defined $block->{output};
		substr($text, $block->{output_from}, $block->{output_to} - $block->{output_from}) = $block->{printed};
	}
	return $text;
}

1;
