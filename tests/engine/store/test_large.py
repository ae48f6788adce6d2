"""Splitting batches: small ones pass untouched, large values become references (C6.3)."""

from __future__ import annotations

from floworch.artifact import LARGE, Artifact
from floworch.model.values import decode, encode
from floworch.run.events import Event
from floworch.store.large import Outsourcer, split_inputs

BIG = "x" * (LARGE + 1)


def test_a_small_payload_is_not_touched() -> None:
    outsource = Outsourcer()
    data = encode({"output": "x" * 100})
    assert outsource(Event(0, 0.0, 21, payload={"output": "x" * 100}), data) is data
    assert (outsource.take(), outsource.replaced) == ((), [])


def test_a_large_value_becomes_a_reference_and_the_small_ones_beside_it_stay() -> None:
    outsource = Outsourcer()
    event = Event(0, 0.0, 21, 3, 1, (), {"output": BIG, "data": {"set": {"small": 1}, "delete": []}})
    payload = decode(outsource(event, encode(event.payload)))
    reference = Artifact.of(encode(BIG))
    assert payload == {"output": reference, "data": {"set": {"small": 1}, "delete": []}}
    assert [(old, new.payload) for old, new in outsource.replaced] == [(event, payload)]
    assert (outsource.take(), outsource.take()) == ((reference,), ())


def test_a_large_payload_of_small_values_stays_whole() -> None:
    outsource = Outsourcer()
    event = Event(0, 0.0, 21, payload={"data": {"set": {f"k{n}": "x" * 1000 for n in range(100)}}})
    data = encode(event.payload)
    assert outsource(event, data) == data
    assert outsource.replaced == []


def test_references_that_a_payload_holds_are_kept_too() -> None:
    outsource = Outsourcer()
    mine = Artifact.of(encode([1]))
    payload = {"output": {"rows": mine}}
    data = encode(payload, outsource.found)
    assert outsource(Event(0, 0.0, 21, payload=payload), data) == data
    assert outsource.take() == (mine,)


def test_a_refused_batch_leaves_nothing_behind() -> None:
    outsource = Outsourcer()
    event = Event(0, 0.0, 21, payload={"output": BIG})
    outsource(event, encode(event.payload))
    outsource.forget()
    assert (outsource.take(), outsource.replaced, outsource.found) == ((), [], [])


def test_large_inputs_become_references_one_by_one() -> None:
    assert split_inputs({"a": 1}) == ({"a": 1}, ())
    kept, artifacts = split_inputs({"a": BIG, "b": 2})
    assert (kept, artifacts) == ({"a": Artifact.of(encode(BIG)), "b": 2}, (Artifact.of(encode(BIG)),))
