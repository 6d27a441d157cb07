#!/usr/bin/python3
"""psycopg 3: asserts the release before the application serves."""
import os
import sys

import psycopg

try:
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.execute("SELECT schema_guard.assert_release(%s, %s)", sys.argv[1:3])
except psycopg.Error as error:
    # psycopg has no class for SQLSTATEs that it does not know: the code says which
    print(f"SQLSTATE {error.diag.sqlstate}")
    print(error.diag.message_primary)
    print(f"DETAIL: {error.diag.message_detail}")
    print(f"HINT: {error.diag.message_hint}")
    sys.exit(1)
print("fits")
