"""The one table of kinds and keys (C12)."""

from __future__ import annotations

from floworch.run.event_table import EVENTS, KEYS
from floworch.run.events import EventKind


def test_no_kind_is_missing_and_every_key_has_its_schema() -> None:
    assert set(EVENTS) == set(EventKind)
    named = {key for shape in EVENTS.values() for key in shape.keys}
    assert named == set(KEYS)
    for kind, shape in EVENTS.items():
        assert shape.means.endswith("."), kind
        assert len(shape.keys) == len(shape.always) + len(shape.maybe), kind
