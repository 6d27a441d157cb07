# The examples in README.md: run them, compare what they print with what the README says.
#
#	```sql			psql runs it, one session a block
#	```sh run		the shell runs it
#	```text			directly after one of them: what it prints, errors included
#
# A block without a ```text after it must succeed. Times, the socket's path and the like differ from
# run to run and are not compared.
package Readme;

use strict;
use warnings;
use Exporter 'import';
use IPC::Run;

our @EXPORT = qw(readme_blocks readme_run readme_normalize readme_with_outputs);

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
	$text =~ s/ +/ /g;
	return $text;
}

# The README with the outputs that its blocks have now, given in the order of the blocks.
sub readme_with_outputs
{
	my ($text, $blocks, $outputs) = @_;
	for my $i (reverse 0 .. $#$blocks)
	{
		next unless defined $blocks->[$i]{output};
		substr($text, $blocks->[$i]{output_from},
			$blocks->[$i]{output_to} - $blocks->[$i]{output_from}) = $outputs->[$i];
	}
	return $text;
}

1;
