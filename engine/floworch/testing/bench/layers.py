"""What layers of middleware add to a node."""

from __future__ import annotations

import asyncio
from typing import Any

from floworch.testing.bench.measure import Row, Scale, interleaved
from floworch.testing.bench.shapes import definition, runs

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
    stacks: dict[str, list[dict[str, Any]]] = {
        "nine layers that do nothing": [nothing] * 9,
        "the first layer": [nothing],
    }
    stacks |= {f"layer {name}": [{"use": name, "with": options}] for name, options in LAYERS.items()}
    rows: list[Row] = []
    for name, layers in stacks.items():
        # Two at a time: the engine remembers few prepared definitions, and preparing them is not what is measured.
        flow = definition(n, "chain", middleware=layers)
        found = await interleaved({"none": runs(plain, "none"), "some": runs(flow, "none")}, scale.rounds)
        if not rows:
            rows.append(Row(f"no layer, chain {n}", found["none"], "µs/node"))
        bar = 10.0 if len(layers) == 9 else None
        rows.append(Row(name, found["some"] - found["none"], "µs/node", bar, "added"))
    return rows
