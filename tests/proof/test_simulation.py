"""Deterministic simulation: random definitions, random schedules, crashes that forget, invariants at every step.

C2, C4, C7, C8, C9, C10. A failure prints its seed; ``FLOWORCH_SIMULATION_SEED=N`` plays that one again.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest
from simulation import K, Simulation

FIRST = int(os.environ.get("FLOWORCH_TEST_SEED", "20260101")) * 1_000_000
ONE = os.environ.get("FLOWORCH_SIMULATION_SEED")
SHORT, LONG = 1_500, 150.0


def simulate(seed: int) -> Simulation:
    """One seed: disturbed, and where that may not change the outcome, compared with an undisturbed run."""
    cancels = seed % 4 == 0
    disturbed = Simulation(seed, cancels=cancels)
    try:
        disturbed.play()
        # Who else had started when a node failed is a matter of order under fail_fast and in a stopped loop.
        settings = disturbed.definition["settings"]
        orderly = not settings["fail_fast"] and not stops(disturbed) and "timeout" not in settings
        decided = disturbed.was_cancelled or disturbed.decided or disturbed.poisoned or timed(disturbed)
        if orderly and not decided:
            calm = Simulation(seed, chaos=False).play()
            assert disturbed.outcome() == calm.outcome()
    except Exception as error:
        trace = "; ".join(disturbed.trace)
        message = (
            f"FLOWORCH_SIMULATION_SEED={seed} plays this again: {type(error).__name__}: {error} (disturbed: {trace})"
        )
        raise AssertionError(message) from error
    return disturbed


def stops(simulation: Simulation) -> bool:
    """Whether an item's failure stops the others of its loop."""
    return any(answer.get("mode") == "stop" for answer in simulation.answers.values())


def timed(simulation: Simulation) -> bool:
    """Whether a child run may take too long for its call: that is a matter of when."""
    return any(answer.get("child", {}).get("timeout") for answer in simulation.answers.values())


def seeds(count: int | None, seconds: float = 0.0) -> Iterator[int]:
    if ONE is not None:
        yield int(ONE)
        return
    end = time.monotonic() + seconds
    number = 0
    while number < count if count is not None else time.monotonic() < end:
        yield FIRST + number
        number += 1


@pytest.mark.slow
def test_no_schedule_loses_repeats_or_hangs_anything() -> None:
    played = [simulate(seed) for seed in seeds(SHORT)]
    if ONE is None:
        assert sum(each.disturbances for each in played) > SHORT, "too little happened to prove anything"
        endings = {str(each.state.status) for each in played}
        assert endings == {"completed", "failed", "cancelled"}
        kinds = {event.kind for each in played for event in each.journal}
        assert kinds >= {K.BREAKPOINT_HIT, K.BREAKPOINT_PASSED, K.RUN_TIMED_OUT, K.NODE_IN_DOUBT}
        words = {line.split(": ", 1)[1] for each in played for line in each.trace}
        assert words == {"crash", "pause", "pause now", "cancel", "resume", "early signal", "step"}
        poisoned = [e for each in played for e in each.journal if e.kind == K.NODE_IN_DOUBT and e.payload]
        assert len(poisoned) > 10, "too few steps crashed too often"
        assert any(each.poisoned for each in played), "no compensation crashed too often"
        children = [child.status for each in played for child in each.children.by_name.values()]
        assert set(children) == {"completed", "failed", "cancelled", "none"}
        assert len(children) > SHORT / 3, "too few child runs"
        assert sum(bool(each.undone) for each in played) > SHORT / 20, "too little was undone to prove anything"


@pytest.mark.proof
@pytest.mark.timeout(900)
def test_no_schedule_does_so_for_a_long_time() -> None:
    for seed in seeds(None, LONG):
        simulate(seed)


def test_the_same_seed_tells_the_same_story() -> None:
    one, two = Simulation(FIRST).play(), Simulation(FIRST).play()
    assert one.journal == two.journal
    assert one.trace == two.trace
