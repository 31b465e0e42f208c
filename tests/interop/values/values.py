"""With "write", prints values as the Python SDK stores them, one a line, each with the plain value that a script must read. With
"read", reads stored texts, one a line, and prints what an application gets from each."""

import collections
import dataclasses
import enum
import json
import sys
import uuid
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

from dbos import PortableWorkflowError
from dbos import _error as errors
from dbos._serialization import DBOSDefaultSerializer, DBOSPortableJSON, serialize_exception

AT = datetime(2026, 1, 2, 3, 4, 5, 678_000)
UTC, BERLIN = timezone.utc, ZoneInfo("Europe/Berlin")
Point = collections.namedtuple("Point", "x y")


class Color(enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


@dataclasses.dataclass
class Order:
    id: str
    lines: list
    at: datetime


@dataclasses.dataclass(frozen=True, slots=True)
class Slotted:
    x: int
    y: int


class Plain:
    def __init__(self):
        self.name, self.inner = "n", Color.RED


class Strange(Exception):
    def __init__(self, order, why):
        super().__init__(f"order {order} is strange")
        self.order, self.why = order, why


def chained():
    try:
        try:
            raise KeyError("inner")
        except KeyError as inner:
            raise ValueError("outer", 2) from inner
    except ValueError as outer:
        return outer


LOOP = []
LOOP.append(LOOP)

VALUES = [
    ("None", None, "null"), ("true", True, "true"), ("int", -5, "-5"), ("2**40", 2**40, "1099511627776"), ("2**70", 2**70, "1180591620717411303424"),
    ("-2**70", -2**70, "-1180591620717411303424"), ("float", 0.1, "0.1"), ("inf", float("inf"), "Infinity"), ("nan", float("nan"), "NaN"), ("-0.0", -0.0, "-0"),
    ("text", 'ünï\u2028"🚀\0', '"ünï\\u2028\\"🚀\\u0000"'), ("lone surrogate", "a\ud800b", '"a\ufffd\ufffd\ufffdb"'),
    ("complex", 1 + 2j, "undecodable"), ("range", range(3), "undecodable"),
    ("bytes", b"hi\xff", "bytes 6869ff"), ("bytearray", bytearray(b"hi"), "bytes 6869"), ("no bytes", b"", "bytes "),
    ("tuple", (1, "x"), '[1,"x"]'), ("no tuple", (), "[]"), ("long tuple", (1, (2,), (3, 4, 5)), "[1,[2],[3,4,5]]"), ("namedtuple", Point(1, 2), "[1,2]"),
    ("list", [1, [2, [3, None]]], "[1,[2,[3,null]]]"), ("shared", [[1]] * 2, "[[1],[1]]"), ("loop", LOOP, "undecodable"),
    ("set", {"x"}, '["x"]'), ("frozenset", frozenset({1}), "[1]"), ("no set", set(), "[]"),
    ("dict", {"b": 1, "a": {"c": []}}, '{"a":{"c":[]},"b":1}'), ("int keys", {1: "a", 2: "b"}, '{"1":"a","2":"b"}'), ("tuple keys", {(1, 2): "a"}, '[[[1,2],"a"]]'),
    ("None key", {None: 1}, "[[null,1]]"), ("mixed keys", {1: "a", "1": "b"}, '[[1,"a"],["1","b"]]'),
    ("OrderedDict", collections.OrderedDict(a=1), '{"a":1}'), ("defaultdict", collections.defaultdict(list, a=[1]), '{"a":[1]}'),
    ("Counter", collections.Counter("aab"), '{"a":2,"b":1}'), ("deque", collections.deque([1, 2], maxlen=5), "[1,2]"),
    ("datetime", AT, "time 2026-01-02T03:04:05.678Z"), ("datetime utc", AT.replace(tzinfo=UTC), "time 2026-01-02T03:04:05.678Z"),
    ("datetime offset", AT.replace(tzinfo=timezone(timedelta(hours=-5))), "time 2026-01-02T08:04:05.678Z"),
    ("datetime named offset", AT.replace(tzinfo=timezone(timedelta(hours=1), "CET")), "time 2026-01-02T02:04:05.678Z"),
    ("datetime zone", AT.replace(tzinfo=BERLIN), "time 2026-01-02T02:04:05.678Z"),
    ("datetime fold", datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1), "time 2026-10-25T01:30:00Z"),
    ("zone itself", BERLIN, "undecodable"), ("utc itself", UTC, "undecodable"),
    ("date", date(2026, 1, 2), '"2026-01-02"'), ("time", time(3, 4, 5, 600), '"03:04:05.000600"'), ("time utc", time(3, 4, tzinfo=UTC), '"03:04:00+00:00"'),
    ("timedelta", timedelta(days=1, seconds=2, microseconds=500_000), "86402.5"), ("no timedelta", timedelta(), "0"),
    ("Decimal", Decimal("1.50"), '"1.50"'), ("UUID", uuid.UUID(int=5), '"00000000-0000-0000-0000-000000000005"'),
    ("Enum", Color.RED, '"red"'), ("IntEnum", Level.HIGH, "3"), ("Enum key", {Color.RED: 1}, '[["red",1]]'),
    ("dataclass", Order("o-1", [Slotted(1, 2)], AT), '{"at":time 2026-01-02T03:04:05.678Z,"id":"o-1","lines":[[1,2]]}'),
    ("object", Plain(), '{"inner":"red","name":"n"}'), ("class", Plain, "undecodable"), ("function", json.dumps, "undecodable"),
    ("exception as a value", ValueError("oh", 2), '{"message":"(\'oh\', 2)","name":"ValueError"}'),
    ("args", {"args": (1, "x"), "kwargs": {"at": AT}}, '{"args":[1,"x"],"kwargs":{"at":time 2026-01-02T03:04:05.678Z}}'),
]

