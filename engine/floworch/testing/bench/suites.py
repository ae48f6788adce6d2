"""The suites by name, and running them."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from difflib import get_close_matches

from floworch.errors import UsageError
from floworch.testing.bench.measure import Row, Scale
from floworch.testing.bench.shapes import beside

#: Name of a suite -> its module beside this one, and what it measures.
SUITES: dict[str, tuple[str, str]] = {
    "engine": ("engine", "chain, fan-out and loops against one asyncio task per node; linearity; start-up"),
    "journal": ("journal", "encoding, the disk, durability power, opening, resuming and listing runs"),
    "middleware": ("layers", "what layers add to a node"),
    "data": ("data", "reading and writing the run's data"),
    "expression": ("expression", "compiling and evaluating expressions"),
    "build": ("build", "building, loading, validating and saving definitions"),
    "memory": (
        "memory",
        "the arena, the pools and the run's state against plain objects; what an item of a loop takes",
    ),
}


def known(names: Iterable[str]) -> list[str]:
    """The names, in the order of ``SUITES``; all of them for none.

    Raises:
        UsageError: There is no such suite.
    """
    wanted = list(names)
    for name in wanted:
        if name not in SUITES:
            near = get_close_matches(name, SUITES, 1)
            hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(SUITES)}."
            raise UsageError(f"There is no benchmark suite {name!r}.", hint)
    return [name for name in SUITES if not wanted or name in wanted]


def measure(names: Iterable[str], scale: Scale, tell: Callable[[str], None] = lambda _: None) -> Iterator[Row]:
    """Run suites and give their rows, with the floor of their time; ``tell`` gets the name of each suite first.

    Raises:
        UsageError: There is no such suite.
    """
    for name in known(names):
        tell(name)
        module = importlib.import_module(f"floworch.testing.bench.{SUITES[name][0]}")
        for row in asyncio.run(beside(module.measure(scale))):
            yield replace(row, suite=name)
