"""A bench for built-in actions: run one with its real parameter checks and a Context that remembers."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from declared_output import fits

from floworch.actions.context import Context
from floworch.actions.data import WorkflowData
from floworch.actions.registry import registry
from floworch.errors import ActionError
from floworch.executor import processes
from floworch.model.catalog import ParamIssue
from floworch.model.values import check_value


class Bench:
    """Implements ``Host`` and runs actions as the executor does: prepared parameters, checked output."""

    def __init__(self) -> None:
        self.logs: list[tuple[str, str]] = []
        self.progressed: list[tuple[float | None, str]] = []
        self.reason: str | None = None

    def log(self, ctx: Context, level: str, message: str) -> None:
        self.logs.append((level, message))

    def progress(self, ctx: Context, fraction: float | None, message: str) -> None:
        self.progressed.append((fraction, message))

    def cancelled(self, ctx: Context) -> str | None:
        return self.reason

    def secret(self, ctx: Context, name: str) -> str:
        return f"secret of {name}"

    def data(self, ctx: Context) -> WorkflowData:
        return WorkflowData({})

    def evaluate(self, ctx: Context, expression: str, item: Any) -> Any:
        raise AssertionError("not used here")

    def render(self, ctx: Context, template: str, values: Mapping[str, Any], autoescape: bool) -> str:
        raise AssertionError("not used here")

    async def retry(self, ctx: Context, error: BaseException, policy: Any) -> bool:
        return False

    def condition(self, ctx: Context, expression: str | bool) -> bool:
        raise AssertionError("not used here")

    def now(self, ctx: Context) -> float:
        return time.time()

    def upstream(self, ctx: Context) -> Mapping[str, Any]:
        return {}

    def folder(self, ctx: Context) -> str:
        return os.getcwd()

    async def __call__(self, action: str, **params: Any) -> Any:
        """Run the action and return its output."""
        spec = registry.find_action(action)
        assert spec is not None
        ctx = Context(self, "run-1", "flow", "node", params=params)
        kwargs = spec.prepare(params)
        call = spec.fn(ctx, **kwargs) if spec.is_async else asyncio.to_thread(spec.fn, ctx, **kwargs)
        output = await call
        check_value(output, "output")
        fits(spec, output)
        return output

    async def error(self, action: str, **params: Any) -> ActionError:
        """Run the action, which must fail, and return its error."""
        with pytest.raises(ActionError) as caught:
            await self(action, **params)
        return caught.value

    def issues(self, action: str, **params: Any) -> list[ParamIssue]:
        """What the static check says about literal parameters."""
        spec = registry.find_action(action)
        assert spec is not None
        return list(spec.check_params(params))


@pytest.fixture
async def act() -> AsyncIterator[Bench]:
    """The bench; worker processes it used are gone afterwards."""
    yield Bench()
    await processes.close_shared_pool()