ERRORS = [
    (ValueError("oh dear"), "ValueError", "oh dear"), (ValueError(), "ValueError", ""), (ValueError("a", 2), "ValueError", "('a', 2)"), (KeyError("k"), "KeyError", "'k'"),
    (OSError(2, "No such file", "f.txt"), "FileNotFoundError", "[Errno 2] No such file: 'f.txt'"), (Strange(7, "so"), "Strange", "order 7 is strange"),
    (chained(), "ValueError", "('outer', 2)"), (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid"), "UnicodeDecodeError", None),
    (ZeroDivisionError("division by zero"), "ZeroDivisionError", "division by zero"), (ValueError(None), "ValueError", "None"), (ValueError(1.5), "ValueError", "1.5"),
    (ValueError({"a": [True, None]}), "ValueError", "{'a': [True, None]}"), (ValueError(b"x"), "ValueError", "b'x'"), (ValueError(Decimal("1.5")), "ValueError", "1.5"),
    (ExceptionGroup("many", [ValueError("a"), KeyError("b")]), "ExceptionGroup", "many (2 sub-exceptions)"),
    (PortableWorkflowError("m", "OutOfStock", 42, {"sku": 1}), "PortableWorkflowError", "m"), (errors.DBOSMaxStepRetriesExceeded("s", 4, [ValueError("x")]), "DBOSMaxStepRetriesExceeded", None),
    (errors.DBOSWorkflowCancelledError("cancelled"), "DBOSWorkflowCancelledError", None),
]


def write():
    for name, value, want in VALUES:
        row = {"name": name, "codec": "py_pickle", "text": DBOSDefaultSerializer.serialize(value), "want": want}
        print(json.dumps(row))
    for error, name, message in ERRORS:
        for codec, serializer in ("py_pickle", DBOSDefaultSerializer), ("portable_json", DBOSPortableJSON):
            text, codec = serialize_exception(error, codec, serializer)
            print(json.dumps({"name": repr(error), "codec": codec, "text": text, "error": name, "message": str(error) if message is None else message, "own": message is None}))


def read():
    for line in sys.stdin:
        row = json.loads(line)
        serializer = DBOSPortableJSON if row["codec"] == "portable_json" else DBOSDefaultSerializer
        print(repr(serializer.deserialize(row["text"])))


{"write": write, "read": read}[sys.argv[1]]()
