"""Flow Orchestrator: draw a workflow, attach actions and middleware, run it durably.

Every public name is loaded when it is first used, so that ``import floworch`` and the command line stay quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from floworch.versions import VERSION

__version__ = VERSION

#: Public name -> module that defines it, and its name there when that is another one.
_HOME = {
    "ActionError": "errors", "CorruptJournal": "errors", "DefinitionError": "errors",
    "DefinitionWarning": "errors", "ErrorKind": "errors",
    "ExpressionError": "errors", "FlowError": "errors", "RunExists": "errors", "RunLocked": "errors",
    "RunNotFound": "errors", "StoreError": "errors", "UsageError": "errors",
    "Clock": "clock", "SystemClock": "clock",
    "Arena": "memory", "BufferPool": "memory", "StringPool": "memory",
    "Workflow": "model.workflow", "Node": "model.workflow", "Edge": "model.workflow",
    "RetryPolicy": "model.workflow", "Problem": "model.problem",
    "load": "model.codec", "loads": "model.codec", "save": "model.codec", "dumps": "model.codec",
    "Context": "actions.context", "Key": "actions.data", "WorkflowData": "actions.data",
    "Outcome": "actions.outcome", "Wait": "actions.outcome", "Expand": "actions.outcome",
    "action": "actions.decorators", "registry": "actions.registry",
    "WorkflowBuilder": "actions.builder",
    "composite": "actions.combinators", "map_items": "actions.combinators", "validate_with": "actions.combinators",
    "Event": "run.public:RunEvent", "EventKind": "run.events", "RunEvent": "run.public", "RunState": "run.state",
    "complete": "run.completing", "preview": "run.completing",
    "Explanation": "run.explanation", "NodeStatus": "run.status", "RunStatus": "run.status",
    "compose": "middleware.compose", "conditional": "middleware.compose",
    "retry": "middleware.retry", "timeout": "middleware.timeout", "logging": "middleware.logging",
    "metrics": "middleware.metrics", "circuit_breaker": "middleware.circuit_breaker",
    "rate_limit": "middleware.rate_limit", "concurrency": "middleware.concurrency",
    "validation": "middleware.validation", "tracing": "middleware.tracing", "cache": "middleware.cache",
    "fallback": "middleware.fallback", "dead_letter": "middleware.dead_letter",
    "idempotency": "middleware.idempotency",
    "RunStore": "store.protocol", "RetentionPolicy": "store.retention", "MemoryStore": "store.memory",
    "FlatBuffersStore": "store.journal.store",
    "JsonStore": "store.journal.store", "SimpleStore": "store.simple",
    "Engine": "engine", "RunHandle": "executor.handle", "RunResult": "executor.handle",
    "EngineHost": "host.protocol",
    "validate": "executor.prepare", "duration_text": "model.durations",
    "benchmark": "testing.benchmark",
}  # fmt: skip

__all__ = [*sorted((*_HOME, "middleware")), "__version__"]  # noqa: PLE0604 # pyright: ignore[reportUnsupportedDunderAll] - the table has them


def __getattr__(name: str) -> Any:
    if name == "middleware":  # a package, which is the decorator as well
        return importlib.import_module("floworch.middleware")
    module = _HOME.get(name)
    if module is None:
        raise AttributeError(f"module 'floworch' has no attribute {name!r}")
    module, _, inside = module.partition(":")
    found = getattr(importlib.import_module(f"floworch.{module}"), inside or name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)


def wire_runner() -> None:
    """Tell the model what runs a workflow; it asks when a workflow is first run. By name: the engine stands above."""
    engine = importlib.import_module("floworch.engine")
    importlib.import_module("floworch.model.workflow").register_runner(run=engine.run, arun=engine.arun)


if TYPE_CHECKING:
    from floworch.engine import Engine as Engine
