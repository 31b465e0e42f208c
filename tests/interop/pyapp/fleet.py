"""The workflows of the tests of stuck workflows and of executors that die."""

import time
from contextlib import contextmanager
from queue import Empty, SimpleQueue

import psycopg
from dbos import DBOS

from settings import DATABASE, setting


@DBOS.workflow(name="linger")
def linger(seconds):
    """Takes one step of so many seconds, and another one."""
    DBOS.run_step({"name": "long"}, lambda: time.sleep(seconds))
    return DBOS.run_step({"name": "after"}, lambda: "after")


@DBOS.workflow(name="listen")
def listen(other):
    """Waits for an event of another workflow."""
    return DBOS.get_event(other, "never", 60)


_idle: SimpleQueue = SimpleQueue()


@contextmanager
def _witnesses():
    """Lends a connection to the database of the table in which steps write that they ran."""
    try:
        connection = _idle.get_nowait()
    except Empty:
        connection = psycopg.connect(DATABASE, autocommit=True)
    yield connection
    _idle.put(connection)


def _attest(workflow, step):
    """Stores that a step runs, and waits for the gate in the step of that name."""
    executor = setting("PEER_EXECUTOR", "pyapp-1")
    with _witnesses() as connection:
        connection.execute("INSERT INTO witness (workflow, step, executor) VALUES (%s, %s, %s)", (workflow, step, executor))
    while step == "gate":
        with _witnesses() as connection:
            if connection.execute("SELECT 1 FROM gate WHERE executor = %s", (executor,)).fetchone():
                break
        time.sleep(0.2)
    return step


@DBOS.workflow(name="labour")
def labour(_=None):
    """Takes four steps. Each stores that it ran; the second one ends when the gate is open for the executor."""
    workflow = DBOS.workflow_id
    return " ".join(DBOS.run_step({"name": name}, _attest, workflow, name) for name in ("begin", "gate", "work", "end"))
