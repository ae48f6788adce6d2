"""``flow.try`` as an action (C15)."""

from __future__ import annotations

from floworch.actions.outcome import Rounds
from floworch.actions.registry import registry
from floworch.testing.actions import run_action


def test_a_try_asks_for_one_round_more_than_its_retries() -> None:
    assert run_action("flow.try") == Rounds("try", most=1)
    caught = run_action("flow.try", retry_block=2, delay="1s", catch=["timeout_error"])
    assert caught == Rounds("try", most=3, delay=1.0, catch=("timeout_error",))


def test_it_shows_the_item_around_it_and_fires_ok_and_out() -> None:
    spec = registry.resolve("flow.try")
    assert spec.container
    assert not spec.own_item
    assert spec.ports == ("ok", "out")
