"""Prints what the client of the installed Python SDK declares: a method a line, and after it, on lines of their own, each
parameter or, if it is a dictionary with known keys, each of its keys."""

import dataclasses
import inspect
import typing

import dbos
from dbos import DBOSClient, DebouncerClient, WorkflowHandle


def keys(hint):
    """Returns the keys of the dictionaries with known keys, and the fields of the data classes, in a type."""
    if typing.is_typeddict(hint):
        return [key for name, inner in typing.get_type_hints(hint).items() for key in [name, *keys(inner)]]
    if dataclasses.is_dataclass(hint):
        return [field.name for field in dataclasses.fields(hint)]
    return [key for part in typing.get_args(hint) for key in keys(part)]


def describe(name, function):
    print(name)
    hints = typing.get_type_hints(function, localns=vars(dbos))
    for parameter in list(inspect.signature(function).parameters.values())[1:]:
        found = keys(hints.get(parameter.name))
        if not found or parameter.default is not parameter.empty:  # one with a default is an option itself
            found.insert(0, parameter.name)
        for option in found:
            print(name, option)


for cls in DBOSClient, DebouncerClient, WorkflowHandle:
    if cls is not WorkflowHandle:
        describe(cls.__name__, cls.__init__)
    for name, member in inspect.getmembers(cls, inspect.isfunction):
        if not name.startswith("_") and not name.endswith("_async"):
            describe(name, member)
