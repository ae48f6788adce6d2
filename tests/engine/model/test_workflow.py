from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from floworch.model.workflow import Edge, Layer, Node, RetryPolicy, Settings, Workflow, register_runner


def test_values_are_frozen_and_replace_makes_a_changed_copy() -> None:
    node = Node(action="util.log", title="Say")
    with pytest.raises(ValidationError):
        node.title = "x"  # type: ignore[misc]
    assert node.replace(title="x").title == "x"
    assert node.title == "Say"


def test_without_unsets_a_field_so_that_it_is_not_written() -> None:
    node = Node(action="util.log", join="any", timeout=5, mine=1)  # type: ignore[call-arg]
    bare = node.without("join", "timeout", "mine", "nothing")
    assert (bare.join, bare.timeout) == ("all", None)
    assert bare.model_fields_set == {"action"}
    assert not bare.model_extra
    assert node.join == "any"
    assert node.model_extra == {"mine": 1}


def test_a_field_without_default_cannot_be_unset() -> None:
    with pytest.raises(ValueError, match="'action' cannot be unset"):
        Node(action="a.b").without("action")


def test_back_off_grows_to_its_limit_and_jitter_spreads_it() -> None:
    """(C4.4)"""
    policy = RetryPolicy(delay="1s", backoff=2.0, max_delay=5, jitter=0.0)
    assert [policy.delay_before(attempt) for attempt in (2, 3, 4, 5, 6)] == [1, 2, 4, 5, 5]
    spread = RetryPolicy(delay=10, jitter=0.1)
    assert (spread.delay_before(2, 0.0), spread.delay_before(2, 0.5)) == (9.0, 10.0)


@pytest.mark.parametrize("field", [{"max_attempts": "3"}, {"max_attempts": True}, {"backoff": "2"}, {"delay": True}])
def test_numbers_are_not_guessed_from_texts_and_booleans(field: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        RetryPolicy.model_validate(field)


def test_python_names_and_file_names_both_make_values() -> None:
    assert Edge(source="a", target="b") == Edge.model_validate({"from": "a", "to": "b"})
    assert Layer(use="x", options={"a": 1}) == Layer.model_validate({"use": "x", "with": {"a": 1}})
    assert Settings().max_concurrency == 16


def test_run_calls_what_is_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("floworch.model.workflow._RUNNERS", {})
    calls = []
    register_runner(run=lambda workflow, inputs, **options: calls.append((workflow.id, inputs, options)))
    Workflow(id="w").run({"a": 1}, store=None)
    assert calls == [("w", {"a": 1}, {"store": None})]


def test_replace_writes_no_default_that_was_not_written_before() -> None:
    node = Node(action="a.b")
    assert node.replace(parent=None, title="", join="all").model_fields_set == {"action"}
    assert node.replace(title="x").model_fields_set == {"action", "title"}
    assert node.replace(title="x").replace(title="").model_fields_set == {"action", "title"}  # the author's stays
    assert node.replace(disabled=0).model_fields_set == {"action", "disabled"}  # equal, but written otherwise
    edge = Edge(source="a", target="b")
    assert edge.replace(port="out").model_fields_set == {"source", "target"}
    flow = Workflow(id="w")
    assert "settings" not in flow.replace(settings=Settings()).model_fields_set
    assert "settings" in flow.replace(settings=Settings(max_concurrency=16)).model_fields_set


def test_the_file_and_what_is_attached_are_no_part_of_the_value() -> None:
    """(C10.3)"""
    flow = Workflow(id="w")
    placed = flow.at("x.flow.json").attach(Workflow(id="other"))
    assert placed == flow
    assert placed.source == Path("x.flow.json").absolute()
    assert list(placed.attached) == ["other"]
    assert (flow.source, flow.attached) == (None, {})
    edited = placed.replace(name="new")
    assert (edited.source, list(edited.attached)) == (placed.source, ["other"])
    assert Workflow(id="v").placed_as(placed).source == placed.source
    assert placed.detached().attached == {}
    assert placed.at(placed.source) is placed
    assert placed.model_dump() == flow.model_dump()
