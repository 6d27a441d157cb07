#!/usr/bin/python3
# listen.py [CONNECTION]: prints what NOTIFY schema_guard tells, a line each, until it is interrupted.
# Debian: python3-psycopg2. A bell, not a record: read the view journal for what was missed meanwhile.
import json
import select
import sys

import psycopg2

connection = psycopg2.connect(sys.argv[1] if len(sys.argv) > 1 else "")
connection.autocommit = True
connection.cursor().execute("LISTEN schema_guard")
while True:
    select.select([connection], [], [])
    connection.poll()
    for notification in connection.notifies:
        told = json.loads(notification.payload)
        print(told.pop("at"), told.pop("event"), json.dumps(told, ensure_ascii=False), flush=True)
    connection.notifies.clear()
