"""What the tests of the suites share: a scale at which measuring costs next to nothing."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from floworch.testing.bench.measure import Scale


@pytest.fixture(scope="session")
def tiny() -> Scale:
    """So little of everything that only the rows count, not their figures."""
    return Scale(nodes=20, large=100, items=50, runs=3, rounds=1, quick=True, turns=20)


@pytest.fixture(scope="module", autouse=True)
def small_heap() -> Iterator[None]:
    """Measuring collects garbage between its rounds: all that was there before is left out, else each takes long."""
    gc.freeze()
    yield
    gc.unfreeze()
