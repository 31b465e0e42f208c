"""An application on the DBOS SDK for Python. A test drives it over standard input and output: one JSON request a line,
one JSON response a line, as tests/interop/peer says."""

import base64
import json
import os
import sys
from datetime import datetime

from dbos import DBOS, DBOSClient

from settings import APPLICATION, DATABASE, config, setting
from verbs import VERBS, connect


def plain(value):
    """Returns what JSON has no form for as text."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, datetime) else str(value)


def answer(request: dict) -> dict:
    try:
        verb = VERBS.get(request["do"])
        if verb is None:
            raise LookupError(f"no request {request['do']!r}")
        return {"id": request["id"], "value": verb(request, *request.get("args", []))}
    except Exception as error:
        return {"id": request["id"], "error": {"name": type(error).__name__, "message": str(error)}}


def main() -> None:
    # What the SDK prints goes to standard error, so that only responses stand on standard output.
    responses, sys.stdout = sys.stdout, sys.stderr
    DBOS(config=config())
    import workflows  # noqa: F401, registers the workflows
    DBOS.launch()
    DBOS.register_queue(setting("PEER_QUEUE", "ordinary"), polling_interval_sec=0.2)
    connect(DBOSClient(system_database_url=DATABASE, application_name=APPLICATION))
    print(json.dumps({"ready": True}), file=responses, flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line)), default=plain), file=responses, flush=True)
    os._exit(0)


main()
