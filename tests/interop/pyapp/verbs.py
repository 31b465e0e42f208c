"""What a request may ask: some the application does itself, the others its client."""

import inspect
from contextlib import ExitStack
from datetime import datetime

from dbos import DBOS, Debouncer, DebouncerClient, DBOSClient, SetWorkflowAttributes, SetWorkflowID, WorkflowSerializationFormat


class NoOperation(Exception):
    """The SDK's version has no such operation."""


def offered(method: str, *options: str):
    """Returns a method of the client, if it takes all the options."""
    run = getattr(client(), method, None)
    if run is None or not set(options) <= set(inspect.signature(run).parameters):
        raise NoOperation(f"{method}({', '.join(options)})")
    return run

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
    with ExitStack() as stack:
        if "workflowID" in options:
            stack.enter_context(SetWorkflowID(options["workflowID"]))
        if "attributes" in options:
            stack.enter_context(SetWorkflowAttributes(options["attributes"]))
        if queue := options.get("queueName"):
            return _started(DBOS.retrieve_queue(queue).enqueue(run, *args))
        return _started(DBOS.start_workflow(run, *args))


def result(request):
    return DBOS.retrieve_workflow(request["workflowID"]).get_result(polling_interval_sec=0.05)


def debounce(request, *args):
    return _started(Debouncer.create(_workflow(request["workflow"])).debounce(request["key"], request["period"] / 1000, *args))


def client_debounce(request, *args):
    options = {"workflow_name": request["workflow"], "queue_name": "_dbos_internal_queue"}
    return _started(DebouncerClient(client(), options).debounce(request["key"], request["period"] / 1000, *args))


NAMES = {
    "workflowID": "workflow_id", "queueName": "queue_name", "deduplicationID": "deduplication_id", "priority": "priority",
    "applicationName": "application_name", "attributes": "attributes", "workflowIDReusePolicy": "workflow_id_reuse_policy",
}


def enqueue(request, *args):
    options = request.get("options", {})
    portable = options.pop("portable", False)
    options = {NAMES[name]: value for name, value in options.items()}
    if portable:
        options["serialization_type"] = WorkflowSerializationFormat.PORTABLE
    return _started(client().enqueue({"workflow_name": request["workflow"], **options}, *args))


def cancel(request):
    if request.get("options", {}).get("children"):
        offered("cancel_workflow", "cancel_children")(request["workflowID"], cancel_children=True)
    else:
        client().cancel_workflow(request["workflowID"])


def resume(request):
    client().resume_workflow(request["workflowID"], queue_name=request.get("options", {}).get("queueName"))


def rewind(request):
    options = request.get("options", {})
    offered("rewind_workflow")(request["workflowID"], start_step=options.get("step"), queue_name=options.get("queueName"))


def delay(request, seconds):
    client().set_workflow_delay(request["workflowID"], delay_seconds=seconds)


def attributes(request, wanted):
    more = {"merge": True} if request.get("options", {}).get("merge") else {}
    offered("update_workflow_attributes", *more)(request["workflowID"], wanted, **more)


def fork(request):
    options = request.get("options", {})
    more = {"replacement_children": options["replacementChildren"]} if "replacementChildren" in options else {}
    with SetWorkflowID(options["workflowID"]):
        run = offered("fork_workflow", *more)
        return _started(run(request["workflowID"], options["step"], queue_name=options.get("queueName"), **more))


def queue(request):
    client().register_queue(request["key"], concurrency=request.get("options", {}).get("concurrency"), polling_interval_sec=0.2)


def queues(_):
    return {q.name: q.concurrency for q in client().list_queues()}


def rename(_, old, new):
    client().rename_application(old, new)


def aggregates(_, prefix):
    offered("get_workflow_aggregates")


def delete(request):
    client().delete_workflow(request["workflowID"])


def send(request, message):
    options = request.get("options", {})
    more = {"send_to_forks": True} if options.get("toForks") else {}
    if options.get("portable"):
        more["serialization_type"] = WorkflowSerializationFormat.PORTABLE
    offered("send", *more)(request["workflowID"], message, request.get("key"), options.get("idempotencyKey"), **more)


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
    for wf in offered("list_workflows", *chosen)(**chosen):
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
    start, result, debounce, enqueue, cancel, resume, rewind, delay, attributes, fork, queue, queues, rename, aggregates,
    delete, send, event, stream, steps, schedule, schedules, pause, trigger, backfill,
)} | {"list": list_workflows, "clientDebounce": client_debounce}
