"""What an import gives: a definition, and an account of what was and was not converted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from floworch.errors import ExpressionError, UsageError
from floworch.expr import compile_value
from floworch.model.codec import from_data
from floworch.model.graph import Link, plan_of
from floworch.model.workflow import Input, Workflow

Level = Literal["note", "partly", "not_converted"]
#: The most characters of an original that are kept in the notes of a placeholder.
_MOST_NOTES = 8000
#: Nodes of one definition that an import makes at most.
MOST_NODES = 5000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a person must know after an import.

    Attributes:
        level: ``note``, ``partly`` (converted, but look at it) or ``not_converted``.
        where: Name of the step in the original, or an empty string.
        message: What about it, in a sentence.
        node: Id of the node it became, or None.
    """

    level: Level
    where: str
    message: str
    node: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the object that ``floworch import --json`` prints for it."""
        return {"level": self.level, "where": self.where, "node": self.node, "message": self.message}


@dataclass(frozen=True, slots=True)
class Imported:
    """The result of an import.

    Attributes:
        workflow: The definition.
        findings: What a person must know, in the order of the original.
        placeholders: Ids of nodes that stand for what has no counterpart; each fails when it runs.
    """

    workflow: Workflow
    findings: Sequence[Finding]
    placeholders: Sequence[str] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the object that ``floworch import --json`` prints."""
        return {
            "workflow": self.workflow.id,
            "nodes": len(self.workflow.nodes),
            "placeholders": list(self.placeholders),
            "findings": [finding.to_json() for finding in self.findings],
        }


def identifier(text: str, other: str = "step") -> str:
    """A name as a node id that expressions can write after a dot."""
    word = re.sub(r"[^a-z0-9]+", "_", text.lower())[:48].strip("_")
    if not word:
        return other
    return f"{other}_{word}" if word[0].isdigit() else word


def literal_text(text: str) -> str:
    """A text that stays what it is, although it holds braces."""
    if "{{" not in text and "{%" not in text and "{#" not in text:
        return text
    return "{{ " + json.dumps(text, ensure_ascii=False) + " }}"


def escaped(value: Any) -> Any:
    """A JSON value all of whose texts stay what they are."""
    if isinstance(value, str):
        return literal_text(value)
    if isinstance(value, Mapping):
        return {str(key): escaped(item) for key, item in value.items()}
    return [escaped(item) for item in value] if isinstance(value, list) else value


def known(action: str) -> bool:
    """Whether this installation has an action."""
    from floworch.actions.registry import registry

    return registry.find_action(action) is not None


def _paths(params: Any) -> Iterator[tuple[str, ...]]:
    """The paths of at least two steps that parameters read."""
    try:
        yield from (path for path in compile_value(params).references if len(path) > 1)
    except ExpressionError:
        for each in params.values() if isinstance(params, Mapping) else params if isinstance(params, list) else ():
            yield from _paths(each)


