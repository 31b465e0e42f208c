"""The workflows that the application of every SDK has."""

from datetime import datetime, timezone
from itertools import count

from dbos import DBOS, SetWorkflowID

from fleet import labour, linger, listen  # noqa: F401, registers them


@DBOS.workflow(name="same")
def same(value):
    return value


@DBOS.workflow(name="echo")
def echo(value):
    return value


@DBOS.workflow(name="shape")
def shape(order):
    """Returns what each member of the input holds, in words."""
    at = datetime.fromisoformat(order["at"]).astimezone(timezone.utc)
    words = order["id"], order["text"], order["price"], f"{at:%Y-%m-%dT%H:%M:%SZ}", len(order["lines"]), order["lines"][0]["sku"]
    return " ".join(map(str, (*words, "none" if order["note"] is None else order["note"])))


@DBOS.workflow(name="kinds")
def kinds(_=None):
    """Returns one of every kind of value that a pickle keeps."""
    return {
        "at": datetime(2026, 1, 2, 3, 4, 5, 678_000, timezone.utc), "big": 2**70, "bytes": b"hi\xff", "none": None,
        "nested": {"list": [1, [2, None]], "text": 'ünïcode \u2028 "quoted" 🚀'}, "fraction": 0.1, "pair": (1, "x"), "set": {"x"},
    }


@DBOS.workflow(name="hold")
def hold(_=None):
    """Runs until somebody sends it a message, which it returns."""
    return DBOS.recv("release", 60)


@DBOS.workflow(name="journey")
def journey(count):
    """Takes steps; each returns in which workflow it really ran, which shows what a fork copied."""
    def stop(i):
        return DBOS.run_step({"name": f"stop{i}"}, lambda: {"stop": i, "by": DBOS.workflow_id})
    return [stop(i) for i in range(int(count))]


@DBOS.workflow(name="broken")
def broken(message):
    DBOS.run_step({"name": "before"}, lambda: "before")
    raise ValueError(message)


@DBOS.workflow(name="stumble")
def stumble(_=None):
    """Fails in the second of three steps. Each step says in which workflow it really ran."""
    def fail():
        raise ValueError(f"stumbled in {DBOS.workflow_id}")
    DBOS.run_step({"name": "steady"}, lambda: DBOS.workflow_id)
    try:
        DBOS.run_step({"name": "stumble"}, fail)
    finally:
        DBOS.run_step({"name": "onward"}, lambda: DBOS.workflow_id)


@DBOS.workflow(name="report")
def report(values):
    """Sets each value as the event "progress", and writes it to the stream "numbers"."""
    for value in values:
        DBOS.set_event("progress", value)
        DBOS.write_stream("numbers", value)
    DBOS.close_stream("numbers")
    return len(values)


@DBOS.workflow(name="brood")
def brood(value):
    return DBOS.start_workflow(same, value).get_result()


@DBOS.workflow(name="nest")
def nest(child):
    """Runs a child that waits for a message, and waits for it."""
    with SetWorkflowID(child):
        return DBOS.start_workflow(hold, "").get_result()


_trials = count(1)


@DBOS.workflow(name="trial")
def trial(_=None):
    """Publishes how many steps have really run, waits for a message, counts again, and returns all three."""
    first = DBOS.run_step({"name": "first"}, lambda: next(_trials))
    DBOS.set_event("count", first)
    told = DBOS.recv("go", 60)
    second = DBOS.run_step({"name": "second"}, lambda: next(_trials))
    DBOS.set_event("count", second)
    DBOS.write_stream("counts", second)
    DBOS.close_stream("counts")
    return {"first": first, "told": told, "second": second}


@DBOS.workflow(name="tick")
def tick(at: datetime, context):
    """Returns what a run of a schedule was told; a text instead of a time fails, as in most applications."""
    return {"at": at.isoformat(), "year": int(f"{at:%Y}"), "context": context}
