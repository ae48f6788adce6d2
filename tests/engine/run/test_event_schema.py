"""The published schema of events against real journals (C12)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from run_dialogue import NEVER, OK, Dialogue, expands, fails, output, repeats, tries, waits, workflow

from floworch import FlatBuffersStore
from floworch.model import values
from floworch.run.event_schema import event_schema, event_schema_text
from floworch.run.event_table import EVENTS, KEYS
from floworch.run.events import Event, EventKind
from floworch.run.public import PublicEvents
from floworch.testing.store_suite import make_header

K = EventKind
PURE = {"effect": "pure"}
STRICT = Draft202012Validator(event_schema(strict=True))
OPEN = Draft202012Validator(event_schema())


def check(events: list[Event], node_ids: tuple[str, ...], tmp_path: Path | None = None) -> set[str]:
    """Validate a journal as scripts see it; returns the kinds in it."""
    public = PublicEvents("r", node_ids)
    kinds = set()
    for event in events:
        line = json.loads(values.encode(public(event)))
        problems = [f"{line['kind']}: {problem.message}" for problem in STRICT.iter_errors(line)]
        assert not problems
        assert OPEN.is_valid(line)
        kinds.add(line["kind"])
    return kinds


def stories() -> Iterator[Dialogue]:
    """Runs that between them meet every feature of the scheduler."""
    retry = {"retry": {"max_attempts": 2, "delay": 1}}
    undo = {"compensate": {"action": "t.any"}}
    definition = workflow(
        {"a": PURE, "b": {**PURE, **retry}, "off": {"disabled": True}, "x": PURE, "h": PURE, "loop": PURE,
         "body": {"parent": "loop", **PURE}},
        "a>off", "a:never>x", "b:error>h", "off>loop",
    )  # fmt: skip
    yield (
        Dialogue(definition)
        .start()
        .play({"a": output({"k": 1}, data={"set": {"d": 1}, "delete": ["e"]}), "b": fails(), "loop": expands([1, 2])})
    )
    yield Dialogue(definition).start().play({"loop": expands([1, 2], 2, "collect"), "body": fails()})
    for rounds in (repeats(2, start=1), tries(2, "processing_error")):
        yield (
            Dialogue(workflow({"loop": PURE, "body": {"parent": "loop", **PURE}}))
            .start()
            .play(
                lambda name, scope, attempt, rounds=rounds: (
                    rounds if name == "loop" else fails() if not scope[-1] else OK
                )
            )
        )
    asks = Dialogue(workflow({"s": PURE, "p": PURE, "t": PURE}, "s>p", "p>t")).start()
    asks.answer(waits(name="go"))
    asks.tell(asks.scheduler.signal, "go", {"n": 1})
    asks.answer(waits("approval"))
    asks.tell(asks.scheduler.answer, asks.plan.index["p"], (), True, "me", "fine")
    asks.tell(asks.scheduler.pause, True, "because")
    asks.tell(asks.scheduler.ended_otherwise, "interrupted", asks.plan.index["t"], (), "pause")
    asks.tell(asks.scheduler.resume)
    asks.tell(asks.scheduler.cancel, "enough")
    asks.tell(asks.scheduler.ended_otherwise, "cancelled", asks.plan.index["t"], (), "enough")
    yield asks
    form = Dialogue(workflow({"f": PURE})).start()
    form.answer(waits("form"))
    form.tell(form.scheduler.submit, form.plan.index["f"], (), {"values": {"a": 1}, "by": ""})
    yield form
    unsafe = Dialogue(workflow({"a": {"effect": "unsafe"}, "b": PURE, "c": PURE}, "a>c")).start()
    doubtful = unsafe.crash(len(unsafe.events)).go_on().play()
    doubtful.tell(doubtful.scheduler.go_on, "resumed", "fail")
    yield doubtful
    saga = workflow({"a": {**PURE, **undo}, "b": {**PURE, **undo, **retry}, "c": PURE}, "a>b", "b>c")
    yield Dialogue(saga).start().play({"c": fails(), "~a": fails(), "~b": output({"undone": True})})
    failed = Dialogue(workflow({"a": PURE, "b": PURE}, "a>b")).start().play({"a": fails()})
    failed.tell(failed.scheduler.retry)
    yield failed.play()
    item = Dialogue(workflow({"a": PURE, "b": {**PURE, "parent": "a"}})).start()
    item.answer(expands([1]))
    item.play({"b": fails()}).tell(item.scheduler.retry)
    yield item.play()
    halted = Dialogue(workflow({"a": {"breakpoint": True, **PURE}, "n": PURE}, "a>n")).start()
    halted.play()
    halted.tell(halted.scheduler.resume)
    halted.play({"a": NEVER})
    a = halted.plan.index["a"]
    halted.tell(halted.scheduler.note, K.NODE_LOGGED, a, (), {"level": "info", "message": "m"})
    halted.tell(halted.scheduler.note, K.NODE_PROGRESSED, a, (), {"fraction": None, "message": ""})
    yield halted.play()
    moved = Dialogue(workflow({"a": PURE, "b": PURE}, "a>b")).start().play({"b": waits()})
    new = workflow({"a": {**PURE, "params": {"n": 1}}, "b": PURE, "n": {**PURE, **undo}}, "a>b", "b>n")
    yield moved.crash(len(moved.events)).migrate(new, rerun_changed=True).go_on().play()


def test_journals_of_every_feature_hold_to_the_schema() -> None:
    """C12: no kind and no key that the schema does not name, and between them every kind."""
    seen: set[str] = set()
    for story in stories():
        ids = ("a", "b") if "run_migrated" in story.story() else story.plan.ids
        seen |= check(story.events, ids)
    elsewhere = {"node_reused", "run_timed_out", "node_compensation_retrying", "node_compensation_interrupted"}
    assert {kind.public for kind in K} - seen <= elsewhere


@pytest.mark.parametrize("kind", list(K))
def test_every_kind_holds_to_the_schema_with_all_its_keys_and_none_but_the_needed(kind: EventKind) -> None:
    """C12: also through the journal and back."""
    shape = EVENTS[kind]
    for keys in (shape.always, (*shape.always, *shape.maybe)):
        payload = {key: _example(KEYS[key]) for key in keys} or None
        check([Event(0, 1.0, int(kind), 0 if kind.name.startswith(("NODE", "ITEM")) else -1, 1, (), payload)], ("a",))


def _example(schema: dict[str, Any]) -> Any:
    """Some value that a key's schema allows."""
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return {"kind": "timeout_error", "message": "m"}
    kind = schema.get("type", "object")
    kind = kind if isinstance(kind, str) else kind[0]
    return {"string": "x", "boolean": True, "integer": 1, "number": 1.5, "array": [], "object": {}}[kind]


def test_a_journal_on_disk_holds_to_it_too(tmp_path: Path) -> None:
    story = next(stories())
    store = FlatBuffersStore(tmp_path, durability="none")
    log = store.create(make_header(node_ids=story.plan.ids))
    log.append(story.events)
    log.close()
    assert len(check(list(store.events("run-1")), story.plan.ids)) > 8


def test_strange_lines_are_refused() -> None:
    line = {"run_id": "r", "seq": 0, "at": "x", "kind": "run_started", "node": None, "attempt": None, "item": None}
    assert OPEN.is_valid(line)
    for wrong in ({"kind": "run_exploded"}, {"seq": -1}, {"kind": "run_failed"}, {"item": [1]}, {"node": 3}):
        assert not OPEN.is_valid({**line, **wrong}), wrong
    assert OPEN.is_valid({**line, "later": 1})
    assert not STRICT.is_valid({**line, "later": 1})


def test_the_shipped_schema_is_in_step_with_the_table() -> None:
    Draft202012Validator.check_schema(event_schema())
    shipped = resources.files("floworch_resources") / "schema" / "events-1.schema.json"
    assert shipped.read_text(encoding="utf-8") == event_schema_text()
