"""Which names an expression at one place sees, and what is known of the values behind them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from floworch.errors import FlowError
from floworch.expr import whole_expression
from floworch.expr.paths import plain_path
from floworch.model.called import CALL, find
from floworch.model.catalog import Catalog
from floworch.model.completion.passed import passed
from floworch.model.completion.shapes import MISSING, Late, Later, Shape
from floworch.model.graph import Plan, plan_of
from floworch.model.workflow import Node, Workflow

_SECRET = re.compile(r"""\bsecrets\s*(?:\.\s*(\w+)|\[\s*["']([^"'\\]+)["'])""")
_DEEPEST = 6


class Scope:
    """The names at one field.

    Args:
        workflow: The definition as it is now.
        node: Id of the node, or None for a field of the workflow itself.
        field: ``params.url``, ``params.where``, ``compensate.params.id``, ``middleware[0].when``, ``outputs.x``.
        catalog: Where actions are looked up.
        last: What the last run recorded: ``{"inputs", "data", "nodes": {id: {"output", "status", "error"}}}``.
    """

    def __init__(
        self,
        workflow: Workflow,
        node: str | None,
        field: str,
        catalog: Catalog,
        last: Mapping[str, Any] | None = None,
        _depth: int = 0,
    ) -> None:
        self._workflow = workflow
        self._plan: Plan = plan_of(workflow)
        self._number = self._plan.index.get(node, -1) if node is not None else -1
        self._field = field
        self._catalog = catalog
        self._last: Mapping[str, Any] = last or {}
        self._depth = _depth
        self._roots: dict[str, Shape] | None = None

    def roots(self) -> dict[str, Shape]:
        """Every name by itself."""
        if self._roots is None:
            self._roots = {
                "inputs": _inputs(self._workflow, self._last),
                "data": _data(self._workflow, self._last),
                "nodes": Shape(fields=_Steps(self), note="Steps before this one"),
                **self._items(),
                "run": _RUN,
                "secrets": Shape(fields=Later(partial(_secrets, self._workflow, self._catalog))),
            }
            if self._field.startswith("compensate"):
                self._roots["output"] = self._output(self._number)
            self._roots |= self._own()
        return self._roots

    def shape(self, path: tuple[str | int, ...]) -> Shape | None:
        """What is known of the value at a path; None when nothing is."""
        found: Shape | None = self.roots().get(str(path[0])) if path else None
        for step in path[1:]:
            found = found.step(step) if found is not None else None
        return found

    def shape_of(self, value: Any) -> Shape:
        """What is known of a parameter: of a literal all, of an expression that is a path what is there."""
        if not isinstance(value, str):
            return Shape(value=value)
        inner = whole_expression(value)
        if inner is None:
            return Shape({"type": "string"}) if "{{" in value or "{%" in value else Shape(value=value)
        path = plain_path(inner)
        return (self.shape(path) if path else None) or Shape()

    def bare(self, text: str) -> bool:
        """Whether a text of this field is an expression without braces."""
        if "{{" in text or "{%" in text:
            return False
        name = self._field.rpartition(".")[2]
        if self._field == "breakpoint" or self._field.endswith(".when"):
            return True
        action = self._action(self._number)
        if action is None or name in getattr(action, "secret_params", ()):
            return False
        return name in action.condition_params or (
            name in action.raw_params and not getattr(action, "names_param", "") and name != "template"
        )

    def _action(self, number: int) -> Any:
        return self._catalog.find_action(self._plan.nodes[number].action) if number >= 0 else None

    def _node(self, number: int) -> Shape:
        node = self._plan.nodes[number]
        recorded = self._recorded(number)
        error = Shape(
            fields={name: Shape({"type": "string"}) for name in ("kind", "message")},
            value=recorded.get("error", MISSING),
            note="What went wrong, or null",
        )
        status = Shape({"type": "string"}, recorded.get("status", MISSING), note="completed, failed, …")
        makers: dict[str, Callable[[], Shape]] = {
            "output": partial(self._output, number),
            "status": lambda: status,
            "error": lambda: error,
        }
        if node.action == "flow.foreach":
            failed = {"type": "array", "description": "Failed items, with index, kind, message and node."}
            makers["errors"] = lambda: Shape(failed, recorded.get("errors", MISSING))
        return Shape(fields=Late(makers), note=node.title or node.action)

    def _recorded(self, number: int) -> Mapping[str, Any]:
        nodes = self._last.get("nodes")
        found = nodes.get(self._plan.ids[number]) if isinstance(nodes, Mapping) else None
        return found if isinstance(found, Mapping) else {}

    def _output(self, number: int) -> Shape:
        """What is known of a step's output: its schema, the fields that it sets, and what it gave last."""
        if number < 0:
            return Shape()
        node, action = self._plan.nodes[number], self._action(number)
        schema = getattr(action, "output_schema", None)
        shape = Shape(schema, self._recorded(number).get("output", MISSING), note="What the step gives")
        if self._depth < _DEEPEST:
            shape.fields = self._made(number, node)
            if action is not None and action.container and action.own_item and shape.value is MISSING:
                shape.element = self._last_of_body(number)
            if shape.value is MISSING and (known := passed(node, _Around(self._of(number), number))) is not None:
                shape.fields = {**known.named(), **shape.fields}
                shape.element = known.element or known.step(0) or shape.element
                if not shape.schema and known.schema:
                    shape.schema, shape.root = known.schema, known.root
        return shape

    def _made(self, number: int, node: Node) -> Mapping[str, Shape]:
        """The fields that a definition names itself: of ``data.set``, and the outputs of a called workflow."""
        fields = node.params.get("fields")
        if node.action == "data.set" and isinstance(fields, Mapping) and node.params.get("target") != "data":
            return Late({str(name): partial(self._field_of, number, name, value) for name, value in fields.items()})
        reference = node.params.get("workflow")
        if node.action == CALL and isinstance(reference, str) and reference and "{{" not in reference:
            if node.params.get("wait", True) is False:
                return {"run_id": Shape({"type": "string"}), "workflow": Shape({"type": "string"})}
            try:
                return {name: Shape() for name in find(self._workflow, reference).outputs}
            except (FlowError, OSError):
                return {}
        return {}

    def _field_of(self, number: int, name: str, value: Any) -> Shape:
        """A field that ``data.set`` makes: as its value, with what it was in the last run."""
        shape, recorded = self._of(number).shape_of(value), self._recorded(number).get("output")
        if isinstance(recorded, Mapping) and name in recorded:
            return Shape(shape.schema, recorded[name], shape.fields, shape.element, root=shape.root)
        return shape

    def _last_of_body(self, number: int) -> Shape | None:
        body = self._plan.children.get(number, ())
        ends = [child for child in body if not self._plan.outgoing[child]]
        return self._of(ends[0])._output(ends[0]) if len(ends) == 1 else None

    def _of(self, number: int, field: str = "params") -> Scope:
        return Scope(
            self._workflow, self._plan.ids[number], field, self._catalog, self._last, self._depth + 1
        )  # fmt: skip

    def _items(self) -> dict[str, Shape]:
        """``item``, ``index`` and ``outer`` inside containers."""
        if self._number < 0 or self._depth >= _DEEPEST:
            return {}
        around = [each for each in self._plan.enclosing(self._number) if getattr(self._action(each), "own_item", True)]
        found: dict[str, Shape] = {}
        for level, container in enumerate(around[:2]):
            items = self._of(container).shape_of(self._plan.nodes[container].params.get("items", MISSING))
            item = items.step(0) or Shape()
            names = {"item": item, "index": Shape({"type": "integer"}, note="From 0")}
            found |= names if level == 0 else {"outer": Shape(fields=names)}
        return found

    def _own(self) -> dict[str, Shape]:
        """Names that a parameter of this action sees and others do not."""
        action, name = self._action(self._number), self._field.rpartition(".")[2]
        if action is None or name not in action.raw_params or self._depth >= _DEEPEST:
            return {}
        params = self._plan.nodes[self._number].params
        names = {each: Shape() for each in getattr(action, "raw_names", lambda _: ())(params)}
        if "items" in params and name != "items":
            listed = Scope(
                self._workflow, self._plan.ids[self._number], "params.items", self._catalog, self._last, self._depth + 1
            ).shape_of(params["items"])
            names["item"] = listed.step(0) or Shape()
        return names


class _Steps(Mapping[str, Shape]):
    """The steps that one may read, by their ids, the nearest first; to find one of them does not take finding all."""

    def __init__(self, scope: Scope) -> None:
        self._scope, self._plan, self._number = scope, scope._plan, scope._number
        self._made: dict[str, Shape] = {}

    def __contains__(self, name: object) -> bool:
        number = self._plan.index.get(str(name))
        return number is not None and self._sees(number)

    def __getitem__(self, name: str) -> Shape:
        if name not in self._made:
            if name not in self:
                raise KeyError(name)
            self._made[name] = self._scope._node(self._plan.index[name])
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return (self._plan.ids[number] for number in self._visible())

    def __len__(self) -> int:
        return len(self._visible())

    def _visible(self) -> list[int]:
        if self._number < 0:
            seen = {number for number, parent in enumerate(self._plan.parent) if parent < 0}
        else:
            seen = set().union(*(self._plan.ancestors(number) for number in self._places()))
            if self._sees_body():
                seen |= set(self._plan.children.get(self._number, ()))
        rank = self._plan.rank
        return sorted(seen, key=lambda number: -rank.get(number, -1))

    def _sees(self, number: int) -> bool:
        """Whether a step is among the visible ones."""
        if self._number < 0:
            return self._plan.parent[number] < 0
        if self._plan.parent[number] == self._number and self._sees_body():
            return True
        return any(self._plan.leads(number, place) for place in self._places())

    def _places(self) -> list[int]:
        return [self._number, *self._plan.enclosing(self._number)]

    def _sees_body(self) -> bool:
        """Whether the field is evaluated after a round of the step's own body."""
        field = self._scope._field.rpartition(".")[2]
        return field in getattr(self._scope._action(self._number), "round_params", ())


class _Around:
    """What is known around a step, in the scope of its parameters."""

    def __init__(self, scope: Scope, number: int) -> None:
        self._scope, self._number = scope, number
        self.shape_of = scope.shape_of

    def inputs(self) -> Shape:
        """Of the inputs of the run."""
        return self._scope.roots()["inputs"]

    def before(self) -> Mapping[str, Shape]:
        """Of the outputs of the steps that lead to it, by their ids."""
        plan, output = self._scope._plan, self._scope._output
        links = plan.incoming[self._number]
        return Late({plan.ids[link.source]: partial(output, link.source) for link in links})

    def body(self) -> Shape | None:
        """Of what the last step of its body gives."""
        return self._scope._last_of_body(self._number)


_TEXT = Shape({"type": "string"})
_RUN = Shape(fields={"id": _TEXT, "workflow": _TEXT, "trigger": Shape(fields={"node": _TEXT, "event": Shape()})})


def _inputs(workflow: Workflow, last: Mapping[str, Any]) -> Shape:
    given = last.get("inputs")
    given = given if isinstance(given, Mapping) else {}
    fields = {}
    for name, declared in workflow.inputs.items():
        schema = {} if declared.type == "any" else {"type": declared.type}
        value = given.get(name, declared.default if "default" in declared.model_fields_set else MISSING)
        fields[name] = Shape(schema, value, note=declared.description or declared.title)
    return Shape(fields=fields, note="What the run was started with")


def _data(workflow: Workflow, last: Mapping[str, Any]) -> Shape:
    return Shape(fields=Later(partial(_keys, workflow, last)), note="The data of the run")


def _keys(workflow: Workflow, last: Mapping[str, Any]) -> dict[str, Shape]:
    fields: dict[str, Shape] = {}
    for node in workflow.nodes.values():
        names = node.params.get("fields")
        if node.action == "data.set" and node.params.get("target") == "data" and isinstance(names, Mapping):
            fields |= {str(name): Shape(note="Set by a step") for name in names}
    values = last.get("data")
    for name, value in values.items() if isinstance(values, Mapping) else ():
        fields[name] = Shape(value=value)
    return fields


def _secrets(workflow: Workflow, catalog: Catalog) -> dict[str, Shape]:
    found: set[str] = set()
    for node in workflow.nodes.values():
        for params in (node.params, node.compensate.params if node.compensate is not None else {}):
            found |= {first or second for first, second in _SECRET.findall(repr(params))}
        secret = getattr(catalog.find_action(node.action), "secret_params", ())
        found |= {value for name in secret if isinstance(value := node.params.get(name), str) and "{" not in value}
    return {name: Shape(note="A secret") for name in sorted(found)}
