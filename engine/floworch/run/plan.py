"""The definition as the scheduler reads it: integers and flat tables, made once per run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from floworch.errors import ExpressionError
from floworch.expr import compile_value
from floworch.model.called import CALL
from floworch.model.durations import seconds
from floworch.model.triggers import idle_triggers
from floworch.model.workflow import Compensation, Node, RetryPolicy, Workflow

if TYPE_CHECKING:
    from floworch.model.catalog import Catalog

ALL, ANY, FIRST = 0, 1, 2
TOP = -1
_JOINS = {"all": ALL, "any": ANY, "first": FIRST}

#: What an action with effect pure or idempotent gets when its node says nothing (C15).
DEFAULT_RETRY = RetryPolicy.model_validate({"on": ["transient"]})


@dataclass(frozen=True, slots=True)
class Body:
    """The nodes of one graph: the top level, or one container's body.

    Attributes:
        nodes: Node indexes. ``Plan.local`` gives each one's place in this tuple.
        incoming: Number of incoming edges, by place.
        roots: Node indexes without incoming edges; they start at once (C2.7).
        sinks: Node indexes without outgoing edges; they make an item's result (C15).
        zeros: A zero by place.
    """

    nodes: tuple[int, ...]
    incoming: tuple[int, ...]
    roots: tuple[int, ...]
    sinks: tuple[int, ...]
    zeros: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "zeros", bytes(len(self.nodes)))


#: The body of a container that has no node.
EMPTY = Body((), (), (), ())


@dataclass(frozen=True, slots=True)
class Plan:
    """One definition, compiled for one run.

    Attributes:
        ids: Node ids in index order: sorted, or the table of a run that went over to another definition (C7.5), in
            which ids that the definition no longer has keep their places and belong to no body. index: the way back.
        out: By node, ``((port, target index), ...)``.
        join: By node, ALL, ANY or FIRST.
        parent: By node, the container's index or TOP. local: by node, its place in its body.
        bodies: By container index and TOP.
        depth: By node, how many containers are around it.
        retry: By node, the policy of its field or default; None is a single attempt.
        continues: Nodes with ``on_error: continue``. catches: nodes with an edge on ``error``.
        disabled, unsafe: Sets of node indexes. remote: those of ``unsafe`` that run on a cluster, where an attempt
            outlives the engine's process and may be taken up (C14). single: by disabled node, its only source or None.
        breakpoints: By node that has one: its condition, or None for one without (C7.7).
        pinned: Outputs of nodes that are not run but stand with their pin, in runs of a part (C7.6).
        idle: Triggers at which the run does not start.
        passive: Nodes that end without running when their join would have run them: disabled, pinned and idle ones.
        undo: What compensates a node that declares it (C9), and calls, which stand for the saga of their child run.
            undo_retry: its effective policy. undo_calls: those calls.
        keeps: Body nodes whose records a rollback reads after their item has ended.
        timeout: Seconds the whole run may take, or None. max_crashes: crashes of one attempt that end in doubt (C7.8).
    """

    workflow: Workflow
    ids: tuple[str, ...]
    index: dict[str, int]
    out: tuple[tuple[tuple[str, int], ...], ...]
    join: bytes
    parent: tuple[int, ...]
    local: tuple[int, ...]
    bodies: dict[int, Body]
    depth: bytes
    retry: tuple[RetryPolicy | None, ...]
    continues: frozenset[int]
    catches: frozenset[int]
    disabled: frozenset[int]
    unsafe: frozenset[int]
    fail_fast: bool
    single: dict[int, int | None] = field(default_factory=dict)
    breakpoints: dict[int, str | None] = field(default_factory=dict)
    pinned: dict[int, Any] = field(default_factory=dict)
    idle: frozenset[int] = frozenset()
    passive: frozenset[int] = frozenset()
    undo: dict[int, Compensation] = field(default_factory=dict)
    undo_retry: dict[int, RetryPolicy | None] = field(default_factory=dict)
    undo_calls: frozenset[int] = frozenset()
    keeps: frozenset[int] = frozenset()
    timeout: float | None = None
    max_crashes: int = 3
    remote: frozenset[int] = frozenset()

    @property
    def parents(self) -> list[tuple[int, int]]:
        """``(child, container)`` pairs, for the run header."""
        inner = [(i, container) for container, body in self.bodies.items() if container != TOP for i in body.nodes]
        return sorted(inner)

    @property
    def compensates(self) -> dict[str, list[int]] | None:
        """``{"nodes", "keep", "calls"}`` for the run header, or None when there is nothing to compensate ever."""
        if not self.undo:
            return None
        declared = sorted(self.undo.keys() - self.undo_calls)
        return {"nodes": declared, "keep": sorted(self.keeps), "calls": sorted(self.undo_calls)}


#: Stands in a migrated run's table for a node that the definition no longer has.
_GONE = Node(action="gone")


def compile_plan(workflow: Workflow, catalog: Catalog, ids: Sequence[str] | None = None) -> Plan:
    """Compile a valid definition.

    Args:
        workflow: A definition without error Problems; the result for any other is undefined.
        catalog: Where the effects of actions are looked up.
        ids: Node ids in index order, every one of the definition and perhaps others; sorted ones when left out.
    """
    ids = tuple(sorted(workflow.nodes) if ids is None else ids)
    index = {node: i for i, node in enumerate(ids)}
    nodes = [workflow.nodes.get(node, _GONE) for node in ids]
    out: list[list[tuple[str, int]]] = [[] for _ in ids]
    incoming = [0] * len(ids)
    sources: list[int | None] = [None] * len(ids)
    catches: set[int] = set()
    for edge in workflow.edges:
        source, target, port = index[edge.source], index[edge.target], edge.port
        out[source].append((port, target))
        incoming[target] += 1
        sources[target] = source
        if port == "error":
            catches.add(source)
    parent = tuple(TOP if node.parent is None else index[node.parent] for node in nodes)
    bodies, local = _bodies(parent, incoming, out, {i for i, node in enumerate(nodes) if node is _GONE})
    disabled = frozenset(i for i, node in enumerate(nodes) if node.disabled)
    policies = _policies(workflow, nodes, catalog)
    undo = {i: found for i, node in enumerate(nodes) if (found := _undo_of(node)) is not None}
    return Plan(
        workflow=workflow,
        ids=ids,
        index=index,
        out=tuple(map(tuple, out)),
        join=bytes(_JOINS[node.join] for node in nodes),
        parent=parent,
        local=local,
        bodies=bodies,
        depth=bytes(_depth(parent, i) for i in range(len(ids))) if len(bodies) > 1 else bytes(len(ids)),
        retry=policies,
        continues=frozenset(i for i, node in enumerate(nodes) if node.on_error == "continue"),
        catches=frozenset(catches),
        disabled=disabled,
        unsafe=(unsafe := _unsafe(nodes, catalog)),
        fail_fast=workflow.settings.fail_fast,
        single={i: sources[i] if incoming[i] == 1 else None for i in disabled},
        breakpoints={
            i: node.breakpoint if isinstance(node.breakpoint, str) else None
            for i, node in enumerate(nodes)
            if node.breakpoint is not False and not node.disabled
        },
        undo=undo,
        undo_retry={i: _undo_policy(each, catalog) for i, each in undo.items()},
        undo_calls=frozenset(i for i, each in undo.items() if each.action == CALL),
        keeps=_keeps(undo, parent, index),
        passive=disabled,
        timeout=seconds(workflow.settings.timeout) if workflow.settings.timeout is not None else None,
        max_crashes=workflow.settings.max_crashes,
        remote=frozenset(i for i in unsafe if _place_of(nodes[i], catalog) == "cluster"),
    )


def pin_payload(output: Any) -> dict[str, Any]:
    """The payload of ``node_reused`` for a pinned node."""
    return {"output": output, "pinned": True, "reused_from": None}


def with_pins(plan: Plan, pins: Iterable[str]) -> Plan:
    """The plan of a run in which these nodes are not run: their pins stand for their outputs (C7.6)."""
    pinned = {plan.index[node]: plan.workflow.nodes[node].pin for node in pins}
    return replace(plan, pinned=pinned, passive=plan.passive.union(pinned)) if pinned else plan


def started_at(plan: Plan, trigger: str | None) -> Plan:
    """The plan of a run that starts at this trigger: the others are bypassed."""
    idle = frozenset(plan.index[node] for node in idle_triggers(plan.workflow, trigger))
    return replace(plan, idle=idle, passive=plan.passive | idle) if idle else plan


def _undo_of(node: Node) -> Compensation | None:
    """What the node declares; a call that declares nothing is undone by the saga of its child run (C15).

    One that does not wait for its child leaves it alone.
    """
    if node.compensate is None and node.action == CALL and node.params.get("wait", True) is not False:
        return Compensation(action=CALL)
    return node.compensate


def _undo_policy(undo: Compensation, catalog: Catalog) -> RetryPolicy | None:
    """The compensation's own retry field, else the default by the effect of its action (C15)."""
    if undo.retry is not None:
        return undo.retry
    return _default_policy(Node(action=undo.action, params=undo.params), catalog)