@dataclass
class Skeleton:
    """A definition that grows while something else is read.

    Attributes:
        name: Name of the workflow.
        findings, placeholders: As in ``Imported``.
        nodes: Node fields by id.
        view: Positions by node id.
    """

    name: str
    findings: list[Finding] = field(default_factory=list)
    placeholders: list[str] = field(default_factory=list)
    nodes: dict[str, dict[str, Any]] = field(default_factory=dict)
    view: dict[str, list[float]] = field(default_factory=dict)
    _edges: list[dict[str, str]] = field(default_factory=list)
    _notes: list[dict[str, Any]] = field(default_factory=list)

    def tell(self, level: Level, where: str, message: str, node: str | None = None) -> None:
        """Add a finding; the same one is told once."""
        finding = Finding(level, where, message, node)
        if finding not in self.findings:
            self.findings.append(finding)

    def new_id(self, wanted: str) -> str:
        """A node id like the wanted one that is free."""
        base = identifier(wanted)
        found, number = base, 2
        while found in self.nodes:
            found, number = f"{base}_{number}", number + 1
        return found

    def add(
        self, wanted: str, action: str, params: Mapping[str, Any], at: Sequence[float] | None = None, **fields: Any
    ) -> str:
        """Add a node and return its id; ``fields`` are further node fields, empty ones are left out."""
        node_id = self.new_id(wanted)
        if len(self.nodes) >= MOST_NODES:
            raise UsageError(f"It has more than {MOST_NODES} steps.", "Import it in parts.")
        self.nodes[node_id] = {
            "action": action,
            **({"params": dict(params)} if params else {}),
            **{name: value for name, value in fields.items() if value not in (None, "", False)},
        }
        if at is not None:
            self.view[node_id] = [round(float(at[0])), round(float(at[1]))]
        return node_id

    def placeholder(self, title: str, what: str, original: Any, at: Sequence[float] | None = None) -> str:
        """Add a node for something without a counterpart: it fails with a message, and its notes hold the original."""
        text = json.dumps(original, indent=2, ensure_ascii=False, default=str)
        shown = text if len(text) <= _MOST_NOTES else text[:_MOST_NOTES] + "\n…"
        message = literal_text(f"Replace this step: {what} has no counterpart here.")
        notes = f"Placeholder for {what}. Its original:\n\n```json\n{shown}\n```"
        node_id = self.add(title, "flow.fail", {"message": message}, at, title=title, notes=notes)
        self.placeholders.append(node_id)
        self.tell(
            "not_converted",
            title,
            f"{what[:1].upper()}{what[1:]} has no counterpart; a placeholder that fails stands for it.",
            node_id,
        )
        return node_id

    def edge(self, source: str, target: str, port: str = "out") -> None:
        """Add an edge once."""
        link = {"from": source, "to": target} if port == "out" else {"from": source, "port": port, "to": target}
        if link not in self._edges:
            self._edges.append(link)

    def note(self, text: str, at: Sequence[float], size: Sequence[float] = (240, 160)) -> None:
        """Add a note to the canvas."""
        place, room = [round(float(each)) for each in at], [max(80, round(float(each))) for each in size]
        self._notes.append({"text": text, "at": place, "size": room})

    def finish(self, description: str = "") -> Imported:
        """The definition, without circles, and with every parameter checked.

        Raises:
            UsageError: It holds no step.
        """
        if not self.nodes:
            raise UsageError("There is no step in it to import.", "Check that the right file was given.")
        data: dict[str, Any] = {"id": identifier(self.name, "imported").replace("_", "-"), "name": self.name}
        data |= {"description": description} if description else {}
        data |= {"nodes": self.nodes, "edges": self._edges}
        view: dict[str, Any] = {"nodes": self.view} if self.view else {}
        data["view"] = view | ({"notes": self._notes} if self._notes else {})
        self._break_circles(data)
        self._join_any(data["edges"])
        workflow, problems = from_data(data)
        if workflow is None:
            raise UsageError(f"It cannot be converted: {problems[0].message}", problems[0].fix)
        workflow = self._with_inputs(workflow)
        self._check_params(workflow)
        return Imported(workflow, tuple(self.findings), tuple(self.placeholders))

    def _with_inputs(self, workflow: Workflow) -> Workflow:
        """The definition with an input for every name that its expressions take from the inputs."""
        found = {path[1] for node in workflow.nodes.values() for path in _paths(node.params) if path[0] == "inputs"}
        if not found:
            return workflow
        self.tell("note", "", f"What the beginning of the original gave is an input here: {', '.join(sorted(found))}.")
        return workflow.replace(inputs={name: Input(type="any") for name in sorted(found)})

    def _break_circles(self, data: dict[str, Any]) -> None:
        while True:
            workflow, _ = from_data(data)
            cycles = plan_of(workflow).cycles() if workflow is not None else []
            if not cycles:
                return
            gone = {self._back(cycle).number for cycle in cycles}
            for number in gone:
                edge = data["edges"][number]
                said = (
                    f"The way back to {edge['to']!r} makes a circle and was left out: use flow.repeat or flow.foreach."
                )
                self.tell("not_converted", edge["from"], said, edge["from"])
            data["edges"] = [edge for number, edge in enumerate(data["edges"]) if number not in gone]

    def _back(self, cycle: Sequence[Link]) -> Link:
        """The link of a circle that leads furthest to the left, which is the one that leads back."""
        names = sorted(self.nodes)

        def leap(link: Link) -> float:
            source, target = (self.view.get(names[end], [0.0, 0.0])[0] for end in (link.source, link.target))
            return target - source

        return min(cycle, key=leap)

    def _join_any(self, edges: Sequence[Mapping[str, str]]) -> None:
        """Elsewhere a step runs when anything reaches it; here one of several branches must be enough."""
        into: dict[str, int] = {}
        for edge in edges:
            into[edge["to"]] = into.get(edge["to"], 0) + 1
        for node_id, count in into.items():
            if count > 1 and self.nodes[node_id]["action"] != "flow.join":
                self.nodes[node_id].setdefault("join", "any")

    def _check_params(self, workflow: Workflow) -> None:
        from floworch.actions.registry import registry

        for node_id, node in workflow.nodes.items():
            spec = registry.find_action(node.action)
            for issue in spec.check_params(node.params) if spec is not None else ():
                self.tell("partly", node.title or node_id, f"{issue.message} {issue.fix}".strip(), node_id)
