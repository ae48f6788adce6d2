"""Runs layers in tests: around one call with a host that fakes the engine, and in real engines."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from engine_kit import Kit
from run_dialogue import workflow

from floworch.actions.context import Context
from floworch.middleware.layer import Layer
from floworch.run.events import EventKind
from floworch.testing import FakeHost


class Inner:
    """What a layer calls on to: gives what it is told, call by call, the last one for ever.

    Attributes:
        contexts: The context of every call.
    """

    def __init__(self, *results: Any) -> None:
        self._results = list(results) or [None]
        self.contexts: list[Context] = []

    async def __call__(self, ctx: Context) -> Any:
        number = len(self.contexts)
        self.contexts.append(ctx)
        result = self._results[min(number, len(self._results) - 1)]
        if callable(result) and not isinstance(result, type):
            result = result(ctx)
        if isinstance(result, BaseException):
            raise result
        return await result if hasattr(result, "__await__") else result

    @property
    def calls(self) -> int:
        return len(self.contexts)


class RetryingHost(FakeHost):
    """A FakeHost that grants some further attempts; ``between`` is called while one waits."""

    def __init__(self, further: int = 1, between: Callable[[], Any] = lambda: None, **options: Any) -> None:
        super().__init__(**options)
        self.further = further
        self.between = between

    async def retry(self, ctx: Context, error: BaseException, policy: Any) -> bool:
        waited = self.between()
        if hasattr(waited, "__await__"):
            await waited
        if self.further == 0:
            return False
        self.further -= 1
        ctx.attempt += 1
        return True


def retrying(inner: Callable[[Context], Any]) -> Callable[[Context], Any]:
    """What lies inside a listed layer: the retry field around the action."""

    async def call(ctx: Context) -> Any:
        while True:
            try:
                return await inner(ctx)
            except Exception as error:
                if not await ctx.retry(error, None):
                    raise

    return call


async def through(layer: Layer, inner: Any, host: FakeHost | None = None, **context: Any) -> Any:
    """Call a layer around ``inner``."""
    return await layer(inner, (host or FakeHost()).context(**context))


def use(layer: str, when: Any = None, **options: Any) -> dict[str, Any]:
    """An entry of a middleware list."""
    return {"use": layer, "with": options, **({} if when is None else {"when": when})}


def nodes_with(layers: list[Mapping[str, Any]], *names: str, **fields: Any) -> Any:
    """A definition of unconnected nodes ``names`` of the action ``t.act``, each with these layers."""
    return workflow({name: {"action": "t.act", "middleware": layers, **fields} for name in names or ("a",)})


def foreach_with(layers: list[Mapping[str, Any]], items: list[Any], **fields: Any) -> Any:
    """A definition whose node ``a`` runs once per item, with these layers."""
    params = {"items": items, "concurrency": len(items), "on_item_error": "collect"}
    body = {"action": "t.act", "parent": "loop", "middleware": layers, **fields}
    return workflow({"loop": {"action": "flow.foreach", "params": params}, "a": body})


def logged(kit: Kit, run_id: str = "r") -> list[str]:
    """The messages that nodes logged."""
    return [e.payload["message"] for e in kit.store.events(run_id) if e.kind == EventKind.NODE_LOGGED]


def kit_of(function: Callable[..., Any]) -> Kit:
    """A kit whose action ``t.act`` is ``function``."""
    return Kit(act=function)


def bytes_in(folder: Path) -> bytes:
    """Everything that the files of a folder hold."""
    return b"".join(path.read_bytes() for path in folder.iterdir())


def names_in(folder: Path) -> list[str]:
    """The names of a folder's files."""
    return sorted(path.name for path in folder.iterdir())


def letters(path: Path) -> list[dict[str, Any]]:
    """The objects of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