def _keeps(undo: dict[int, Compensation], parent: tuple[int, ...], index: dict[str, int]) -> frozenset[int]:
    """Body nodes that declare a compensation, and those that its parameters name."""
    kept: set[int] = set()
    for i, each in undo.items():
        if parent[i] != TOP:
            kept.add(i)
            kept |= _named(each, i, parent, index)
    return frozenset(kept)


def _named(undo: Compensation, i: int, parent: tuple[int, ...], index: dict[str, int]) -> set[int]:
    """Body nodes that the parameters of a compensation name; all around it where that is known at the run only."""
    around: set[int] = {parent[i]}
    while (container := parent[i]) != TOP:
        around.add(container)
        i = container
    beside = {j for j, container in enumerate(parent) if container in around and container != TOP}
    named: set[int] = set()
    try:
        references = compile_value(undo.params).references
    except ExpressionError:  # text that the action evaluates itself
        return beside
    for reference in references:
        if reference[0] == "nodes":
            if reference[1:2] == () or reference[1] not in index:
                return beside
            named.add(index[reference[1]])
    return named & beside


def _bodies(
    parent: tuple[int, ...], incoming: list[int], out: list[list[tuple[str, int]]], gone: set[int]
) -> tuple[dict[int, Body], tuple[int, ...]]:
    members: dict[int, list[int]] = {TOP: []}
    local = [0] * len(parent)
    for i, container in enumerate(parent):
        if i in gone:
            continue
        body = members.setdefault(container, [])
        local[i] = len(body)
        body.append(i)
    bodies = {
        container: Body(
            tuple(body),
            tuple(incoming[i] for i in body),
            tuple(i for i in body if not incoming[i]),
            tuple(i for i in body if not out[i]),
        )
        for container, body in members.items()
    }
    return bodies, tuple(local)


