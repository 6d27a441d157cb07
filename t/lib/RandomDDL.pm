# Random DDL: makes statements out of the forms in random_ddl/forms.txt and of what is there.
#
# A batch is made from one look at the catalogs (random_ddl/model.sql) and consists of units: single
# statements, transactions with savepoints, DO blocks with handlers, functions and procedures, two-phase
# commits ... Each unit is a list of lines, each line one statement, so that a script can be saved, run
# again, and shrunk (RandomDDLRun.pm). The same seed on the same server gives the same batches, as
# long as one session runs them.
#
# In a form, {…} is replaced: {a|b|c} by one of these; {name} by what the method pick_name or the
# object kind of that name gives, {name=x} likewise, to be had again as {$x}; {'…'} by a literal. What
# a form picked last can be referred to: {$rel} is the relation that {col}, {bool} and so on are about.
# If there is nothing to pick, another form is taken.
package RandomDDL;

use strict;
use warnings;
use JSON::PP;

# Names that everything may get, so that they come back for other things; ordinary ones more often.
my @names = (
	('a' .. 'h') x 3, qw(id note total amount orders customer), 'Total', 'two words', 'q"uote', 'dot.ted',
	"sin'gle", 'select', 'back\\slash', "new\nline", "gr\xc3\xb6\xc3\x9fe", "\xe5\x90\x8d\xe5\x89\x8d" x 10, '%like_', 'x' x 63);
my @schemas = qw(s1 s2 s3 s4 S.five);
my @builtin = (
	('integer') x 5, ('text') x 3, 'bigint', 'smallint', 'varchar(20)', 'character(3)', 'numeric(10,2)', 'numeric', 'boolean', 'date',
	'timestamptz', 'interval', 'jsonb', 'uuid', 'integer[]', 'text[]', 'float8', 'point', 'bytea', 'bit(4)', 'int4range', 'name');
my @relations = qw(table part ptable view matview ftable);
my @type_kinds = qw(enum domain composite range base exttype);
my @operators = ('===', '!==', '<#>', '~~~', '@@@', '<=#');
my @extensions = qw(citext hstore pg_trgm btree_gin cube earthdistance fuzzystrmatch unaccent isn seg intarray ltree tablefunc tcn);
my %object_macro = map { $_ => 1 } qw(schema table part ptable view matview ftable sequence identity index trigger rule policy constraint
	enum domain composite range base function procedure aggregate trigger_function event_function operator opclass opfamily cast
	collation conversion ts_configuration ts_dictionary ts_template ts_parser statistics wrapper server user_mapping
	publication subscription event_trigger language transform access_method extension);

# version: 15 and so on. roles, tablespaces: names that exist.
sub new
{
	my ($class, %arg) = @_;
	my $self = bless { fresh => 0, gid => 0, %arg }, $class;
	$self->{state} = ($arg{seed} * 2654435761 + 88675123) & 0xffffffff || 1;
	$self->rand_int(2) for 1 .. 8;
	$self->read_forms($arg{forms});
	return $self;
}

# xorshift: of our own, because a server's start also uses rand()
sub rand_int
{
	my ($self, $below) = @_;
	my $x = $self->{state};
	$x ^= ($x << 13) & 0xffffffff;
	$x ^= $x >> 17;
	$x ^= ($x << 5) & 0xffffffff;
	$self->{state} = $x;
	return $x % $below;
}

sub one_of
{
	my ($self, @list) = @_;
	die "nothing\n" if !@list;
	return $list[ $self->rand_int(scalar @list) ];
}

sub chance { my ($self, $percent) = @_; return $self->rand_int(100) < $percent; }

