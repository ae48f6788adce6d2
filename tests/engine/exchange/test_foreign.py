"""What n8n and Node-RED have in common."""

from __future__ import annotations

import pytest

from floworch import UsageError
from floworch.exchange.foreign import Step, Values, entries, mapping, number, read_json, reserve, texts
from floworch.exchange.imported import Skeleton


def test_a_hostile_value_is_an_empty_one() -> None:
    assert (mapping(7), entries({"a": 1}), entries([1, {"a": 2}, None])) == ({}, [], [{"a": 2}])
    assert [number(each) for each in (3, True, "x", 1e300, float("nan"), None)] == [3.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    assert [texts(each) for each in ("a", None, {"b": [1]})] == ["a", "", '{"b": [1]}']


def test_no_json_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for text in ("{", "[" * 200_000, "NaN,"):
        with pytest.raises(UsageError, match="no JSON"):
            read_json(text, "n8n")
    monkeypatch.setattr("floworch.exchange.foreign.MOST_BYTES", 3)
    with pytest.raises(UsageError, match="larger"):
        read_json("[1, 2]", "n8n")


def test_every_step_has_an_id_of_its_own() -> None:
    steps = [Step(key, title, "t", {}, (0, 0), {}) for key, title in (("1", "Get A!"), ("2", "get-a"), ("3", "\u00e4"))]
    reserve(steps)
    assert [step.node for step in steps] == ["get_a", "get_a_2", "step"]


def test_texts_keep_what_is_not_converted_as_words() -> None:
    skeleton = Skeleton("x")
    values = Values(
        skeleton, Step("s", "S", "t", {}, (0, 0), {}), lambda name, path: ("inputs", path) if name == "a" else None
    )
    assert values.template("{{ a.b }}") == "{{ inputs.b }}"
    assert values.template("x {{ a.b }} {% y") == "x {{ inputs.b }} { % y"
    assert values.template("{{ later() }}!") == "[not converted: later()]!"
    assert skeleton.findings[0].where == "S"
