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

    def flow(*layers: dict[str, Any]) -> Any:
        return runs(definition(n, "chain", middleware=list(layers)), "none")

    nothing = {"use": "bench.nothing"}
    subjects = {"none": flow(), "one": flow(nothing), "nine": flow(*[nothing] * 9)}
    subjects |= {name: flow({"use": name, "with": options}) for name, options in LAYERS.items()}
    found = await interleaved(subjects, scale.rounds)
    base = found["none"]
    rows = [
        Row(f"no layer, chain {n}", base, "µs/node"),
        Row("nine layers that do nothing", found["nine"] - base, "µs/node", 10.0, "added"),
        Row("the first layer", found["one"] - base, "µs/node", None, "added"),
    ]
    return rows + [Row(f"layer {name}", found[name] - base, "µs/node", None, "added") for name in LAYERS]
