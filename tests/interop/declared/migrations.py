"""Prints the statements of each version of the tables that the installed Python SDK makes, by kind of database."""

import json

from dbos import _migration

versions = {"postgres": _migration.get_dbos_migrations("dbos", True), "sqlite": _migration.sqlite_migrations}
print(json.dumps({kind: [[text] if text.strip() else [] for text in texts] for kind, texts in versions.items()}))
