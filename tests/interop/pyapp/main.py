"""An application on the DBOS SDK for Python. A test drives it over standard input and output: one JSON request a line,
one JSON response a line."""

import json
import os
import sys
from datetime import datetime

from dbos import DBOS


def system_database() -> str:
    """Returns the database's URL as SQLAlchemy spells it."""
    url = os.environ["PEER_DATABASE_URL"]
    if url.startswith("sqlite:"):
        return "sqlite:///" + url.removeprefix("sqlite:")
    return "postgresql://" + url.split("://", 1)[1]


DBOS(config={
    "name": "pyapp",
    "system_database_url": system_database(),
    "application_version": "v1",
    "executor_id": "pyapp-1",
    "scheduler_polling_interval_sec": 0.25,
    "enable_otlp": False,
    "run_admin_server": False,
})


@DBOS.workflow(name="tick")
def tick(at: datetime, context):
    """Returns what a run of a schedule was told; a text instead of a time fails, as in most applications."""
    return {"at": at.isoformat(), "year": int(f"{at:%Y}"), "context": context}


@DBOS.workflow(name="echo")
def echo(value):
    return value


def start(_key, value):
    return DBOS.start_workflow(echo, value).get_result()


def schedule(key, cron, context):
    DBOS.create_schedule(schedule_name=key, workflow_fn=tick, schedule=cron, context=context)


def schedules(_key):
    return {s["schedule_name"]: {"status": s["status"], "context": s["context"]} for s in DBOS.list_schedules()}


def backfill(key, start, end):
    """Starts the runs between two times, and returns the ids."""
    handles = DBOS.backfill_schedule(key, datetime.fromisoformat(start), datetime.fromisoformat(end))
    return [handle.workflow_id for handle in handles]


VERBS = {run.__name__: run for run in (start, schedule, schedules, backfill)}


def answer(request: dict) -> dict:
    try:
        return {"id": request["id"], "value": VERBS[request["do"]](request.get("key"), *request.get("args", []))}
    except Exception as error:
        return {"id": request["id"], "error": {"name": type(error).__name__, "message": str(error)}}


def main() -> None:
    # What the SDK prints goes to standard error, so that only responses stand on standard output.
    responses, sys.stdout = sys.stdout, sys.stderr
    DBOS.launch()
    DBOS.register_queue("ordinary", polling_interval_sec=0.25)
    print(json.dumps({"ready": True}), file=responses, flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line)), default=str), file=responses, flush=True)


main()
