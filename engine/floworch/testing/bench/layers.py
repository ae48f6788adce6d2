"""What layers of middleware add to a node."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from floworch.testing.bench.measure import Row, Scale, interleaved, paced
from floworch.testing.bench.shapes import definition, floor, runs

#: What nine layers that do nothing may add, as a multiple of the floor: 10 µs where that is 17.
_NINE = 10 / 17

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow

#: Layers that can be measured without anything outside: name -> options.
LAYERS: dict[str, dict[str, Any]] = {
    "retry": {"max_attempts": 3},
    "timeout": {"after": "30s"},
    "metrics": {},
    "circuit_breaker": {"name": "bench"},
    "rate_limit": {"name": "bench", "limit": 1_000_000, "per": "1s"},
    "concurrency": {"name": "bench", "limit": 1000},
    "validation": {"rules": [{"field": "", "on": "output"}]},
    "fallback": {"value": None},
    "cache": {"key": "{{ run.id }}"},
}


def measure(scale: Scale) -> list[Row]:
    """Rows of the suite ``middleware``."""
    return asyncio.run(_measure(scale))


async def _measure(scale: Scale) -> list[Row]:
    n = scale.nodes
    plain = definition(n, "chain")
    nothing: dict[str, Any] = {"use": "bench.nothing"}
    rows = await _nine(scale, definition(n, "chain", middleware=[nothing] * 9))
    stacks: dict[str, list[dict[str, Any]]] = {"the first layer": [nothing]}
    stacks |= {f"layer {name}": [{"use": name, "with": options}] for name, options in LAYERS.items()}
    for name, layers in stacks.items():
        # Two at a time: the engine remembers few prepared definitions, and preparing them is not what is measured.
        flow = definition(n, "chain", middleware=layers)
        found = await interleaved({"none": runs(plain, "none"), "some": runs(flow, "none")}, scale.rounds)
        rows.append(Row(name, found["some"] - found["none"], "µs/node", None, "added"))
    return rows


async def _nine(scale: Scale, flow: Workflow) -> list[Row]:
    """What nine layers that do nothing add, against the floor of the same rounds."""
    n, work = scale.nodes, "nine layers that do nothing"
    found = await paced(
        {
            "floor": lambda: floor(n, "chain"),
            "none": runs(definition(n, "chain"), "none"),
            "nine": runs(flow, "none"),
        },
        scale.rounds * scale.ratios,
    )
    rows = [Row(f"no layer, chain {n}", found["none"].clock, "µs/node")]
    for name, values in (
        (work, {each: pace.clock for each, pace in found.items()}),
        (f"{work}, by processor time", {each: pace.processor / n * 1e6 for each, pace in found.items()}),
    ):
        added, base = values["nine"] - values["none"], values["floor"]
        rows.append(Row(name, added, "µs/node", _NINE * base, f"added, {added / base:.2f} × floor"))
    return rows
