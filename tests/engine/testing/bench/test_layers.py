"""The suite of the middleware measures layers that exist, with options that are valid."""

from __future__ import annotations

import pytest

from floworch.testing.bench import layers
from floworch.testing.bench.layers import LAYERS
from floworch.testing.bench.measure import Scale
from floworch.testing.bench.shapes import ACTIONS, definition, run_once


@pytest.mark.parametrize("name", LAYERS)
async def test_a_layer_of_the_suite_runs(name: str) -> None:
    assert not ACTIONS.check_layer(name, LAYERS[name])
    assert await run_once(definition(3, "chain", middleware=[{"use": name, "with": LAYERS[name]}]), "none") > 0


def test_nine_layers_are_held_against_the_floor_of_the_same_rounds(
    tiny: Scale, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layers, "LAYERS", {})
    rows = {row.work: row for row in layers.measure(tiny)}
    nine, busy = rows["nine layers that do nothing"], rows["nine layers that do nothing, by processor time"]
    assert "× floor" in nine.note
    assert nine.bar
    assert busy.bar
    assert rows["the first layer"].bar is None
