"""One real scheduler for a module of tests, with two workers; one has a GPU."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from cluster_kit import Bodies, cluster


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def dask() -> AsyncIterator[Any]:
    async with cluster({}, {"gpu": 1}) as scheduler:
        yield scheduler


@pytest.fixture
def bodies(monkeypatch: pytest.MonkeyPatch) -> Bodies:
    """Bodies of the test's own, in place of worker processes."""
    made = Bodies()
    made.install(monkeypatch)
    return made