def _depth(parent: tuple[int, ...], i: int) -> int:
    depth = 0
    while (i := parent[i]) != TOP:
        depth += 1
    return depth


def effect_of(node: Node, catalog: Catalog) -> str:
    """The node's effect: its own, else its action's with these parameters (C7.8); an unknown action is unsafe."""
    if node.effect is not None:
        return node.effect
    spec = catalog.find_action(node.action)
    if spec is None:
        return "unsafe"
    return effect_with(spec, node.params) or "unsafe"


def effect_with(spec: Any, params: Mapping[str, Any]) -> str | None:
    """An action's effect with these parameters; None where it has none."""
    return spec.effect_for(params) if _varies(spec) else getattr(spec, "effect", None)


def _varies(spec: Any) -> bool:
    """Whether the action's effect depends on its parameters."""
    return bool(getattr(spec, "effects", None))


def _place_of(node: Node, catalog: Catalog) -> str:
    """Where the node runs: as it says, else as its action does (C14)."""
    spec = None if node.run_on is not None else catalog.find_action(node.action)
    return node.run_on or str(getattr(spec, "run_on", ""))


def _unsafe(nodes: list[Node], catalog: Catalog) -> frozenset[int]:
    """Indexes of the nodes whose effect is unsafe; every action is looked up once."""
    known: dict[tuple[str, str | None], bool | None] = {}
    found = []
    for i, node in enumerate(nodes):
        key = (node.action, node.effect)
        if key not in known:
            own = node.effect is None and _varies(catalog.find_action(node.action))
            known[key] = None if own else effect_of(node, catalog) == "unsafe"
        unsafe = known[key]
        if unsafe or (unsafe is None and effect_of(node, catalog) == "unsafe"):
            found.append(i)
    return frozenset(found)


def _policies(workflow: Workflow, nodes: list[Node], catalog: Catalog) -> tuple[RetryPolicy | None, ...]:
    """Effective retry fields by the rules of C15."""
    layered = any(layer.use == "retry" for layer in workflow.middleware)
    defaults: dict[tuple[str, str | None], RetryPolicy | None] = {}
    policies: list[RetryPolicy | None] = []
    for node in nodes:
        if node.retry is not None:
            policies.append(node.retry)
        elif layered or (node.middleware and any(layer.use == "retry" for layer in node.middleware)):
            policies.append(None)
        else:
            key = (node.action, node.effect)
            if key in defaults:
                policies.append(defaults[key])
                continue
            policies.append(_default_policy(node, catalog))
            if not _varies(catalog.find_action(node.action)):
                defaults[key] = policies[-1]
    return tuple(policies)


def _default_policy(node: Node, catalog: Catalog) -> RetryPolicy | None:
    if node.action.startswith("py:"):
        return None
    spec = catalog.find_action(node.action)
    if spec is None or spec.container or node.action == CALL:  # what a call runs has retries of its own
        return None
    return None if effect_of(node, catalog) == "unsafe" else DEFAULT_RETRY
