"""A node made ready to run: its action found, its parameters compiled, its layers built. Made once per node and run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from floworch.errors import ErrorKind, UsageError
from floworch.executor.settings import retry_override
from floworch.executor.stacks import LayerCall, stack_of
from floworch.expr import Compiled, compile_condition
from floworch.model.conditions import compile_param
from floworch.model.durations import seconds
from floworch.model.own import FIXED_TYPES, own
from floworch.model.values import with_guests
from floworch.model.workflow import Layer, Node, RetryPolicy

if TYPE_CHECKING:
    from floworch.actions.registry import Registry
    from floworch.actions.spec import ActionSpec
    from floworch.run.plan import Plan

#: Packages whose actions and layers neither change what they are given nor keep what they return.
_OURS = ("floworch.actions.library.", "floworch.middleware.")
_UNFIT = ErrorKind.VALIDATION.value
#: What expressions read that may be another value in the next attempt (C6.1, C6.5).
_CHANGING = frozenset({"data", "secrets"})


@dataclass(frozen=True, slots=True)
class Step:
    """One node, ready.

    Attributes:
        spec: Its action. run_on: where it runs.
        fixed: Evaluated and validated parameters when no expression is in them, else None; those of user code only
            while nothing in them can change.
        literal: Parameters that hold no expression, as written. dynamic: the others, compiled.
        layers: Listed layers, outermost first, each with its compiled ``when`` or None.
        policy: Retry field or default, which lies inside the listed layers. timeout: seconds of one attempt, or None.
        direct: The action can be awaited at once: asynchronous, on the loop, no layers, no timeout, no expressions.
        shares: Only the engine's own code sees the values, which neither changes nor keeps them: nothing is copied.
        stack: The layers, each around the next one; None when there are none, or conditions decide for each attempt.
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
    shares: bool = False
    stack: LayerCall | None = None

    def parameters(self, context: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        """Evaluate and validate the parameters; ``context`` makes the expression context when it is needed.

        Raises:
            ExpressionError, ActionError: An expression cannot be evaluated; a value does not fit.
        """
        if self.fixed is not None:
            return self.fixed if self.shares else dict(self.fixed)
        values = dict(self.literal)
        if self.dynamic:
            names = context()
            for name, compiled in self.dynamic:
                values[name] = compiled.evaluate(names)
        return self.spec.prepare(values if self.shares else own(values))

    def never_fits(self, params: Mapping[str, Any], kind: str, settled: Callable[[str], bool]) -> bool:
        """Whether an attempt failed over its parameters, before its action was called, as every other one would.

        What an expression reads is the same in each attempt, but for the run's data, for secrets, for a node whose id
        is worked out and for one that has not ended, as there is below a join of the first. A retry in a layer never
        covers them either; a policy that names the kind gets what it asks for.

        Args:
            params: Those of the attempt: empty as long as they are not evaluated.
            kind: That of its error.
            settled: Tells whether a node has ended.
        """
        if params or not self.dynamic or kind != _UNFIT or (self.policy is not None and _UNFIT in self.policy.on):
            return False
        paths = {path for _, compiled in self.dynamic for path in compiled.references}
        return not any(
            path[0] in _CHANGING or (path[0] == "nodes" and (len(path) == 1 or not settled(path[1]))) for path in paths
        )

    def taken(self, value: Any) -> Any:
        """What the node gives, by value: what the action does with its object later is its own affair (C6.1)."""
        return value if self.shares else own(value)


def make_step(plan: Plan, i: int, registry: Registry) -> Step:
    """Compile the node with index ``i``.

    Raises:
        FlowError: Its action or a layer cannot be found, or a literal parameter does not fit.
    """
    node = plan.workflow.nodes[plan.ids[i]]
    spec = registry.resolve(node.action)
    literal, dynamic = _compile_params(spec, node.params)
    listed = _effective((*plan.workflow.middleware, *node.middleware, *_cache_field(node)), plan.retry[i] is not None)
    layers = tuple(_layer(entry, registry) for entry in listed)
    shares = _is_ours(spec.fn) and all(_is_ours(layer) for layer, _ in layers)
    fixed = _fixed(spec, literal, shares) if not dynamic else None
    timeout = seconds(node.timeout) if node.timeout is not None else None
    run_on = node.run_on or spec.run_on
    direct = fixed is not None and not fixed and not layers and timeout is None and spec.is_async and run_on == "loop"
    always = layers and all(when is None for _, when in layers)
    return Step(
        node, spec, run_on, fixed, literal, tuple(dynamic), layers, plan.retry[i], timeout, direct, shares,
        stack_of(layer for layer, _ in layers) if always else None,
    )  # fmt: skip


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
    shares = _is_ours(spec.fn)
    fixed = _fixed(spec, literal, shares) if not dynamic else None
    timeout = seconds(undo.timeout) if undo.timeout is not None else None
    node = plan.workflow.nodes[plan.ids[i]]
    return Step(
        node, spec, spec.run_on, fixed, literal, tuple(dynamic), (), plan.undo_retry[i], timeout, direct=False,
        shares=shares,
    )  # fmt: skip


def _is_ours(fn: object) -> bool:
    """Whether this is the code of a built-in action or layer; what wraps one is not, whatever it says of itself."""
    home: str = getattr(fn, "__globals__", {}).get("__name__", "")
    return home.startswith(_OURS) and home != "floworch.middleware.custom"


def _fixed(spec: ActionSpec, literal: Mapping[str, Any], shares: bool) -> Mapping[str, Any] | None:
    """Validated literal parameters, to be given to every attempt; None when user code could change them.

    Raises:
        ActionError: A value does not fit.
    """
    prepared = spec.prepare(literal if shares else own(literal))
    return prepared if shares or all(type(value) in FIXED_TYPES for value in prepared.values()) else None


def _compile_params(spec: ActionSpec, params: Mapping[str, Any]) -> tuple[dict[str, Any], list[tuple[str, Compiled]]]:
    """Parameters without an expression, and the others, compiled."""
    literal: dict[str, Any] = {}
    dynamic: list[tuple[str, Compiled]] = []
    for name, value in params.items():
        if name in spec.raw_params:
            literal[name] = value
            continue
        compiled = compile_param(spec.condition_params, name, value)
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
    if spec is None and entry.use.startswith("py:"):
        from floworch.actions.own_layers import import_layer

        spec = import_layer(entry.use)
    if spec is None:
        raise UsageError(f"there is no middleware {entry.use!r}", f"Known: {', '.join(registry.layer_ids())}.")
    when = compile_condition(entry.when) if entry.when is not None else None
    options = spec.options.model_validate(with_guests(entry.options))
    if isinstance(options, RetryPolicy):
        options = retry_override().of(options)
    made = spec.make(options)
    return getattr(made, "around", made), when
