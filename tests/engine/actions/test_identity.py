from __future__ import annotations

from floworch.actions.identity import idempotency_key


def test_the_key_is_the_same_for_the_same_place_and_differs_for_others() -> None:  # (C11)
    key = idempotency_key("run-1", "pay", (3,))
    assert key == idempotency_key("run-1", "pay", (3,))
    assert len(key) == 64
    others = {
        idempotency_key("run-2", "pay", (3,)), idempotency_key("run-1", "pay2", (3,)),
        idempotency_key("run-1", "pay", (4,)), idempotency_key("run-1", "pay"),
        idempotency_key("run-1", "pay", (3,), "compensate"),
    }  # fmt: skip
    assert len(others | {key}) == 6


def test_the_key_never_changes_between_versions() -> None:
    assert idempotency_key("r", "n") == "a27241e331618495c0ed95d2abef44352b344ca4862ece895adbff9bbd98c042"
