"""The order of choices; what they are is tested through ``floworch.complete`` in ``tests/engine/run``."""

from __future__ import annotations

from floworch import loads
from floworch.actions.registry import registry
from floworch.model.completion.choices import choices

FLOW = loads('{"id": "f", "inputs": {"my_order": {}, "order": {}, "x y": {}}, "nodes": {"a": {"action": "util.log"}}}')


def labels(text: str, cursor: int) -> list[str]:
    return [each.label for each in choices(FLOW, "a", "params.message", text, cursor, registry)]


def test_what_begins_with_the_typed_letters_comes_first() -> None:
    assert labels("{{ inputs.OR }}", 12) == ["order", "my_order"]
    assert labels("{{ inputs.zz }}", 12) == []


def test_a_cursor_outside_the_text_is_at_its_end_or_beginning() -> None:
    assert labels("{{ inputs.", 99) == ["my_order", "order", "x y"]
    assert labels("{{ inputs.", -5) == []


def test_names_that_are_no_identifiers_go_in_brackets() -> None:
    (found,) = choices(FLOW, "a", "params.message", "{{ inputs.x", 11, registry)
    assert (found.insert, found.start, found.end) == ("['x y']", 9, 11)
