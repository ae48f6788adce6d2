"""Messages through the scheduler show nothing of themselves (C6.5, C14)."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from decimal import Decimal

from floworch.distributed.sealed import Sealed


def test_a_message_comes_out_as_it_went_in_and_shows_nothing() -> None:
    message = {"secret": "hunter2", "bytes": b"\0x", "when": datetime(2026, 1, 1, tzinfo=UTC), "sum": Decimal("1.10"),
               "$type": "mine", "big": 10**40}  # fmt: skip
    sealed = pickle.loads(pickle.dumps(Sealed(message)))
    assert sealed.open() == message
    assert "hunter2" not in f"{sealed!r} {sealed} {[sealed]}"
    assert sealed.__sizeof__() > 100
