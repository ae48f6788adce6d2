"""Headers, summaries and states cross as JSON and come back equal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from floworch.errors import UsageError
from floworch.host import payloads
from floworch.model import values
from floworch.model.workflow import Workflow
from floworch.run.events import Event, EventKind
from floworch.run.state import RunState
from floworch.run.status import RunStatus
from floworch.store.protocol import RunHeader, RunSummary


def across(value: Any) -> Any:
    return values.decode(values.encode(value))


def test_header_round_trip() -> None:
    header = RunHeader("r", "w", '{"id": "ü"}'.encode(), "h", {"n": 2**80}, ("a", "b"), 1.5, "0.1", {"tags": ["x"]})
    assert payloads.unpack_header(across(payloads.pack_header(header))) == header


def test_summary_round_trip() -> None:
    summary = RunSummary("r", "w", "running", 1.0, 2.0, None)
    assert payloads.unpack_summary(across(payloads.pack_summary(summary))) == summary


def test_state_round_trip_is_a_copy_that_shows_the_same(workflow: Workflow) -> None:
    header = RunHeader("r", "w", b"{}", "h", {"n": 1}, ("a", "b"), 1.0)
    state = RunState.of(header)
    for seq, (kind, node, payload) in enumerate(
        [
            (EventKind.RUN_CREATED, -1, {"workflow": "w", "inputs": {"n": 1}}),
            (EventKind.RUN_STARTED, -1, None),
            (EventKind.NODE_STARTED, 0, None),
            (EventKind.NODE_COMPLETED, 0, {"output": [1, {"x": b"\0"}], "data": {"set": {"k": 1}}}),
        ]
    ):
        state.apply(Event(seq, float(seq), int(kind), node, 1 if node >= 0 else 0, (), payload))
    back = payloads.unpack_state(across(payloads.pack_state(state)))
    assert back.to_json() == state.to_json()
    assert back.seq == state.seq
    assert back.attempts is not state.attempts


def test_the_derived_status_interrupted_survives() -> None:
    """(C7.3) A run whose owner died is shown as interrupted."""
    state = RunState("r", "w", ("a",))
    state.status = RunStatus.INTERRUPTED
    assert payloads.unpack_state(across(payloads.pack_state(state))).status is RunStatus.INTERRUPTED


def test_a_workflow_crosses_with_its_file_and_what_it_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """(C10.3): the other process has another current folder."""
    leaf = Workflow.model_validate({"id": "leaf", "nodes": {"a": {"action": "util.log"}}})
    call = {"action": "flow.call", "params": {"workflow": "leaf"}}
    main = Workflow.model_validate({"id": "main", "nodes": {"c": call}}).at(tmp_path / "main.flow.json").attach(leaf)
    crossed = payloads.unpack_workflow(across(payloads.pack_workflow(main)))
    assert (crossed, crossed.source, crossed.attached) == (main, main.source, {"leaf": leaf})
    monkeypatch.chdir(tmp_path)
    crossed = payloads.unpack_workflow(across(payloads.pack_workflow(main.at(None))))
    assert crossed.source is not None
    assert crossed.source.parent == tmp_path
    assert payloads.unpack_workflow(across(payloads.pack_workflow(leaf))).source is None


def test_a_definition_whose_name_is_no_text_is_refused_in_words() -> None:
    """As it is by a run in this process: a journal holds Unicode."""
    workflow = Workflow(id="a", name="", nodes={}).at("/tmp/a\udcff.flow.json")
    with pytest.raises(UsageError, match=r"a\\udcff\.flow\.json is no text in the encoding of this system"):
        payloads.pack_workflow(workflow)
