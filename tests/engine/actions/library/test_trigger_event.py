from __future__ import annotations

from floworch.actions.library.trigger_event import moment, told
from floworch.testing.actions import FakeHost


def test_a_node_hears_what_its_own_trigger_was_told_only() -> None:
    event = {"due": "now"}
    assert told(FakeHost(trigger={"node": "node", "event": event}).context()) == event
    assert told(FakeHost(trigger={"node": "other", "event": event}).context()) is None
    assert told(FakeHost(trigger={"node": "node", "event": None}).context()) is None
    assert told(FakeHost().context()) is None


def test_a_moment_is_written_in_utc() -> None:
    assert moment(1_767_225_600.9) == "2026-01-01T00:00:00Z"
