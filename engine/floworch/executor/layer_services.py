"""What the engine does for layers: redaction, expressions in options, other actions, a place to keep things."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Mapping
from typing import TYPE_CHECKING, Any, Literal
from weakref import WeakKeyDictionary

from floworch.actions.context import Context
from floworch.actions.outcome import Wait
from floworch.clock import Clock, SystemClock
from floworch.executor.calls import plan_call
from floworch.executor.invoke import below_layers, call_action
from floworch.executor.steps import Step
from floworch.expr import compile_value
from floworch.model.conditions import compile_param
from floworch.model.own import own

if TYPE_CHECKING:
    from floworch.executor.driver import RunDriver


_numbers: WeakKeyDictionary[object, int] = WeakKeyDictionary()
_count = itertools.count(1)


def _number_of(store: object) -> str:
    """What tells a store that has no directory from every other one of this process, also from those that have gone."""
    return str(_numbers.setdefault(store, next(_count)))


class LayerServices:
    """The part of a run's Host that layers use.

    Args:
        driver: The run.
    """

    def __init__(self, driver: RunDriver) -> None:
        self._driver = driver
        self._owners: dict[int, str] = {}

    def below_layers(self, ctx: Context) -> Awaitable[Any]:
        """Run what the listed layers of a node are around."""
        driver = self._driver
        step = driver.steps[ctx.node_index]
        assert step is not None  # its layers were found in it
        return below_layers(step, driver.attempts.bodies, ctx)

    def redact(self, ctx: Context, value: Any) -> Any:
        """The value with every secret that the run has read replaced."""
        return self._driver.secrets.redact_value(value)

    def resolve(self, ctx: Context, value: Any, names: Mapping[str, Any]) -> Any:
        """A value with the expressions in it evaluated; ``names`` hide those of the run."""
        compiled = compile_value(value)
        return compiled.value if compiled.constant else compiled.evaluate(self._names(ctx, names))

    async def perform(self, ctx: Context, action: str, params: Mapping[str, Any], names: Mapping[str, Any]) -> Any:
        """Run another action where it belongs, in the attempt of ``ctx``."""
        driver = self._driver
        spec = driver.resources.registry.resolve(action)
        values: dict[str, Any] = {}
        for name, value in params.items():
            if name in spec.raw_params:
                values[name] = value
                continue
            compiled = compile_param(spec.condition_params, name, value)
            values[name] = own(compiled.value if compiled.constant else compiled.evaluate(self._names(ctx, names)))
        node = driver.plan.workflow.nodes[ctx.node]
        step = Step(node, spec, spec.run_on, None, {}, (), (), None, None, direct=False)
        return await call_action(step, driver.bodies_of(ctx), ctx.replace(params=spec.prepare(values)))

    async def call(self, ctx: Context, workflow: str, inputs: Mapping[str, Any], wait: bool) -> Wait:
        """What a call waits for."""
        return plan_call(self._driver, ctx, workflow, inputs, wait)

    def kept(self, ctx: Context, op: str, key: str, value: Any, scope: str, identity: str) -> dict[str, Any]:
        """Read or change a value that outlives runs."""
        from floworch.actions.library.kept_values import perform

        return perform(ctx, op, key, value, scope, identity)

    def home(self, ctx: Context, scope: Literal["run", "store"]) -> object:
        """This object for the run, the engine's store for the store."""
        return self if scope == "run" else self._driver.resources.store

    def owner(self, ctx: Context) -> str:
        """What tells the node from one of the same name that runs another action, or belongs to another store."""
        known = self._owners.get(ctx.node_index)
        if known is None:
            store = self._driver.resources.store
            path = getattr(store, "path", None)
            home = str(path) if path is not None else "" if getattr(store, "passing", False) else _number_of(store)
            known = self._owners[ctx.node_index] = f"{home}\0{self._driver.plan.workflow.nodes[ctx.node].action}"
        return known

    def clock(self, ctx: Context) -> Clock | None:
        """The engine's clock when it is not the computer's own; else None."""
        clock = self._driver.resources.clock
        return None if isinstance(clock, SystemClock) else clock

    def folder(self, ctx: Context) -> str:
        """The folder that the run was started in."""
        return self._driver.folder

    def _names(self, ctx: Context, names: Mapping[str, Any]) -> dict[str, Any]:
        return {**self._driver.environment.names_of(ctx), **names}
