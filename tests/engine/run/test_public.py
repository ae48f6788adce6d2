"""Events as scripts see them (interfaces.md section 4)."""

from __future__ import annotations

from typing import Any

import pytest

from floworch.run.events import Event, EventKind
from floworch.run.public import public_event


@pytest.mark.parametrize(("scope", "item"), [((), None), ((3,), 3), ((3, 4), [3, 4])])
def test_one_flat_object(scope: tuple[int, ...], item: Any) -> None:
    event = Event(12, 1.5, EventKind.NODE_COMPLETED, 0, 2, scope, {"output": 1, "node": "x"})
    assert public_event(event, "r", ["a"]) == {
        "run_id": "r", "seq": 12, "at": "1970-01-01T00:00:01.500Z", "kind": "node_completed", "node": "a",
        "attempt": 2, "item": item, "output": 1, "node_": "x",
    }  # fmt: skip
