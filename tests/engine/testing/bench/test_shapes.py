"""The workflows that are measured do what they are called, and stay out of everybody's palette."""

from __future__ import annotations

import pytest

from floworch.actions.registry import registry
from floworch.errors import UsageError
from floworch.model.validate import is_valid, validate
from floworch.testing.bench import shapes
from floworch.testing.bench.measure import Row, pair


@pytest.mark.parametrize("shape", ["chain", "fan-out"])
def test_shapes_are_valid_and_have_their_edges(shape: shapes.Shape) -> None:
    flow = shapes.definition(5, shape)
    assert is_valid(validate(flow, shapes.ACTIONS))
    sources = [edge.source for edge in flow.edges]
    assert sources == (["n0", "n1", "n2", "n3"] if shape == "chain" else ["n0"] * 4)


def test_their_actions_are_in_no_palette() -> None:
    assert registry.find_action("bench.noop") is None
    assert registry.find_layer("bench.nothing") is None


@pytest.mark.parametrize("shape", ["chain", "fan-out"])
async def test_the_floor_runs_every_node(shape: shapes.Shape) -> None:
    assert await shapes.floor(20, shape) > 0


async def test_the_floor_is_measured_beside_bars_that_scale(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the time of the processor for what is measured so."""
    monkeypatch.setattr(shapes, "_CHAIN", 20)
    plain = Row("ratio", 1.0, "×", 1.2)
    rows = await shapes.beside([*pair("loop", 1.0, 1.0, "s", 2.0), plain], rounds=1)
    assert rows[2] == plain
    assert all(row.floor is not None and row.floor > 0 for row in rows[:2])
    assert rows[0].floor != rows[1].floor
    assert await shapes.beside([plain], rounds=1) == [plain]


@pytest.mark.parametrize("durability", ["none", "process", "power"])
async def test_a_run_is_measured_in_every_durability(durability: str) -> None:
    with shapes.disk_store() as store:
        assert await shapes.run_once(shapes.definition(3, "chain"), durability, store) > 0
        kept = store.list()
        assert [run.status for run in kept] == ([] if durability == "none" else ["completed"])
    assert not store.path.exists()


async def test_a_loop_runs_its_items() -> None:
    assert await shapes.run_once(shapes.loop(7), "none") > 0


async def test_a_run_that_does_not_complete_is_no_figure() -> None:
    flow = shapes.definition(1, "chain", outputs={"x": "{{ nodes.n0.output.missing.more }}"})
    with pytest.raises(UsageError, match="ended failed"):
        await shapes.run_once(flow, "none")
