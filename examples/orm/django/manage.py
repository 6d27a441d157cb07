#!/usr/bin/env python3
"""Django with the settings that this example needs; the database is that of libpq's environment."""
import os
import sys

from django.conf import settings
from django.core.management import execute_from_command_line

settings.configure(
    INSTALLED_APPS=["shop"],
    DATABASES={"default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ["PGDATABASE"], "HOST": os.environ.get("PGHOST", ""),
        "PORT": os.environ.get("PGPORT", ""), "USER": os.environ.get("PGUSER", "")}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField", USE_TZ=True)

execute_from_command_line(sys.argv)
