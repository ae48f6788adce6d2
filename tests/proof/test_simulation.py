"""Deterministic simulation: random definitions, random schedules, crashes that forget, invariants at every step.

C2, C4, C7 with runs of a part (C7.6) and edited definitions (C7.5), C8, C9, C10. A failure prints its seed;
``FLOWORCH_SIMULATION_SEED=N`` plays that one again.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from typing import Any

import pytest
from simulated_edits import random_part
from simulation import K, Simulation

from floworch.errors import UsageError

FIRST = int(os.environ.get("FLOWORCH_TEST_SEED", "20260101")) * 1_000_000
ONE = os.environ.get("FLOWORCH_SIMULATION_SEED")
SHORT, LONG = 1_500, 20_000
#: Seconds after which a slow machine has played enough of them.
ENOUGH = 150.0


def simulate(seed: int) -> Simulation:
    """One seed: disturbed, and where that may not change the outcome, compared with an undisturbed run."""
    disturbed = Simulation(seed, cancels=seed % 4 == 0, migrates=seed % 3 == 0)
    try:
        disturbed.play()
        parts = simulate_part(disturbed, seed) if seed % 3 == 1 else []
        if orderly(disturbed):
            calm = Simulation(seed, chaos=False).play()
            assert without_new(disturbed.outcome()) == calm.outcome()
    except Exception as error:
        trace = "; ".join(disturbed.trace)
        message = (
            f"FLOWORCH_SIMULATION_SEED={seed} plays this again: {type(error).__name__}: {error} (disturbed: {trace})"
        )
        raise AssertionError(message) from error
    disturbed.parts = parts
    return disturbed


def simulate_part(first: Simulation, seed: int) -> list[Simulation]:
    """Run a part of what has run (C7.6), disturbed and quiet; nothing when no part fits."""
    changed, part = random_part(first, random.Random(f"{seed} part"))
    try:
        disturbed = Simulation(seed, part=part, changed=changed)
    except UsageError:
        return []
    disturbed.play()
    if orderly(disturbed):
        calm = Simulation(seed, chaos=False, part=part, changed=changed).play()
        assert disturbed.outcome() == calm.outcome()
    return [disturbed]


def orderly(run: Simulation) -> bool:
    """Whether disturbances may not change how it ends.

    Who else had started when a node failed is a matter of order under fail_fast and in a stopped loop.
    """
    settings = run.definition["settings"]
    ordered = not settings["fail_fast"] and not stops(run) and "timeout" not in settings
    return ordered and not (run.was_cancelled or run.decided or run.poisoned or run.mended or timed(run))


def without_new(outcome: dict[str, Any]) -> dict[str, Any]:
    """An outcome without the step that somebody added on the way."""
    nodes = {name: word for name, word in outcome["nodes"].items() if name != "new"}
    outputs = {name: output for name, output in outcome["outputs"].items() if name != "new"}
    return {**outcome, "nodes": nodes, "outputs": outputs}


def stops(simulation: Simulation) -> bool:
    """Whether an item's failure stops the others of its loop."""
    return any(answer.get("mode") == "stop" for answer in simulation.answers.values())


def timed(simulation: Simulation) -> bool:
    """Whether a child run may take too long for its call: that is a matter of when."""
    return any(answer.get("child", {}).get("timeout") for answer in simulation.answers.values())


def seeds(count: int, seconds: float = float("inf")) -> Iterator[int]:
    """Always the same seeds, so that a failure is one of a change; ``FLOWORCH_TEST_SEED`` chooses others."""
    if ONE is not None:
        yield int(ONE)
        return
    end = time.monotonic() + seconds
    for number in range(count):
        if time.monotonic() > end:
            return
        yield FIRST + number


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
        told = {"crash", "pause", "pause now", "cancel", "resume", "early signal", "step", "migrate", "retry"}
        assert words == told
        poisoned = [e for each in played for e in each.journal if e.kind == K.NODE_IN_DOUBT and e.payload]
        assert len(poisoned) > 10, "too few steps crashed too often"
        assert any(each.poisoned for each in played), "no compensation crashed too often"
        children = [child.status for each in played for child in each.children.by_name.values()]
        assert set(children) == {"completed", "failed", "cancelled", "none"}
        assert len(children) > SHORT / 3, "too few child runs"
        assert sum(bool(each.undone) for each in played) > SHORT / 20, "too little was undone to prove anything"
        assert sum(len(each.versions) - 1 for each in played) > SHORT / 10, "too few definitions were edited"
        assert sum(each.refused for each in played) > 10, "no edit was in the way of anything"
        assert sum(each.mended for each in played) > 10, "too few steps were mended"
        parts = [part for each in played for part in each.parts]
        assert len(parts) > SHORT / 5, "too few parts ran"
        assert sum(bool(part.disturbances) for part in parts) > SHORT / 10


@pytest.mark.proof
@pytest.mark.timeout(900)
def test_no_schedule_does_so_for_a_long_time() -> None:
    for seed in seeds(LONG, ENOUGH):
        simulate(seed)


def test_the_same_seed_tells_the_same_story() -> None:
    one, two = Simulation(FIRST).play(), Simulation(FIRST).play()
    assert one.journal == two.journal
    assert one.trace == two.trace