sub read_forms
{
	my ($self, $file) = @_;
	open my $fh, '<', $file or die "$file: $!";
	my $class;
	while (my $line = <$fh>)
	{
		chomp $line;
		next if $line =~ /^\s*(#|$)/;
		if ($line =~ /^\[(\w+) (\d+)\]$/)
		{
			$class = { name => $1, forms => [] };
			push @{ $self->{classes} }, ($class) x $2;
			next;
		}
		my $weight = 1;
		while ($line =~ s/^(?:(\d+)\*|(\d*)-(\d+)|(\d+)\+) //)
		{
			$weight = $1 if defined $1;
			$weight = 0 if defined $3 && ($self->{version} > $3 || $self->{version} < ($2 || 0));
			$weight = 0 if defined $4 && $self->{version} < $4;
		}
		push @{ $class->{forms} }, ({ number => $., text => $line, class => $class->{name} }) x $weight;
	}
	close $fh;
	return;
}

# What model.sql printed.
sub set_model
{
	my ($self, $lines) = @_;
	my %model;
	# strings are bytes, in and out
	my $json = JSON::PP->new->utf8;
	foreach my $line (split /\n/, $lines)
	{
		my ($kind, $schema, $name, $more) = @{ encoded($json->decode($line)) };
		push @{ $model{$kind} }, { %$more, what => $kind, s => $schema, n => $name };
	}
	$self->{model} = \%model;
	$self->{relation} = {};
	$self->{relation}{ key_of($_->{s}, $_->{n}) } = $_ foreach map { @{ $model{$_} // [] } } @relations, 'composite';
	return;
}

sub encoded
{
	my ($value) = @_;
	return [ map { encoded($_) } @$value ] if ref $value eq 'ARRAY';
	return { map { encoded($_) => encoded($value->{$_}) } keys %$value } if ref $value eq 'HASH';
	utf8::encode($value) if defined $value && !ref $value;
	return $value;
}

sub key_of { return join "\0", @_; }

sub count
{
	my ($self) = @_;
	my $n = 0;
	$n += @$_ foreach values %{ $self->{model} };
	return $n;
}

# A quoted identifier, without a line break.
sub quoted
{
	my ($name) = @_;
	return $name if $name =~ /^[a-z_][a-z0-9_]*$/ && $name !~ /^(select|order|user|table|name|values|all|end|precision)$/;
	my $quoted = $name =~ s/"/""/gr;
	if ($quoted =~ /\n/)
	{
		$quoted =~ s/\\/\\\\/g;
		$quoted =~ s/\n/\\000a/g;
		return "U&\"$quoted\"";
	}
	return "\"$quoted\"";
}

# Text as PostgreSQL prints it (format_type and the like), on one line.
sub on_one_line
{
	my ($text) = @_;
	$text =~ s/("(?:[^"]|"")*")/quoted(substr($1, 1, -1) =~ s,"",",gr)/ge;
	return $text;
}

sub literal { my ($text) = @_; return q(') . $text =~ s/'/''/gr . q('); }

sub qualified
{
	my ($object) = @_;
	return (defined $object->{s} ? quoted($object->{s}) . '.' : '') . quoted($object->{n});
}

# The name of an object as statements need it.
sub spelled
{
	my ($self, $object) = @_;
	my $what = $object->{what};
	return qualified($object) . '(' . on_one_line($object->{args}) . ')' if $what =~ /^(function|procedure|trigger_function|event_function)$/;
	return qualified($object) . '(' . (on_one_line($object->{args}) || '*') . ')' if $what eq 'aggregate';
	return quoted($object->{s}) . ".$object->{n} (" . on_one_line($object->{left}) . ', ' . on_one_line($object->{right}) . ')' if $what eq 'operator';
	return qualified($object) . " USING " . quoted($object->{am}) if $what =~ /^(opclass|opfamily)$/;
	return on_one_line($object->{from}) . ' AS ' . on_one_line($object->{to}) if $what eq 'cast';
	return 'FOR ' . ($object->{n} eq '' ? 'PUBLIC' : quoted($object->{n})) . ' SERVER ' . quoted($object->{server}) if $what eq 'user_mapping';
	return on_one_line($object->{n}) . ' LANGUAGE ' . quoted($object->{language}) if $what eq 'transform';
	return quoted($object->{n}) if $what =~ /^(constraint|trigger|rule|policy)$/;
	return qualified($object);
}

# ------------------------------------------------------------------------------------------
# Expanding forms
# ------------------------------------------------------------------------------------------

# Replaces {…} in a text; dies with 'nothing' where there is nothing to pick.
sub expand
{
	my ($self, $text) = @_;
	my $out = '';
	while ($text ne '')
	{
		if ($text =~ s/^([^{]+)//)
		{
			$out .= $1;
			next;
		}
		$text =~ s/^(\{((?:[^{}]|(?1))*)\})// or die "form: $text";
		$out .= $self->macro($2);
	}
	return $out;
}

sub macro
{
	my ($self, $body) = @_;
	my @choices = split_choices($body);
	return $self->expand($self->one_of(@choices)) if @choices > 1;
	return literal($self->expand($1)) if $body =~ /^'(.*)'$/;
	return $self->recall($1) if $body =~ /^\$(.*)$/;
	$body =~ /^(\w+)(?:=(\w+))?$/ or die "form: {$body}";
	my ($name, $variable) = ($1, $2);
	my $pick = "pick_$name";
	my $value = $self->can($pick) ? $self->$pick() : $object_macro{$name} ? $self->object($name) : die "form: {$name}";
	$self->{vars}{$variable} = { text => $value, object => $self->{last} } if defined $variable;
	return $value;
}

sub split_choices
{
	my ($body) = @_;
	my @choices = ('');
	my $depth = 0;
	foreach my $part (split /([{}|])/, $body)
	{
		$depth += $part eq '{' ? 1 : $part eq '}' ? -1 : 0;
		if ($part eq '|' && $depth == 0) { push @choices, ''; }
		else { $choices[-1] .= $part; }
	}
	return @choices;
}

sub recall
{
	my ($self, $name) = @_;
	if ($name =~ /^(\w+)\.name$/) { return quoted($self->{vars}{$1}{object}{n}); }
	if ($name =~ /^(\w+)\.q\.(\w+)$/) { return quoted($self->{vars}{$1}{object}{s}) . '.' . $self->{vars}{$2}{text}; }
	my $value = $self->{vars}{$name} // die "nothing\n";
	return ref $value ? $value->{text} : $value;
}

# A random object of one of these kinds; its relation becomes the current one.
sub pick
{
	my ($self, @kinds) = @_;
	my @found = map { @{ $self->{model}{$_} // [] } } @kinds;
	die "nothing\n" if !@found;
	my $object = $self->one_of(@found);
	my $relation = $object->{cols} ? $object : undef;
	$self->{last} = $object;
	if (defined $object->{table})
	{
		my @of = ref $object->{table} ? @{ $object->{table} } : ($object->{s}, $object->{table});
		$relation = $self->{relation}{ key_of(@of) };
		$self->{vars}{on} = quoted($of[0]) . '.' . quoted($of[1]);
	}
	$self->use_relation($relation) if $relation;
	return $object;
}

sub use_relation
{
	my ($self, $relation) = @_;
	$self->{rel} = $relation;
	$self->{vars}{rel} = qualified($relation);
	return;
}

sub object { my ($self, @kinds) = @_; return $self->spelled($self->pick(@kinds)); }

sub columns
{
	my ($self, $like) = @_;
	my @found = grep { !defined $like || $like->($_) } @{ $self->{rel}{cols} // [] };
	die "nothing\n" if !@found;
	return @found;
}

# --- names

sub pick_new { my ($self) = @_; return quoted($self->one_of(@names)); }
sub pick_fresh { my ($self) = @_; return 'fresh_' . ++$self->{fresh}; }
sub pick_label { my ($self) = @_; return literal($self->one_of(qw(new paid sent gone), "it's", 'x y')); }
sub pick_new_schema { my ($self) = @_; return quoted($self->one_of(@schemas)); }

sub pick_newq
{
	my ($self) = @_;
	my $schema = $self->pick('schema')->{n};
	$self->{last} = { s => $schema, n => $self->one_of(@names) };
	return qualified($self->{last});
}

sub pick_role { my ($self) = @_; return $self->one_of(@{ $self->{roles} }); }
sub pick_grantee { my ($self) = @_; return $self->chance(30) ? 'PUBLIC' : $self->pick_role; }
sub pick_grant_revoke { my ($self) = @_; return 'TO ' . $self->pick_role; }
sub pick_tablespace { my ($self) = @_; return $self->one_of('pg_default', @{ $self->{tablespaces} }); }

# Not pg_default: schema_guard's own tables are there. The server leaves wrong index entries behind
# where a table is moved, written, and the transaction rolled back.
sub pick_other_tablespace { my ($self) = @_; return $self->one_of(@{ $self->{tablespaces} }); }
sub pick_database { my ($self) = @_; return $self->{database}; }
sub pick_any_extension { my ($self) = @_; return $self->one_of(@extensions); }
sub pick_int { my ($self) = @_; return 1 + $self->rand_int(9); }
sub pick_opsym { my ($self) = @_; return $self->one_of(@operators); }
sub pick_pattern { my ($self) = @_; return $self->one_of(q('s1.%'), q('s2'), q('%total%'), q('public.a'), q('%"two words"%'), q('s3.b'), q('%(integer)')); }

sub pick_facets
{
	my ($self) = @_;
	return $self->one_of("'{all}'", "'{all}'", "'{structure,index}'", "'{structure}'", "'{structure,index,access,comment}'", "'{structure,partitions,storage}'");
}

# --- relations and what belongs to them

sub pick_tabular { my ($self) = @_; return $self->object(qw(table table ptable part)); }
sub pick_indexable { my ($self) = @_; return $self->object(qw(table table table part matview)); }
sub pick_anyrel { my ($self) = @_; return $self->object(@relations); }
sub pick_routine { my ($self) = @_; return $self->object(qw(function procedure aggregate)); }

sub pick_pindex
{
	my ($self) = @_;
	my @found = grep { $_->{kind} eq 'I' } @{ $self->{model}{index} // [] };
	die "nothing\n" if !@found;
	return qualified($self->one_of(@found));
}

# another relation, which does not become the current one, and a condition on it
sub pick_other_table
{
	my ($self) = @_;
	my @keep = ($self->{rel}, @{ $self->{vars} }{qw(rel on)}, $self->{last});
	my $name = $self->object(qw(table ptable part));
	$self->{other} = $self->{rel};
	($self->{rel}, @{ $self->{vars} }{qw(rel on)}, $self->{last}) = @keep;
	return $name;
}

sub pick_other_bool
{
	my ($self) = @_;
	local $self->{rel} = $self->{other};
	return $self->pick_bool;
}

sub pick_constrained
{
	my ($self) = @_;
	my $object = $self->pick('constraint');
	$self->{vars}{constraint} = quoted($object->{n});
	return $self->{vars}{on};
}

sub pick_keyed
{
	my ($self) = @_;
	my @found = grep { $_->{kind} =~ /[pu]/ } @{ $self->{model}{constraint} // [] };
	die "nothing\n" if !@found;
	my $object = $self->one_of(@found);
	return quoted($object->{s}) . '.' . quoted($object->{table});
}

sub pick_parent_of_part
{
	my ($self) = @_;
	my $object = $self->pick('part');
	$self->{vars}{part} = qualified($object);
	die "nothing\n" if !$object->{parent};
	return join '.', map { quoted($_) } @{ $object->{parent} };
}

sub pick_child_table
{
	my ($self) = @_;
	my @found = grep { $_->{parent} } @{ $self->{model}{table} // [] };
	die "nothing\n" if !@found;
	my $object = $self->one_of(@found);
	$self->{vars}{parent} = join '.', map { quoted($_) } @{ $object->{parent} };
	return qualified($object);
}

sub pick_table_of_index
{
	my ($self) = @_;
	my $object = $self->pick('index');
	$self->{vars}{index} = $self->{vars}{index_name} = quoted($object->{n});
	return $self->{vars}{on};
}

sub own
{
	my ($self, $kind) = @_;
	die "nothing\n" if !defined $self->{rel}{n};
	my @found = grep { $_->{s} eq $self->{rel}{s} && ($_->{table} // '') eq $self->{rel}{n} } @{ $self->{model}{$kind} // [] };
	die "nothing\n" if !@found;
	return quoted($self->one_of(@found)->{n});
}
sub pick_own_trigger { my ($self) = @_; return $self->own('trigger'); }
sub pick_own_constraint { my ($self) = @_; return $self->own('constraint'); }
sub pick_own_rule { my ($self) = @_; return $self->own('rule'); }

sub pick_bound
{
	my ($self) = @_;
	my $strategy = $self->{rel}{strategy} // die "nothing\n";
	my $n = $self->rand_int(8);
	return 'DEFAULT' if $strategy ne 'h' && $self->chance(8);
	return 'FOR VALUES WITH (MODULUS 4, REMAINDER ' . $n % 4 . ')' if $strategy eq 'h';
	my ($from, $to) = $self->chance(80) ? ($n, $n + 1) : ("2024-01-0$n", '2024-01-0' . ($n + 1));
	return $strategy eq 'l' ? "FOR VALUES IN ('$from')" : "FOR VALUES FROM ('$from') TO ('$to')";
}

# --- columns, types, values

sub pick_col { my ($self) = @_; return quoted($self->one_of($self->columns)->[0]); }
sub pick_cols { my ($self) = @_; return join ', ', map { quoted($_->[0]) } $self->columns; }
sub pick_identity_col { my ($self) = @_; return quoted($self->one_of($self->columns(sub { $_[0][2] ne '' }))->[0]); }
sub pick_generated_col { my ($self) = @_; return quoted($self->one_of($self->columns(sub { $_[0][3] ne '' }))->[0]); }
sub pick_lastcol { my ($self) = @_; return $self->{vars}{lastcol} // die "nothing\n"; }

sub pick_type
{
	my ($self) = @_;
	my @kinds = grep { $self->{model}{$_} } @type_kinds, ($self->chance(8) ? qw(table view) : ());
	if (!@kinds || $self->chance(60)) { $self->{vars}{type} = $self->one_of(@builtin); }
	else
	{
		my @keep = ($self->{rel}, @{ $self->{vars} }{qw(rel on)}, $self->{last});
		$self->{vars}{type} = $self->object($self->one_of(@kinds)) . ($self->chance(12) ? '[]' : '');
		($self->{rel}, @{ $self->{vars} }{qw(rel on)}, $self->{last}) = @keep;
	}
	return $self->{vars}{type};
}

# an object's name, with everything current left as it is
sub keeping
{
	my ($self, @kinds) = @_;
	my @keep = ($self->{rel}, @{ $self->{vars} }{qw(rel on)}, $self->{last});
	my $text = $self->object(@kinds);
	($self->{rel}, @{ $self->{vars} }{qw(rel on)}, $self->{last}) = @keep;
	return $text;
}

sub pick_base_type { my ($self) = @_; return $self->one_of(@builtin); }

sub pick_old_label
{
	my ($self) = @_;
	return literal($self->one_of(@{ $self->{last}{labels} // [] }));
}

sub pick_check
{
	my ($self) = @_;
	return quoted($self->one_of(@{ $self->{last}{checks} // [] }));
}

# a check of a domain, which is {$domain}
sub pick_domain_check
{
	my ($self) = @_;
	my $object = $self->one_of(grep { @{ $_->{checks} // [] } } @{ $self->{model}{domain} // [] });
	$self->{vars}{domain} = qualified($object);
	return quoted($self->one_of(@{ $object->{checks} }));
}

# a value for the type that was picked last
sub pick_value
{
	my ($self) = @_;
	my $type = $self->{vars}{type} // '';
	my $n = $self->pick_int;
	my @found;
	if ($type =~ /^(integer|bigint|smallint|numeric|float8|)/ && $type !~ /\[\]/ && $1 ne '' || $type eq '')
	{
		push @found, $n, $n, "($n + 1)";
		push @found, $self->pick_int_function . "($n)" if $self->has_int_function;
		push @found, 'nextval(' . literal($self->keeping('sequence')) . ')' if $self->{model}{sequence};
	}
	elsif ($type =~ /^(text|varchar|name)/ && $type !~ /\[\]/) { push @found, "'v$n'", 'current_user', "('x' || '$n')", "U&'\\0061'"; }
	else { push @found, 'NULL'; }
	foreach my $enum (@{ $self->{model}{enum} // [] })
	{
		push @found, (literal($self->one_of(@{ $enum->{labels} })) . '::' . qualified($enum)) x 3 if $type eq qualified($enum) && $enum->{labels};
	}
	push @found, $self->call_of($_) foreach grep { on_one_line($_->{result}) eq $type && !@{ $_->{types} // [] } && !$_->{set} } @{ $self->{model}{function} // [] };
	return $self->one_of(@found);
}

sub call_of { my ($self, $function, @args) = @_; return qualified($function) . '(' . join(', ', @args) . ')'; }

sub int_functions
{
	my ($self) = @_;
	return grep { $_->{volatile} eq 'i' && !$_->{set} && $_->{result} eq 'integer' && join(',', @{ $_->{types} // [] }) eq 'integer' } @{ $self->{model}{function} // [] };
}
sub has_int_function { my ($self) = @_; return scalar(my @found = $self->int_functions); }

sub pick_int_function
{
	my ($self) = @_;
	my @found = $self->int_functions;
	return @found ? qualified($self->one_of(@found)) : 'pg_catalog.abs';
}

sub pick_col_def
{
	my ($self) = @_;
	my $name = $self->pick_new;
	my $definition = "$name " . $self->pick_type;
	$definition .= ' COLLATE ' . $self->keeping('collation') if $self->{vars}{type} =~ /^(text|varchar\(20\))$/ && $self->{model}{collation} && $self->chance(35);
	$definition .= ' DEFAULT ' . $self->pick_value if $self->chance(30);
	$definition .= ' NOT NULL' if $self->chance(15);
	$definition .= " CHECK ($name IS NOT NULL)" if $self->chance(8);
	$definition .= ' UNIQUE' if $self->chance(5);
	$self->{vars}{lastcol} = $name;
	return $definition;
}

sub pick_coldefs
{
	my ($self) = @_;
	my %seen;
	my @columns;
	foreach (0 .. $self->rand_int(4))
	{
		my $before = $self->{vars}{lastcol};
		my $definition = $self->pick_col_def;
		if ($seen{ $self->{vars}{lastcol} }++) { $self->{vars}{lastcol} = $before; }
		else { push @columns, $definition; }
	}
	return join ', ', @columns;
}

# --- expressions on the current relation

sub pick_int_expr
{
	my ($self) = @_;
	my @ints = grep { $_->[1] eq 'integer' && $_->[3] eq '' } @{ $self->{rel}{cols} // [] };
	my @texts = grep { $_->[1] eq 'text' && $_->[3] eq '' } @{ $self->{rel}{cols} // [] };
	my @found;
	if (@ints)
	{
		my $c = quoted($self->one_of(@ints)->[0]);
		my $d = quoted($self->one_of(@ints)->[0]);
		push @found, "$c + 1", "$c * $d", ($self->pick_int_function . "($c)") x 3, "CASE WHEN $c > 1 THEN $d END", "COALESCE($c, $d)";
	}
	push @found, 'length(' . quoted($self->one_of(@texts)->[0]) . ')' if @texts;
	push @found, $self->pick_int_function . '(5)' if !@found;
	return $self->one_of(@found);
}

# the functions, operators and casts that fit a column
sub on_column
{
	my ($self, $column, $prefix) = @_;
	my $c = $prefix . quoted($column->[0]);
	my $type = $column->[1];
	my @found = ("$c IS NOT NULL", "$c IS NULL");
	push @found, "$c > 5", "$c IN (1, 2, 3)", "$c = ANY (ARRAY[1, 2])", $self->pick_int_function . "($c) > 0" if $type eq 'integer';
	push @found, "$c <> ''", "$c ~ 'x'", "$c IN ('a', 'b')", "length($c) < 9" if $type =~ /^(text|character varying)/ && $type !~ /\[\]/;
	push @found, "$c > '0' COLLATE " . $self->keeping('collation') if $type eq 'text' && $self->{model}{collation};
	foreach my $function (@{ $self->{model}{function} // [] })
	{
		next if $function->{set} || join(',', @{ $function->{types} // [] }) ne $type;
		push @found, ($self->call_of($function, $c) . ' IS NOT NULL') x 2;
	}
	foreach my $operator (@{ $self->{model}{operator} // [] })
	{
		next if $operator->{left} ne $type || $operator->{right} ne $type || $operator->{result} ne 'boolean';
		push @found, ("$c OPERATOR(" . quoted($operator->{s}) . ".$operator->{n}) $c") x 2;
	}
	foreach my $enum (@{ $self->{model}{enum} // [] })
	{
		push @found, ("$c = " . literal($self->one_of(@{ $enum->{labels} })) . '::' . qualified($enum)) x 2
			if on_one_line($type) eq qualified($enum) && $enum->{labels};
	}
	foreach my $composite (@{ $self->{model}{composite} // [] })
	{
		push @found, ("($c)." . quoted($self->one_of(@{ $composite->{cols} })->[0]) . ' IS NULL') x 2
			if on_one_line($type) eq qualified($composite) && $composite->{cols};
	}
	return @found;
}

sub pick_bool
{
	my ($self) = @_;
	my @parts = map { $self->one_of($self->on_column($self->one_of($self->columns), '')) } 0 .. $self->rand_int(2);
	return join $self->one_of(' AND ', ' OR '), @parts;
}

# --- queries, for views

sub source
{
	my ($self, $alias) = @_;
	my $name = $self->object(@relations, 'table', 'table', 'view');
	die "nothing\n" if !@{ $self->{rel}{cols} // [] };
	return ($name, [ @{ $self->{rel}{cols} } ]);
}

sub select_list
{
	my ($self, $prefix, @columns) = @_;
	my @list;
	my $n = 0;
	foreach my $column (@columns)
	{
		my $c = $prefix . quoted($column->[0]);
		my @found = ($c) x 4;
		push @found, "${c}::text", "($c IS NULL)", "CASE WHEN $c IS NULL THEN 1 ELSE 2 END", '(' . $self->one_of($self->on_column($column, $prefix)) . ')';
		my $expression = $self->one_of(@found);
		push @list, $expression eq $c ? $c : "$expression AS " . ($self->chance(50) ? 'x' . ++$n : 'y' . ++$n);
	}
	return @list;
}

sub pick_query
{
	my ($self) = @_;
	my @keep = ($self->{rel}, @{ $self->{vars} }{qw(rel on)}, $self->{last});
	my ($from, $columns) = $self->source;
	my @some = map { $self->one_of(@$columns) } 0 .. $self->rand_int(3);
	my %seen;
	@some = grep { !$seen{ $_->[0] }++ } @some;
	my $list = join ', ', $self->select_list('q.', @some);
	my ($c) = map { 'q.' . quoted($_->[0]) } @some;
	my $where = $self->chance(50) ? ' WHERE ' . $self->one_of($self->on_column($self->one_of(@$columns), 'q.')) : '';
	my ($other, $others) = $self->source;
	my $o = quoted($self->one_of(@$others)->[0]);
	my ($common) = grep { my $name = $_->[0]; grep { $_->[0] eq $name && $_->[1] eq 'integer' } @$columns } grep { $_->[1] eq 'integer' } @$others;
	my @found = (
		("SELECT $list FROM $from q$where") x 4,
		"SELECT * FROM $from",
		"SELECT q FROM $from q$where",
		"SELECT $list, r.$o AS other FROM $from q LEFT JOIN $other r ON true$where",
		"SELECT $list, (SELECT max(r.${o}::text) FROM $other r) AS top FROM $from q$where",
		"SELECT $list FROM $from q WHERE EXISTS (SELECT 1 FROM $other r WHERE r.$o IS NULL)",
		"WITH w AS (SELECT q.* FROM $from q$where) SELECT * FROM w",
		"SELECT ${c}::text AS key, count(*) AS n FROM $from q GROUP BY 1",
		"SELECT ${c}::text AS u FROM $from q UNION ALL SELECT r.${o}::text FROM $other r",
		"SELECT DISTINCT $list FROM $from q ORDER BY 1");
	push @found, ("SELECT * FROM $from q JOIN $other r USING (" . quoted($common->[0]) . ')') x 3 if $common;
	push @found, "SELECT $list, " . $self->pick_int_function . '(1) AS f FROM ' . "$from q" if $self->has_int_function;
	foreach my $function (grep { !@{ $_->{types} // [] } && $_->{set} } @{ $self->{model}{function} // [] })
	{
		push @found, 'SELECT * FROM ' . $self->call_of($function) . ' f';
	}
	push @found, "SELECT $list, nextval(" . literal($self->object('sequence')) . ") AS s FROM $from q" if $self->{model}{sequence};
	($self->{rel}, @{ $self->{vars} }{qw(rel on)}, $self->{last}) = @keep;
	return $self->one_of(@found);
}

# --- the rest

sub pick_opclass_am
{
	my ($self) = @_;
	my @keep = ($self->{rel}, @{ $self->{vars} }{qw(rel on)});
	my $object = $self->pick('opclass');
	($self->{rel}, @{ $self->{vars} }{qw(rel on)}) = @keep;
	$self->{vars}{opclass} = qualified($object);
	return quoted($object->{am});
}

# a type that an operator class for btree is for; the class is {$opclass}
sub pick_btree_type
{
	my ($self) = @_;
	my @found = grep { $_->{am} eq 'btree' } @{ $self->{model}{opclass} // [] };
	my $object = $self->one_of(@found);
	$self->{vars}{opclass} = qualified($object);
	return on_one_line($object->{type});
}

sub pick_btree_family { my ($self) = @_; return qualified($self->one_of(grep { $_->{am} eq 'btree' } @{ $self->{model}{opfamily} // [] })); }

sub operators_on
{
	my ($self, $type) = @_;
	return map { quoted($_->{s}) . ".$_->{n}" } grep { $_->{left} eq $type && $_->{right} eq $type && $_->{result} eq 'boolean' } @{ $self->{model}{operator} // [] };
}
sub pick_lt_operator { my ($self) = @_; return $self->one_of('<', $self->operators_on('integer')); }
sub pick_equal_operator { my ($self) = @_; return $self->one_of('pg_catalog.=', ($self->operators_on('integer')) x 2); }
sub pick_operator_name { my ($self) = @_; return $self->one_of($self->operators_on('integer')); }

# a sequence's next value, or a function's value
sub pick_sequence_function
{
	my ($self) = @_;
	return $self->{model}{sequence} && $self->chance(50) ? 'nextval(' . literal($self->keeping('sequence')) . ')' : $self->pick_int_function . '(3)';
}

# a function of two integers
sub pick_int_function2
{
	my ($self) = @_;
	my @found = grep { !$_->{set} && $_->{result} eq 'integer' && join(',', @{ $_->{types} // [] }) eq 'integer,integer' } @{ $self->{model}{function} // [] };
	return @found ? qualified($self->one_of(@found)) : 'pg_catalog.int4pl';
}

sub pick_text_col { my ($self) = @_; return quoted($self->one_of($self->columns(sub { $_[0][1] eq 'text' }))->[0]); }

# a table with a unique constraint, which is {$constraint}
sub pick_conflict_table
{
	my ($self) = @_;
	my $object = $self->one_of(grep { $_->{kind} =~ /[pu]/ } @{ $self->{model}{constraint} // [] });
	$self->{vars}{constraint} = quoted($object->{n});
	return quoted($object->{s}) . '.' . quoted($object->{table});
}

sub am_of { my ($self, $kind) = @_; return map { quoted($_->{n}) } grep { $_->{kind} eq $kind } @{ $self->{model}{access_method} // [] }; }
sub pick_table_am { my ($self) = @_; return $self->one_of('heap', ($self->am_of('t')) x 3); }
sub pick_index_am { my ($self) = @_; return $self->one_of('hash', ($self->am_of('i')) x 3); }

# ------------------------------------------------------------------------------------------
# Statements and units
# ------------------------------------------------------------------------------------------

# The statements of one random form: { sql => …, form => line of forms.txt, alone => 1 if it
# cannot run in a transaction block }
sub statements
{
	my ($self, %want) = @_;
	foreach (1 .. 200)
	{
		my $class = $self->one_of(@{ $self->{classes} });
		# too much of everything makes a run slow and finds nothing more
		$class = (grep { $_->{name} eq 'schema' } @{ $self->{classes} })[0] if $self->count > $self->{max_objects} && $self->chance(4);
		my $form = $self->one_of(@{ $class->{forms} });
		next if $want{block} && $form->{text} =~ /!/;
		next if $self->{without}{ $class->{name} };
		next if $self->count > $self->{max_objects} && $form->{text} =~ /^CREATE (?!SCHEMA)/ && $self->chance(70);
		@$self{qw(vars rel last other)} = ({}, undef, undef, undef);
		my $text = eval { $self->expand($form->{text}) };
		if (!defined $text)
		{
			die $@ if $@ !~ /^nothing/;
			next;
		}
		return map { { sql => s/^!//r, form => $form->{number}, alone => /^!/ ? 1 : 0 } } split /;; /, $text;
	}
	return { sql => 'CREATE SCHEMA s1', form => 0, alone => 0 };
}

sub some_statements
{
	my ($self, $most, %want) = @_;
	return map { $self->statements(%want) } 0 .. $self->rand_int($most);
}

sub line { my ($sql, $form) = @_; return { sql => "$sql;", form => $form // 0 }; }

# Statements as PL/pgSQL, some with a handler, in one of which the statement is undone.
sub plpgsql
{
	my ($self, $commits, @statements) = @_;
	my @body;
	my $n = 0;
	foreach my $statement (@statements)
	{
		my $execute = "EXECUTE \$ddl\$$statement->{sql}\$ddl\$;";
		my $handler = $self->chance(25) ? 'EXECUTE $ddl$' . ($self->statements(block => 1))[0]{sql} . '$ddl$;' : 'NULL;';
		my $undo = $self->chance(25) ? 'RAISE EXCEPTION USING ERRCODE = \'U0001\';' : '';
		my $kind = $self->rand_int(10);
		push @body, $kind < 9 ? "BEGIN $execute $undo EXCEPTION WHEN OTHERS THEN $handler END;" : $execute;
		push @body, $self->chance(70) ? 'COMMIT;' : 'ROLLBACK;' if $commits && $self->chance(40);
	}
	return 'BEGIN ' . join(' ', @body) . ' END';
}

sub unit_plain { my ($self) = @_; return map { line($_->{sql}, $_->{form}) } $self->some_statements(3); }

sub unit_transaction
{
	my ($self, $end) = @_;
	my @lines = ({ sql => '\set ON_ERROR_ROLLBACK ' . ($self->chance(75) ? 'on' : 'off'), form => 0 });
	my $savepoints = 0;
	push @lines, line('BEGIN' . $self->one_of('', '', '', ' ISOLATION LEVEL REPEATABLE READ', ' ISOLATION LEVEL SERIALIZABLE'));
	foreach my $statement (map { $self->statements(block => 1) } 0 .. $self->rand_int(5))
	{
		if ($self->chance(25)) { push @lines, line('SAVEPOINT s' . ++$savepoints); }
		push @lines, line($statement->{sql}, $statement->{form});
		if ($savepoints > 0 && $self->chance(40))
		{
			my $to = 1 + $self->rand_int($savepoints);
			my $back = $self->chance(65);
			push @lines, line(($back ? 'ROLLBACK TO s' : 'RELEASE s') . $to);
			$savepoints = $back ? $to : $to - 1;
		}
	}
	push @lines, line('SET TRANSACTION READ ONLY') if $self->chance(3);
	push @lines, ref $end ? @$end : line($self->chance(75) ? 'COMMIT' : 'ROLLBACK');
	return @lines;
}

sub unit_two_phase
{
	my ($self) = @_;
	my $gid = "random_$self->{session}_" . ++$self->{gid};
	my @end = (line("PREPARE TRANSACTION '$gid'"), line(($self->chance(65) ? 'COMMIT' : 'ROLLBACK') . " PREPARED '$gid'"));
	return $self->unit_transaction(\@end);
}

sub unit_do
{
	my ($self) = @_;
	return line('DO $do$' . $self->plpgsql($self->chance(35), $self->some_statements(4, block => 1)) . '$do$');
}

sub unit_routine
{
	my ($self) = @_;
	my $commits = $self->chance(40);
	my $body = $self->plpgsql($commits, $self->some_statements(4, block => 1));
	my $name = $self->object('schema') . '.runner' . $self->pick_int;
	return (
		line(($commits ? "CREATE OR REPLACE PROCEDURE $name()" : "CREATE OR REPLACE FUNCTION $name() RETURNS void") . " LANGUAGE plpgsql AS \$do\$$body\$do\$"),
		line($commits ? "CALL $name()" : "SELECT $name()"));
}

sub unit_one_string
{
	my ($self) = @_;
	my @statements = $self->some_statements(3, block => 1);
	return line(join '\; ', map { $_->{sql} } @statements);
}

sub unit_as_role
{
	my ($self) = @_;
	return (line('SET ROLE ' . $self->pick_role), $self->unit_plain, line('RESET ROLE'));
}

sub unit_replica
{
	my ($self) = @_;
	return (line('SET session_replication_role = replica'), $self->unit_plain, line('RESET session_replication_role'));
}

# refused, most of the time
sub unit_mode
{
	my ($self) = @_;
	my $mode = $self->one_of(qw(enforce enforce warn));
	return (line("SET schema_guard.mode = $mode"), $self->unit_transaction, line('RESET schema_guard.mode'));
}

sub unit_off
{
	my ($self) = @_;
	return (line('SET schema_guard.mode = off'), $self->unit_plain, line('RESET schema_guard.mode'), line('SELECT count(*) FROM schema_guard.verify()'));
}

sub unit_preview
{
	my ($self) = @_;
	return line('SELECT count(*) FROM schema_guard.preview($ddl$' . join('; ', map { $_->{sql} } $self->some_statements(3, block => 1)) . '$ddl$)');
}

my @units = (
	('plain') x 10, ('transaction') x 10, ('do') x 4, ('routine') x 2, ('two_phase') x 2, ('one_string') x 2, ('as_role') x 2,
	'replica', 'mode', 'off', 'preview');

# A batch for one session: a list of units, each a list of lines.
sub batch
{
	my ($self, $count, $session) = @_;
	$self->{session} = $session;
	my @batch;
	while (@batch < $count)
	{
		my $kind = $self->one_of(@units);
		next if $self->{without}{$kind};
		my $make = "unit_$kind";
		my @unit = eval { $self->$make() };
		die $@ if !@unit && $@ !~ /^nothing/;
		push @batch, \@unit if @unit;
	}
	return @batch;
}

1;
