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


if TYPE_CHECKING:  # for type checkers and editors, which do not see what __getattr__ finds
    from floworch.actions.builder import WorkflowBuilder as WorkflowBuilder
    from floworch.actions.combinators import (
        composite as composite,
    )
    from floworch.actions.combinators import (
        map_items as map_items,
    )
    from floworch.actions.combinators import (
        validate_with as validate_with,
    )
    from floworch.actions.context import Context as Context
    from floworch.actions.data import Key as Key
    from floworch.actions.data import WorkflowData as WorkflowData
    from floworch.actions.decorators import action as action
    from floworch.actions.outcome import Expand as Expand
    from floworch.actions.outcome import Outcome as Outcome
    from floworch.actions.outcome import Wait as Wait
    from floworch.actions.registry import registry as registry
    from floworch.clock import Clock as Clock
    from floworch.clock import SystemClock as SystemClock
    from floworch.engine import Engine as Engine
    from floworch.errors import (
        ActionError as ActionError,
    )
    from floworch.errors import (
        CorruptJournal as CorruptJournal,
    )
    from floworch.errors import (
        DefinitionError as DefinitionError,
    )
    from floworch.errors import (
        DefinitionWarning as DefinitionWarning,
    )
    from floworch.errors import (
        ErrorKind as ErrorKind,
    )
    from floworch.errors import (
        ExpressionError as ExpressionError,
    )
    from floworch.errors import (
        FlowError as FlowError,
    )
    from floworch.errors import (
        RunExists as RunExists,
    )
    from floworch.errors import (
        RunLocked as RunLocked,
    )
    from floworch.errors import (
        RunNotFound as RunNotFound,
    )
    from floworch.errors import (
        StoreError as StoreError,
    )
    from floworch.errors import (
        UsageError as UsageError,
    )
    from floworch.executor.handle import RunHandle as RunHandle
    from floworch.executor.handle import RunResult as RunResult
    from floworch.executor.prepare import validate as validate
    from floworch.host.protocol import EngineHost as EngineHost
    from floworch.memory import Arena as Arena
    from floworch.memory import BufferPool as BufferPool
    from floworch.memory import StringPool as StringPool
    from floworch.middleware.cache import cache as cache
    from floworch.middleware.circuit_breaker import circuit_breaker as circuit_breaker
    from floworch.middleware.compose import compose as compose
    from floworch.middleware.compose import conditional as conditional
    from floworch.middleware.concurrency import concurrency as concurrency
    from floworch.middleware.custom import middleware as middleware
    from floworch.middleware.dead_letter import dead_letter as dead_letter
    from floworch.middleware.fallback import fallback as fallback
    from floworch.middleware.idempotency import idempotency as idempotency
    from floworch.middleware.logging import logging as logging
    from floworch.middleware.metrics import metrics as metrics
    from floworch.middleware.rate_limit import rate_limit as rate_limit
    from floworch.middleware.retry import retry as retry
    from floworch.middleware.timeout import timeout as timeout
    from floworch.middleware.tracing import tracing as tracing
    from floworch.middleware.validation import validation as validation
    from floworch.model.codec import dumps as dumps
    from floworch.model.codec import load as load
    from floworch.model.codec import loads as loads
    from floworch.model.codec import save as save
    from floworch.model.durations import duration_text as duration_text
    from floworch.model.problem import Problem as Problem
    from floworch.model.workflow import Edge as Edge
    from floworch.model.workflow import Node as Node
    from floworch.model.workflow import RetryPolicy as RetryPolicy
    from floworch.model.workflow import Workflow as Workflow
    from floworch.run.completing import complete as complete
    from floworch.run.completing import preview as preview
    from floworch.run.events import EventKind as EventKind
    from floworch.run.explanation import Explanation as Explanation
    from floworch.run.public import RunEvent as RunEvent
    from floworch.run.state import RunState as RunState
    from floworch.run.status import NodeStatus as NodeStatus
    from floworch.run.status import RunStatus as RunStatus
    from floworch.store.journal.store import FlatBuffersStore as FlatBuffersStore
    from floworch.store.journal.store import JsonStore as JsonStore
    from floworch.store.memory import MemoryStore as MemoryStore
    from floworch.store.protocol import RunStore as RunStore
    from floworch.store.retention import RetentionPolicy as RetentionPolicy
    from floworch.store.simple import SimpleStore as SimpleStore
    from floworch.testing.benchmark import benchmark as benchmark

    Event = RunEvent
