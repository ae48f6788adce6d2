"""The suite of the middleware measures layers that exist, with options that are valid."""

from __future__ import annotations

import pytest

from floworch.testing.bench.layers import LAYERS
from floworch.testing.bench.shapes import ACTIONS, definition, run_once


@pytest.mark.parametrize("name", LAYERS)
async def test_a_layer_of_the_suite_runs(name: str) -> None:
    assert not ACTIONS.check_layer(name, LAYERS[name])
    assert await run_once(definition(3, "chain", middleware=[{"use": name, "with": LAYERS[name]}]), "none") > 0
