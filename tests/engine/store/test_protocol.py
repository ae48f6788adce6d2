"""The protocol and the values that cross it."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest

from floworch import Engine, UsageError
from floworch.store.journal.log import JournalLog
from floworch.store.journal.store import FlatBuffersStore, JsonStore
from floworch.store.memory import MemoryLog, MemoryStore
from floworch.store.protocol import RunLog, RunStore, RunSummary
from floworch.testing.store_suite import make_header


@pytest.mark.parametrize(
    ("protocol", "implementation"),
    [
        (RunStore, MemoryStore),
        (RunStore, FlatBuffersStore),
        (RunStore, JsonStore),
        (RunLog, MemoryLog),
        (RunLog, JournalLog),
    ],
)
def test_every_implementation_has_every_method_with_the_same_parameters(protocol: type, implementation: type) -> None:
    for name, member in vars(protocol).items():
        if name.startswith("_"):
            continue
        theirs = getattr(implementation, name)
        if inspect.isfunction(member):
            assert list(inspect.signature(theirs).parameters) == list(inspect.signature(member).parameters), name
        else:
            assert isinstance(theirs, property), name


def test_headers_and_summaries_are_immutable_values() -> None:
    header = make_header()
    assert header == make_header()
    for value, field in ((header, "run_id"), (RunSummary("r", "w", "paused", 1.0), "status")):
        with pytest.raises(AttributeError):
            setattr(value, field, "x")


@pytest.mark.parametrize(("store", "told"), [
    ("./runs", "Write FlatBuffersStore('./runs')."), (Path("runs"), "Write FlatBuffersStore('runs')."),
    (MemoryStore, "Make one: MemoryStore(...)."), ({}, "A dict is no store: it has no create, acquire, header, "),
])  # fmt: skip
def test_what_is_no_store_is_told_what_it_lacks(store: Any, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        Engine(store)
    assert told in f"{caught.value.message} {caught.value.hint}"


@pytest.mark.parametrize(("made", "is_one"), [(MemoryStore(), True), (object(), False), ("./workflow_data", False)])
def test_a_store_is_told_from_what_is_none(made: object, is_one: bool) -> None:
    assert isinstance(made, RunStore) is is_one


def test_a_line_of_the_list_has_what_the_command_prints() -> None:
    """interfaces.md section 4: ``{run_id, workflow, status, started_at, duration}``"""
    ended = RunSummary("r", "w", "completed", 1.0, 2.0, 7.5, rested=1.5)
    assert (ended.workflow, ended.duration) == ("w", 4.0)
    assert ended.elapsed == 5.5  # from its start to its end
    assert RunSummary("r", "w", "running", 1.0, 2.0).duration is None
    assert RunSummary("r", "w", "running", 1.0, 2.0).elapsed is None
