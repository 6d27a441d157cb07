#!/usr/bin/python3
"""asyncpg: asserts the release on each connection that the pool makes."""
import asyncio
import os
import sys

import asyncpg


async def assert_release(connection):
    await connection.fetchval("SELECT schema_guard.assert_release($1, $2)", *sys.argv[1:3])


async def main():
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=1, init=assert_release):
        print("fits")


try:
    asyncio.run(main())
except asyncpg.PostgresError as error:
    print(f"SQLSTATE {error.sqlstate}")
    print(error.message)
    print(f"DETAIL: {error.detail}")
    print(f"HINT: {error.hint}")
    sys.exit(1)
