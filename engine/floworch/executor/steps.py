"""A node made ready to run: its action found, its parameters compiled, its layers built. Made once per node and run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from floworch.errors import UsageError
from floworch.executor.settings import retry_override
from floworch.expr import Compiled, compile_condition, compile_value
from floworch.model.durations import seconds
from floworch.model.workflow import Layer, Node, RetryPolicy

if TYPE_CHECKING:
    from floworch.actions.registry import Registry
    from floworch.actions.spec import ActionSpec
    from floworch.run.plan import Plan

LayerCall = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One node, ready.

    Attributes:
        spec: Its action. run_on: where it runs.
        fixed: Evaluated and validated parameters when no expression is in them, else None.
        literal: Parameters that hold no expression, as written. dynamic: the others, compiled.
        layers: Listed layers, outermost first, each with its compiled ``when`` or None.
        policy: Retry field or default, which lies inside the listed layers. timeout: seconds of one attempt, or None.
        direct: The action can be awaited at once: asynchronous, on the loop, no layers, no timeout, no expressions.
    """

    node: Node
    spec: ActionSpec
    run_on: str
    fixed: Mapping[str, Any] | None
    literal: Mapping[str, Any]
    dynamic: tuple[tuple[str, Compiled], ...]
    layers: tuple[tuple[LayerCall, Compiled | None], ...]
    policy: RetryPolicy | None
    timeout: float | None
    direct: bool

    def parameters(self, context: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        """Evaluate and validate the parameters; ``context`` makes the expression context when it is needed.

        Raises:
            ExpressionError, ActionError: An expression cannot be evaluated; a value does not fit.
        """
        if self.fixed is not None:
            return self.fixed
        names = context()
        values = dict(self.literal)
        for name, compiled in self.dynamic:
            values[name] = compiled.evaluate(names)
        return self.spec.prepare(values)


def make_step(plan: Plan, i: int, registry: Registry) -> Step:
    """Compile the node with index ``i``.

    Raises:
        FlowError: Its action or a layer cannot be found, or a literal parameter does not fit.
    """
    node = plan.workflow.nodes[plan.ids[i]]
    spec = registry.resolve(node.action)
    literal, dynamic = _compile_params(spec, node.params)
    fixed = spec.prepare(literal) if not dynamic else None
    listed = _effective((*plan.workflow.middleware, *node.middleware, *_cache_field(node)), plan.retry[i] is not None)
    layers = tuple(_layer(entry, registry) for entry in listed)
    timeout = seconds(node.timeout) if node.timeout is not None else None
    run_on = node.run_on or spec.run_on
    direct = fixed is not None and not fixed and not layers and timeout is None and spec.is_async and run_on == "loop"
    return Step(node, spec, run_on, fixed, literal, tuple(dynamic), layers, plan.retry[i], timeout, direct)


def make_undo(plan: Plan, i: int, registry: Registry) -> Step:
    """Compile the compensation of the node with index ``i`` (C9): no layers, its own retry and timeout.

    A plain function gets the node's output as its first parameter unless ``params`` gives that one (C15).

    Raises:
        FlowError: Its action cannot be found, or a literal parameter does not fit.
    """
    undo = plan.undo[i]
    spec = registry.resolve(undo.action)
    params = dict(undo.params)
    if undo.action.startswith("py:") and (first := spec.first_param) and first not in params:
        params[first] = "{{ output }}"
    literal, dynamic = _compile_params(spec, params)
    fixed = spec.prepare(literal) if not dynamic else None
    timeout = seconds(undo.timeout) if undo.timeout is not None else None
    node = plan.workflow.nodes[plan.ids[i]]
    return Step(
        node, spec, spec.run_on, fixed, literal, tuple(dynamic), (), plan.undo_retry[i], timeout, direct=False
    )  # fmt: skip


def _compile_params(spec: ActionSpec, params: Mapping[str, Any]) -> tuple[dict[str, Any], list[tuple[str, Compiled]]]:
    """Parameters without an expression, and the others, compiled."""
    literal: dict[str, Any] = {}
    dynamic: list[tuple[str, Compiled]] = []
    for name, value in params.items():
        if name in spec.raw_params:
            literal[name] = value
            continue
        compiled = compile_condition(value) if name in spec.condition_params else compile_value(value)
        if compiled.constant:
            literal[name] = compiled.value
        else:
            dynamic.append((name, compiled))
    return literal, dynamic


def _cache_field(node: Node) -> tuple[Layer, ...]:
    """The layer that the field ``cache`` stands for, inside the listed ones (C15)."""
    if not node.cache:
        return ()
    return (Layer.model_validate({"use": "cache", "with": {} if node.cache is True else node.cache}),)


def _effective(listed: tuple[Layer, ...], has_field: bool) -> list[Layer]:
    """The layers without the retry layers that a further-in one, or the retry field, makes void (C15)."""
    kept: list[Layer] = []
    retried = has_field
    for entry in reversed(listed):
        if entry.use == "retry":
            if retried:
                continue
            retried = entry.when is None
        kept.append(entry)
    return kept[::-1]


def _layer(entry: Layer, registry: Registry) -> tuple[LayerCall, Compiled | None]:
    spec = registry.find_layer(entry.use)
    if spec is None:
        raise UsageError(f"there is no middleware {entry.use!r}", f"Known: {', '.join(registry.layer_ids())}.")
    when = compile_condition(entry.when) if entry.when is not None else None
    options = spec.options.model_validate(entry.options)
    if isinstance(options, RetryPolicy):
        options = retry_override().of(options)
    return spec.make(options), when
