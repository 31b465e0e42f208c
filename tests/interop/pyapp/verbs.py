"""What a request may ask: some the application does itself, the others its client."""

from datetime import datetime

from dbos import DBOS, Debouncer, DebouncerClient, DBOSClient, SetWorkflowID

_clients: list[DBOSClient] = []


def connect(client: DBOSClient) -> None:
    _clients.append(client)


def client() -> DBOSClient:
    return _clients[0]


def _workflow(name):
    import workflows
    return getattr(workflows, name)


def _started(handle) -> dict:
    return {"workflowID": handle.get_workflow_id()}


def start(request, *args):
    options = request.get("options") or {}
    run = _workflow(request["workflow"])
    if queue := options.get("queueName"):
        with SetWorkflowID(options["workflowID"]):
            return _started(DBOS.retrieve_queue(queue).enqueue(run, *args))
    if "workflowID" not in options:
        return _started(DBOS.start_workflow(run, *args))
    with SetWorkflowID(options["workflowID"]):
        return _started(DBOS.start_workflow(run, *args))


def result(request):
    return DBOS.retrieve_workflow(request["workflowID"]).get_result(polling_interval_sec=0.05)


def debounce(request, *args):
    return _started(Debouncer.create(_workflow(request["workflow"])).debounce(request["key"], request["period"] / 1000, *args))


def client_debounce(request, *args):
    options = {"workflow_name": request["workflow"], "queue_name": "_dbos_internal_queue"}
    return _started(DebouncerClient(client(), options).debounce(request["key"], request["period"] / 1000, *args))


NAMES = {"workflowID": "workflow_id", "queueName": "queue_name", "deduplicationID": "deduplication_id", "priority": "priority"}


def enqueue(request, *args):
    options = {NAMES[name]: value for name, value in request.get("options", {}).items()}
    return _started(client().enqueue({"workflow_name": request["workflow"], **options}, *args))


def cancel(request):
    client().cancel_workflow(request["workflowID"])


def resume(request):
    client().resume_workflow(request["workflowID"], queue_name=request.get("options", {}).get("queueName"))


def fork(request):
    options = request.get("options", {})
    with SetWorkflowID(options["workflowID"]):
        return _started(client().fork_workflow(request["workflowID"], options["step"], queue_name=options.get("queueName")))


def delete(request):
    client().delete_workflow(request["workflowID"])


def send(request, message):
    client().send(request["workflowID"], message, request.get("key"))


def event(request):
    return client().get_event(request["workflowID"], request["key"], 10)


def stream(request):
    return list(client().read_stream(request["workflowID"], request["key"]))


def steps(request):
    return [{"id": s["function_id"], "name": s["function_name"]} for s in client().list_workflow_steps(request["workflowID"])]


FIELDS = {
    "id": "workflow_id", "status": "status", "name": "name", "class_name": "class_name", "authenticated_user": "authenticated_user",
    "executor_id": "executor_id", "application_version": "app_version", "attempts": "recovery_attempts", "queue_name": "queue_name",
    "deduplication_id": "deduplication_id", "priority": "priority", "forked_from": "forked_from", "was_forked_from": "was_forked_from",
    "parent_workflow_id": "parent_workflow_id", "schedule_name": "schedule_name", "application_name": "application_name",
    "created_at": "created_at", "updated_at": "updated_at", "started_at": "dequeued_at", "completed_at": "completed_at",
    "delay_until": "delay_until_epoch_ms", "deadline": "workflow_deadline_epoch_ms",
    "input": "input", "output": "output",
}


def list_workflows(request):
    """Returns the workflows that match a filter; filter and fields have the names of Lua, times are in milliseconds."""
    chosen = dict(request["options"])
    if "executor_ids" in chosen:
        chosen["executor_id"] = chosen.pop("executor_ids")
    found = []
    for wf in client().list_workflows(**chosen):
        one = {ours: getattr(wf, theirs) for ours, theirs in FIELDS.items()}
        one["error"] = "" if wf.error is None else str(wf.error)
        found.append(one)
    return found


def schedule(request, cron, context):
    DBOS.create_schedule(schedule_name=request["key"], workflow_fn=_workflow("tick"), schedule=cron, context=context,
                         queue_name=request.get("options", {}).get("queueName"))


def schedules(_):
    return {s["schedule_name"]: {"status": s["status"], "context": s["context"]} for s in client().list_schedules()}


def pause(request):
    client().pause_schedule(request["key"])


def trigger(request):
    return _started(client().trigger_schedule(request["key"]))


def backfill(request, start_time, end_time):
    """Starts the runs between two times, and returns the ids."""
    handles = DBOS.backfill_schedule(request["key"], datetime.fromisoformat(start_time), datetime.fromisoformat(end_time))
    return [handle.workflow_id for handle in handles]


VERBS = {run.__name__: run for run in (
    start, result, debounce, enqueue, cancel, resume, fork, delete, send, event, stream, steps, schedule, schedules, pause, trigger,
    backfill,
)} | {"list": list_workflows, "clientDebounce": client_debounce}
