"""Helpers to test workflows, actions and stores: skip time, run one action, check a store of your own."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from floworch.store.memory import MemoryStore as MemoryStore
    from floworch.testing.actions import FakeHost as FakeHost
    from floworch.testing.actions import Scripted as Scripted
    from floworch.testing.actions import call_action as call_action
    from floworch.testing.actions import run_action as run_action
    from floworch.testing.actions import scripted as scripted
    from floworch.testing.benchmark import BenchmarkResult as BenchmarkResult
    from floworch.testing.benchmark import Comparison as Comparison
    from floworch.testing.clock import FakeClock as FakeClock
    from floworch.testing.store_suite import StoreConformance as StoreConformance

#: Public name -> module that defines it; loaded when it is first used.
_HOME = {
    "BenchmarkResult": "floworch.testing.benchmark",
    "Comparison": "floworch.testing.benchmark",
    "FakeClock": "floworch.testing.clock",
    "FakeHost": "floworch.testing.actions",
    "MemoryStore": "floworch.store.memory",
    "Scripted": "floworch.testing.actions",
    "StoreConformance": "floworch.testing.store_suite",
    "call_action": "floworch.testing.actions",
    "run_action": "floworch.testing.actions",
    "scripted": "floworch.testing.actions",
}

__all__ = [*_HOME]  # noqa: PLE0604 - the names are the table's  # pyright: ignore[reportUnsupportedDunderAll] - the table has them


def __getattr__(name: str) -> Any:
    module = _HOME.get(name)
    if module is None:
        raise AttributeError(f"module 'floworch.testing' has no attribute {name!r}")
    found = getattr(importlib.import_module(module), name)
    globals()[name] = found
    return found
