#!/bin/sh
# psql: the error as psql shows it, with its SQLSTATE; the exit status is 3.
exec psql -X -q -A -t -d "$DATABASE_URL" -v ON_ERROR_STOP=1 -v VERBOSITY=verbose -v application="$1" -v version="$2" <<'SQL'
\o /dev/null
SELECT schema_guard.assert_release(:'application', :'version');
\o
\echo fits
SQL
