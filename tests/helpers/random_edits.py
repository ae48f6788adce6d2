"""Random edits of a definition that make every kind of problem and mend it again, for comparing two validations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from floworch.actions.registry import registry
from floworch.model.codec import dumps, loads
from floworch.model.workflow import Compensation, Edge, Input, Layer, Node, RetryPolicy, Settings, Workflow

Draw = Callable[[Any], Any]

IDS = ("a", "b", "box", "in", "my-node", "my", "last", "Bad Id")
ACTIONS = (
    "data.set", "data.set", "util.log", "data.filter", "data.sort_limit", "data.read_table", "flow.foreach",
    "flow.try", "flow.repeat", "flow.if", "flow.switch", "flow.fail", "flow.join", "flow.call", "shell.run",
    "trigger.schedule", "human.approve", "db.query", "file.read", "own.step", "py:shop:run", "acme.nothing",
)  # fmt: skip
TEXTS = (
    "plain", "{{ nodes.a.output }}", "{{ nodes.b.output.rows }}", "{{ nodes.in.output }}", "{{ nodes.box.output }}",
    "{{ nodes.box.errors }}", "{{ nodes['my-node'].output }}", "{{ nodes.my-node.output }}", "{{ nodes.a.oops }}",
    "{{ nodes.last.output if nodes.gone.output else nodes.a.status }}", "{{ nodes }}", "{{ nodes['x' + inputs.s] }}",
    "{{ inputs.n * 2 }}", "{{ inputs.n | default(1) }}", "{{ inputs.s }}", "{{ inputs.gone }}", "{{ inputs.m + 1 }}",
    "{{ secrets.token }} {{ secrets }}", "{{ secrets.token }}", "{{ secrets.other }}", "{{ item }}", "{{ outer.item }}",
    "{{ error.message }}", "{{ output }}", "{{ a }}", "{{ len(inputs.s) }}", "{{ inputs.s | nofilter }}",
    "{{ run.nope }}", "{{ inputs.s.__class__ }}", "{{ bad", "nodes.a.output > inputs.n", "{{ nodes.my.output - node }}",
)  # fmt: skip
PORTS = ("out", "out", "out", "error", "done", "true", "false", "kept", "approved", "nowhere")
DURATIONS = (5, "30s", "soon", 0, None)


def own_layer(text: str) -> Layer:
    """A layer of which only the names that its expressions see are known."""
    return Layer.model_validate({"use": "own", "with": {"note": text}})


ids, texts = st.sampled_from(IDS), st.sampled_from(TEXTS)
PARAMS = st.one_of(
    st.fixed_dictionaries({}, optional=dict.fromkeys(("message", "items", "command", "condition", "until"), texts)),
    st.fixed_dictionaries({"fields": st.dictionaries(st.sampled_from("xy"), texts, max_size=2)}, optional={
        "target": st.just("data")}),
    st.fixed_dictionaries({"items": texts, "where": texts}),
    st.fixed_dictionaries({"items": texts}, optional={"concurrency": st.just(1)}),
    st.fixed_dictionaries({"command": texts.map("ls {}".format), "shell": st.sampled_from(["sh", "cmd"])}),
    st.fixed_dictionaries({"cases": st.lists(st.fixed_dictionaries({"when": texts, "port": st.just("true")}))}),
    st.fixed_dictionaries({"workflow": st.sampled_from(["gone.flow.json", "child"])}),
    st.fixed_dictionaries({"connection": st.just("nobody"), "sql": texts}),
    st.fixed_dictionaries({"retries": st.just(3), "mesage": texts}),
)  # fmt: skip
LAYERS = st.one_of(
    st.builds(lambda text: Layer.model_validate({"use": "fallback", "with": {"value": text}}), texts),
    st.builds(
        lambda action: Layer.model_validate({"use": "fallback", "with": {"action": action, "params": {}}}),
        st.sampled_from(ACTIONS),
    ),
    st.builds(lambda when: Layer.model_validate({"use": "retry", "when": when}), st.one_of(st.none(), texts)),
    st.builds(
        lambda text: Layer.model_validate({"use": "validation", "with": {"rules": [{"check": text}]}}), texts
    ),
    st.builds(own_layer, texts),
    st.builds(lambda use: Layer(use=use), st.sampled_from(["logging", "cache", "acme", "circuit_breaker"])),
)  # fmt: skip
RETRIES = st.builds(
    lambda most, delay, on: RetryPolicy.model_validate({"max_attempts": most, "delay": delay, "on": on}),
    st.sampled_from([1, 3]),
    st.sampled_from(["1s", "soon"]),
    st.sampled_from([["all"], ["transient"], ["moods"]]),
)
UNDOS = st.builds(lambda action, params: Compensation(action=action, params=params), st.sampled_from(ACTIONS), PARAMS)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "action": st.sampled_from(ACTIONS),
    "version": st.sampled_from([None, 1, 7]),
    "title": st.sampled_from(["", "Title"]),
    "params": PARAMS,
    "retry": st.one_of(st.none(), RETRIES),
    "timeout": st.sampled_from(DURATIONS),
    "middleware": st.lists(LAYERS, max_size=2).map(tuple),
    "join": st.sampled_from(["all", "any"]),
    "on_error": st.sampled_from(["fail", "continue"]),
    "compensate": st.one_of(st.none(), UNDOS),
    "run_on": st.sampled_from([None, "thread", "cluster"]),
    "tags": st.sampled_from([(), ("gpu",)]),
    "disabled": st.booleans(),
    "cache": st.sampled_from([None, True, 3, {"ttl": "soon"}, {"key": "{{ nodes.a.output }}"}]),
    "breakpoint": st.one_of(st.booleans(), texts),
    "pin": st.sampled_from([None, {"output": 1}]),
    "parent": st.one_of(st.none(), st.just("box"), ids),
    "x": st.just(1),
    "titel": st.just("unknown key"),
}
VALUES = st.fixed_dictionaries({"action": FIELDS["action"], "params": PARAMS}, optional={"parent": FIELDS["parent"]})
EDGES = st.builds(lambda a, port, b: Edge.model_validate({"from": a, "port": port, "to": b}),
                  st.sampled_from([*IDS, "gone"]), st.sampled_from(PORTS), ids)  # fmt: skip
INPUTS = st.builds(
    lambda kind, required, default: Input(type=kind, required=required, default=default),
    st.sampled_from(["integer", "number", "string", "any"]), st.booleans(), st.sampled_from([None, 1, "text"]),
)  # fmt: skip


def start() -> Workflow:
    """A small definition with a container, inputs, secrets and a node whose id is no identifier."""
    nodes = {
        "a": Node(action="data.set", params={"fields": {"x": "{{ inputs.n }}"}}),
        "b": Node(action="util.log", params={"message": "{{ nodes.a.output }} {{ secrets.token }}"}),
        "box": Node(action="flow.foreach", params={"items": "{{ nodes.a.output.rows }}"}),
        "in": Node(action="util.log", params={"message": "{{ item }}, {{ nodes.a.output }}"}, parent="box"),
        "inner": Node(action="flow.foreach", params={"items": "{{ item.rows }}"}, parent="box"),
        "deep": Node(action="util.log", params={"message": "{{ outer.item }}"}, parent="inner"),
        "my-node": Node(action="data.set", params={"fields": {"y": "{{ nodes.box.errors }}"}}),
        "last": Node(action="util.log", params={"message": "{{ nodes['my-node'].output }} {{ inputs.s }}"}),
    }
    choice = {"condition": "{{ inputs.n > 1 }}"}
    nodes |= {"if": Node(action="flow.if", params=choice), "both": Node(action="flow.join", join="any")}
    nodes |= {name: Node(action="util.log", params={"message": name}) for name in ("yes", "no")}
    nodes |= {
        "own": Node(action="own.step", params={"items": "{{ nodes.a.output.rows }}"}),
        "own-in": Node(action="util.log", params={"message": "{{ item }}"}, parent="own"),
        "named": Node(action="util.log", params={"message": "x"}, middleware=(own_layer("{{ error.message }}"),)),
    }
    sort = {"items": "{{ nodes.read.output }}", "by": "x"}  # right for as long as that gives a list
    nodes |= {"read": Node(action="data.read_table", params={"path": "x.csv"})}
    nodes |= {"sort": Node(action="data.sort_limit", params=sort)}
    nodes |= {"tried": Node(action="util.log", params={"message": "x"}, retry=RetryPolicy())}
    nodes |= {"shell": Node(action="shell.run", params={"command": "ls {{ inputs.n }}"})}
    once = {"message": "{{ inputs.m * 2 }}"}  # of two the first says what is wrong
    nodes |= {"once": Node(action="util.log", params=once), "twice": Node(action="util.log", params=once)}
    pairs = (
        ("read", "sort"),
        ("a", "own"),
        ("a", "b"),
        ("a", "box"),
        ("box", "my-node"),
        ("my-node", "last"),
        ("b", "last"),
    )
    edges = tuple(Edge.model_validate({"from": one, "to": other}) for one, other in pairs)
    ways = ("if", "true", "yes"), ("if", "false", "no"), ("yes", "out", "both"), ("no", "out", "both")
    edges += tuple(Edge.model_validate({"from": one, "port": port, "to": other}) for one, port, other in ways)
    inputs = {
        "n": Input(type="integer", default=1),
        "s": Input(type="string", required=True),
        "m": Input(type="integer"),
    }
    return Workflow(id="w", inputs=inputs, nodes=nodes, edges=edges, outputs={"o": "{{ nodes.last.output }}"})


def _node(draw: Draw, workflow: Workflow) -> str:
    found: str = draw(st.sampled_from(sorted(workflow.nodes) or ["none"]))
    return found


def _set(workflow: Workflow, node_id: str, node: Node) -> Workflow:
    return workflow.replace(nodes={**workflow.nodes, node_id: node})


def _field(draw: Draw, workflow: Workflow) -> Workflow:
    name = _node(draw, workflow)
    if name not in workflow.nodes:
        return workflow
    field = draw(st.sampled_from(sorted(FIELDS)))
    return _set(workflow, name, workflow.nodes[name].replace(**{field: draw(FIELDS[field])}))


def _action(draw: Draw, workflow: Workflow) -> Workflow:
    name = _node(draw, workflow)
    node = workflow.nodes.get(name)
    return workflow if node is None else _set(workflow, name, node.replace(action=draw(FIELDS["action"])))


def _params(draw: Draw, workflow: Workflow) -> Workflow:
    name = _node(draw, workflow)
    node = workflow.nodes.get(name)
    return workflow if node is None else _set(workflow, name, node.replace(params={**node.params, **draw(PARAMS)}))


def _joined(draw: Draw, workflow: Workflow) -> Workflow:
    name = draw(st.sampled_from(sorted(name for name, node in workflow.nodes.items() if node.join == "any") or ["b"]))
    node = workflow.nodes.get(name)
    return workflow if node is None else _set(workflow, name, node.replace(join="all"))


def _removed(draw: Draw, workflow: Workflow) -> Workflow:
    gone = _node(draw, workflow)
    edges = tuple(each for each in workflow.edges if gone not in (each.source, each.target) or draw(st.booleans()))
    return workflow.replace(nodes={name: node for name, node in workflow.nodes.items() if name != gone}, edges=edges)


def _renamed(draw: Draw, workflow: Workflow) -> Workflow:
    old, new = _node(draw, workflow), draw(ids)
    nodes = {new if name == old else name: node for name, node in workflow.nodes.items()}
    swap = {old: new}
    return workflow.replace(
        nodes={name: node.replace(parent=swap.get(node.parent or "", node.parent)) for name, node in nodes.items()}
        if draw(st.booleans()) else nodes,
        edges=tuple(
            each.replace(source=swap.get(each.source, each.source), target=swap.get(each.target, each.target))
            for each in workflow.edges
        ),
    )  # fmt: skip


def _unwired(draw: Draw, workflow: Workflow) -> Workflow:
    number = draw(st.integers(0, max(0, len(workflow.edges) - 1)))
    return workflow.replace(edges=workflow.edges[:number] + workflow.edges[number + 1 :])


def _rewired(draw: Draw, workflow: Workflow) -> Workflow:
    if not workflow.edges:
        return workflow
    number = draw(st.integers(0, len(workflow.edges) - 1))
    edge = workflow.edges[number].replace(port=draw(st.sampled_from(PORTS)), **draw(st.sampled_from([{}, {"odd": 1}])))
    return workflow.replace(edges=(*workflow.edges[:number], edge, *workflow.edges[number + 1 :]))


def _shuffled(draw: Draw, workflow: Workflow) -> Workflow:
    return workflow.replace(nodes={name: workflow.nodes[name] for name in draw(st.permutations(list(workflow.nodes)))})


def _inputs(draw: Draw, workflow: Workflow) -> Workflow:
    return workflow.replace(inputs={**workflow.inputs, draw(st.sampled_from(["n", "s", "m", "b"])): draw(INPUTS)})


def _fewer_inputs(draw: Draw, workflow: Workflow) -> Workflow:
    gone = draw(st.sampled_from(["n", "s", "m"]))
    return workflow.replace(inputs={name: each for name, each in workflow.inputs.items() if name != gone})


def _meta(draw: Draw, workflow: Workflow) -> Workflow:
    changes = st.one_of(
        st.fixed_dictionaries({"id": st.sampled_from(["w", "not an id"])}),
        st.fixed_dictionaries({"name": st.sampled_from(["", "A name"]), "view": st.just({"nodes": {"a": [1, 2]}})}),
        st.fixed_dictionaries({"outputs": st.dictionaries(st.just("o"), texts)}),
        st.fixed_dictionaries({"settings": st.builds(lambda t: Settings(timeout=t), st.sampled_from(DURATIONS))}),
        st.fixed_dictionaries({"middleware": st.lists(LAYERS, max_size=2).map(tuple)}),
        st.fixed_dictionaries({"knid": st.just(1)}),
    )
    return workflow.replace(**draw(changes))


EDITS: dict[str, Callable[[Draw, Workflow], Workflow]] = {
    "add": lambda draw, wf: _set(wf, draw(ids), Node(**draw(VALUES))),
    "field": _field,
    "parameter": _params,
    "again": _params,
    "action": _action,
    "join": _joined,
    "layers": lambda draw, wf: wf.replace(middleware=tuple(draw(st.lists(LAYERS, max_size=2)))),
    "remove": _removed,
    "rename": _renamed,
    "wire": lambda draw, wf: wf.replace(edges=(*wf.edges, draw(EDGES))),
    "more wires": lambda draw, wf: wf.replace(edges=(*wf.edges, *draw(st.lists(EDGES, max_size=4)))),
    "unwire": _unwired,
    "rewire": _rewired,
    "order": _shuffled,
    "inputs": _inputs,
    "fewer inputs": _fewer_inputs,
    "meta": _meta,
    "read anew": lambda _, wf: loads(dumps(wf)),
    "the same": lambda _, wf: wf,
}


class Shelf:
    """The registry, with secrets and an action that come, go and change while a definition is edited."""

    def __init__(self) -> None:
        self.secrets = {"token"}
        self.own: Any = _as_own("flow.foreach")
        self.names = frozenset({"error"})
        self.broken: dict[str, str] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(registry, name)

    def knows_secret(self, name: str) -> bool:
        """Whether it was set."""
        return name in self.secrets

    def find_action(self, action_id: str) -> Any:
        """The action of that id; ``own.step`` is what the test last made of it."""
        return self.own if action_id == "own.step" else registry.find_action(action_id)

    def layer_names(self, use: str) -> frozenset[str]:
        """The names that a layer's expressions see."""
        return self.names if use == "own" else registry.layer_names(use)

    def change(self, draw: Draw) -> None:
        """Something of it is another from now on."""
        what = draw(st.sampled_from(["secret", "action", "names"]))
        if what == "secret":
            self.secrets ^= {draw(st.sampled_from(["token", "other"]))}
        elif what == "names":
            self.names = draw(st.sampled_from([frozenset(), frozenset({"error"})]))
        else:
            kinds = ("flow.foreach", "flow.try", "data.filter", "db.query", None)
            self.own = _as_own(draw(st.sampled_from(kinds)))


def _as_own(name: str | None) -> Any:
    found = registry.find_action(name) if name is not None else None
    return None if found is None else replace(found, id="own.step")
