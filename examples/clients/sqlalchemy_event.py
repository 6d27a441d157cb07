#!/usr/bin/python3
"""SQLAlchemy: asserts the release on each connection that the pool makes, by the event "connect"."""
import os
import sys

from sqlalchemy import create_engine, event, exc

engine = create_engine(os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg2://"))


@event.listens_for(engine, "connect")
def assert_release(connection, record):
    with connection.cursor() as cursor:
        cursor.execute("SELECT schema_guard.assert_release(%s, %s)", sys.argv[1:3])
    connection.commit()


try:
    with engine.connect():
        print("fits")
except (exc.DBAPIError, engine.dialect.dbapi.Error) as error:
    # an error of the event is the driver's own
    refused = getattr(error, "orig", error)
    print(f"SQLSTATE {refused.pgcode}")
    print(refused.diag.message_primary)
    print(f"DETAIL: {refused.diag.message_detail}")
    print(f"HINT: {refused.diag.message_hint}")
    sys.exit(1)
