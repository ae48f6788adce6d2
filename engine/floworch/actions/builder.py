"""Workflows written in Python: a builder that makes the same definition the designer and files make."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from floworch.actions.held import holding
from floworch.actions.layer_entries import entry_of, undoing, unwrapped
from floworch.actions.params import public_name
from floworch.actions.suggest import closest, one_of
from floworch.errors import DefinitionWarning, UsageError
from floworch.model.codec import definition_error, require_workflow, to_data
from floworch.model.foreign import foreign
from floworch.model.problem import Problem
from floworch.model.python_names import PREFIX
from floworch.model.validate import check_data, is_valid
from floworch.model.values import check_value, to_plain
from floworch.model.workflow import Compensation, RetryPolicy, Settings, Value, Workflow

if TYPE_CHECKING:
    from typing import Self

    from floworch.model.catalog import Catalog

Action = str | Callable[..., Any]
After = str | Iterable[str] | None

_OPTIONS = frozenset({
    "version", "title", "timeout", "join", "on_error", "effect", "run_on", "tags", "disabled", "cache", "breakpoint",
    "pin", "parent", "notes",
})  # fmt: skip
#: Every name that means the node where ``node`` is called.
_NAMES = _OPTIONS | {"after", "params", "retries", "retry", "compensate", "middleware"}
#: What other libraries call these.
_ELSEWHERE = {
    "depends_on": "after", "dependson": "after", "needs": "after", "requires": "after", "upstream": "after",
    "max_retries": "retries", "retry_count": "retries", "continue_on_error": "on_error", "compensation": "compensate",
}  # fmt: skip
_UNSET: Any = object()


class WorkflowBuilder:
    """Builds a Workflow step by step; every method returns the builder.

    Args:
        workflow_id: The workflow's id.
        name, description: Shown to people.
        catalog: Where actions and middleware are looked up by ``build``; the global registry when None.

    Raises:
        UsageError: ``workflow_id`` is no text.

    >>> flow = WorkflowBuilder("hello").node("say", "util.log", message="Hello").build()
    """

    def __init__(
        self, workflow_id: str, *, name: str = "", description: str = "", catalog: Catalog | None = None
    ) -> None:
        self._data: dict[str, Any] = {"id": _id(workflow_id, "a workflow")}
        self._data |= {key: text for key, text in (("name", name), ("description", description)) if text}
        self._nodes: dict[str, dict[str, Any]] = {}
        self._edges: list[dict[str, str]] = []
        self._catalog = catalog
        self._problems: list[Problem] = []
        self._attached: list[Workflow] = []

    def node(
        self,
        node_id: str,
        action: Action,
        *,
        after: After = None,
        params: Mapping[str, Any] | None = None,
        retries: int | None = None,
        retry: RetryPolicy | Mapping[str, Any] | None = None,
        compensate: Compensation | Mapping[str, Any] | Action | None = None,
        middleware: Sequence[Any] = (),
        **options: Any,
    ) -> Self:
        """Add one node.

        Args:
            node_id: Its id.
            action: An action id, or a function with typed parameters. Built-in and registered layers around it, such
                as ``retry(3)(fn)``, become middleware of the node, inside that of ``middleware``: the definition can
                be saved, and a run goes on in a process that did not build it.
            after: Ids of nodes that come before it, ``"node:port"`` for another port than ``out``, or a list of these.
            params: Parameters whose names are those of options.
            retries: How often a failed attempt is tried again; ``retry`` gives the whole policy instead.
            retry: The retry policy.
            compensate: What undoes it: an action id, a function ``(ctx, output)``, or ``{"action", "params", ...}``.
            middleware: Layers, outermost first: names, ``{"use", "with", "when"}`` or layers such as ``retry(3)``.
            **options: The node fields ``timeout join on_error effect run_on tags parent title notes disabled cache
                breakpoint pin version``; every other name is a parameter of the action, with an underscore behind one
                that Python keeps for itself: ``for_="5m"``.

        Raises:
            UsageError: ``action`` is neither an id nor a function that can be an action; ``node_id`` is no text.
        """
        _id(node_id, "a node")
        catalog = self._known()
        free = retry is None and retries is None
        action, layers = unwrapped(action, catalog, _json) if free else (action, [])
        node: dict[str, Any] = {"action": _action_id(action), **self._version(action)}
        node |= {key: _json(value) for key, value in options.items() if key in _OPTIONS}
        named = {public_name(key): value for key, value in options.items() if key not in _OPTIONS}
        values = named | dict(params or {})
        if values:
            node["params"] = self._params(node_id, values)
        if retry is not None or retries is not None:
            node["retry"] = _retry(retries, retry)
        if compensate is not None:
            node["compensate"] = _compensation(compensate)
        if middleware or layers:
            node["middleware"] = [*(entry_of(layer, catalog, _json) for layer in _listed(node_id, middleware)), *layers]
        if node_id in self._nodes:
            message, path = f"The node {node_id!r} is there twice.", f"nodes.{node_id}"
            self._problems.append(Problem("duplicate_node", "error", path, message, "Rename one.", node_id))
        self._nodes[node_id] = node
        self._connect(node_id, after)
        return self

    def choice(
        self, node_id: str, cases: Sequence[tuple[str, str]], *, default: str | None = None, after: After = None,
        **options: Any,
    ) -> Self:  # fmt: skip
        """Add a ``flow.switch``: the first case ``(condition, port)`` that holds fires its port, else ``default``.

        Raises:
            UsageError: ``cases`` is no list of such pairs.
        """
        params: dict[str, Any] = {"cases": [{"when": when, "port": port} for when, port in _cases(node_id, cases)]}
        if default is not None:
            params["default"] = default
        return self.node(node_id, "flow.switch", after=after, params=params, **options)

    def foreach(
        self, node_id: str, items: Any, *, concurrency: int | None = None, on_item_error: str | None = None,
        after: After = None, **options: Any,
    ) -> Self:  # fmt: skip
        """Add a ``flow.foreach`` over ``items``; nodes with ``parent=node_id`` are its body, run once per item."""
        params = {"items": items, "concurrency": concurrency, "on_item_error": on_item_error}
        given = {key: value for key, value in params.items() if value is not None}
        return self.node(node_id, "flow.foreach", after=after, params=given, **options)

    def call(
        self, node_id: str, workflow: Workflow | PurePath | str, inputs: Any = None, *, wait: bool = True,
        after: After = None, **options: Any,
    ) -> Self:  # fmt: skip
        """Add a ``flow.call`` that runs another workflow as a child run.

        Args:
            node_id: The node's id.
            workflow: Its file, relative to the folder of this one; or a Workflow, which travels with the runs of this
                one (``Workflow.attach``).
            inputs: Its inputs by name, or one expression that gives them.
            wait: Whether for its end; else only until it has begun.
            after: As in ``node``.
            **options: Node fields, as in ``node``.
        """
        if isinstance(workflow, Workflow):
            self._attached.append(workflow)
            workflow = workflow.id
        elif not isinstance(workflow, (str, PurePath)):
            require_workflow(workflow)
        params: dict[str, Any] = {"workflow": str(workflow), **({"inputs": inputs} if inputs is not None else {})}
        if not wait:
            params["wait"] = False
        return self.node(node_id, "flow.call", after=after, params=params, **options)

    def edge(self, source: str, target: str, port: str = "out") -> Self:
        """Add an edge between two nodes, which may be added later."""
        link = {"from": source, "to": target} if port == "out" else {"from": source, "port": port, "to": target}
        self._edges.append(link)
        return self

    def input(
        self, name: str, type: str = "any", *, default: Any = _UNSET, required: bool = False,  # noqa: A002
        title: str = "", description: str = "",
    ) -> Self:  # fmt: skip
        """Declare an input of the workflow; ``type`` is string, integer, number, boolean, object, array or any."""
        given: dict[str, Any] = {"type": type}
        given |= {key: text for key, text in (("title", title), ("description", description)) if text}
        if required:
            given["required"] = True
        if default is not _UNSET:
            given["default"] = _json(default)
        self._data.setdefault("inputs", {})[name] = given
        return self

    def output(self, name: str, value: Any) -> Self:
        """Declare an output of the run: an expression, evaluated at the end."""
        self._data.setdefault("outputs", {})[name] = _json(value)
        return self

    def middleware(self, *layers: Any) -> Self:
        """Wrap every node in these layers, outermost first: names, ``{"use", "with", "when"}`` or ``retry(3)``."""
        self._data.setdefault("middleware", []).extend(entry_of(layer, self._known(), _json) for layer in layers)
        return self

    def settings(self, **settings: Any) -> Self:
        """Set ``max_concurrency``, ``fail_fast``, ``timeout``, ``durability`` or ``max_crashes``.

        Raises:
            UsageError: There is no such setting.
        """
        for name in settings.keys() - Settings.model_fields.keys():
            raise UsageError(f"There is no setting '{name}'. {one_of(name, Settings.model_fields)}")
        self._data.setdefault("settings", {}).update(_json(settings))
        return self

    def build(self) -> Workflow:
        """Return the definition.

        Where no input is declared, those that expressions name are declared as required ones of any type: in Python
        the expression is the declaration. Where one is, another name is a Problem, as it is in a file.

        A Problem of severity warning is told by ``warnings.warn`` as a ``floworch.DefinitionWarning``.

        Raises:
            DefinitionError: It is not valid; the one error lists every Problem.
        """
        workflow, found = self._checked()
        implied = (
            set()
            if "inputs" in self._data
            else {
                str(repair["name"])
                for problem in found
                if (repair := problem.repair) and repair["op"] == "declare_input"
            }
        )
        if implied:
            self._data["inputs"] = self._data.get("inputs", {}) | {name: {"required": True} for name in sorted(implied)}
            workflow, found = self._checked()
        problems = [*self._problems, *map(_as_option, found)]
        if workflow is None or not is_valid(problems):
            raise definition_error(f"Workflow {self._data['id']!r} is not valid", problems)
        for problem in problems:
            warnings.warn(DefinitionWarning(problem), stacklevel=2)
        return holding(workflow)

    def _checked(self) -> tuple[Workflow | None, list[Problem]]:
        """The definition as it is now, and every Problem of it."""
        data = {**self._data, "nodes": dict(self._nodes), "edges": list(self._edges)}
        workflow, problems = check_data(data, self._known(), attached=self._attached)
        return workflow, foreign(self._data) + problems

    def _known(self) -> Catalog:
        return self._catalog if self._catalog is not None else _registry()

    def _version(self, action: Action) -> dict[str, int]:
        """The version that the parameters are written for: that of the action that is here."""
        spec = self._known().find_action(_action_id(action))
        version: int = getattr(spec, "version", 1)
        return {"version": version} if version != 1 else {}

    def _connect(self, node_id: str, after: After) -> None:
        sources: Any = [after] if isinstance(after, str) or not isinstance(after, Iterable) else after
        for source in sources if after is not None else ():
            if not isinstance(source, str):
                raise UsageError(
                    f"Node {node_id!r} comes after {source!r}, which is no id.",
                    "Give the id of a node, 'node:port', or a list of these.",
                )
            name, _, port = source.partition(":")
            self.edge(name, node_id, port or "out")

    def _params(self, node_id: str, values: Mapping[str, Any]) -> dict[str, Any]:
        plain = {}
        for name, value in values.items():
            try:
                plain[name] = _json(value)
                check_value(plain[name], f"parameter {name!r} of node {node_id!r}")
            except TypeError as error:
                plain.pop(name, None)
                path = f"nodes.{node_id}.params.{name}"
                self._problems.append(Problem("bad_param", "error", path, f"{error}.", "Use a JSON value.", node_id))
        return plain


def _as_option(problem: Problem) -> Problem:
    """The same with a misspelt option of the node named, which Python took for a parameter."""
    name = problem.path.rpartition(".params.")[2]
    if problem.message != f"There is no parameter {name!r}.":
        return problem
    if problem.fix.startswith("Did you mean") and "beside 'params'" not in problem.fix:
        return problem
    close = _ELSEWHERE.get(name.lower()) or closest(name, _NAMES)
    return (
        replace(problem, fix=f"Did you mean the option {close!r} of the node?") if close and close != name else problem
    )


def _registry() -> Catalog:
    from floworch.actions.registry import registry

    return registry


def _listed(node_id: str, middleware: Any) -> Sequence[Any]:
    if isinstance(middleware, str) or not isinstance(middleware, Sequence):
        message = f"The middleware of node {node_id!r} is a list of layers, not {type(middleware).__name__}."
        raise UsageError(message, "Put brackets around it, such as middleware=[retry(3)].")
    return middleware


def _id(given: Any, what: str) -> str:
    if not isinstance(given, str):
        raise UsageError(f"The id of {what} is a text, not {given!r}.", "Lower-case letters, digits, '-' and '_'.")
    return given


def _cases(node_id: str, cases: Any) -> list[tuple[Any, Any]]:
    given = list(cases) if isinstance(cases, Iterable) and not isinstance(cases, (str, Mapping)) else [None]
    pairs = [tuple(each) for each in given if isinstance(each, (tuple, list)) and len(each) == 2]
    if len(pairs) < len(given):
        message = f"The cases of {node_id!r} are pairs (condition, port), not {cases!r}."
        raise UsageError(message, "Such as [('{{ data.order_valid }}', 'ok')].")
    return pairs


def _action_id(action: Action) -> str:
    if isinstance(action, str):
        return action
    from floworch.actions.functions import spec_of

    return spec_of(action).id


def _retry(retries: int | None, retry: RetryPolicy | Mapping[str, Any] | None) -> Any:
    policy = {} if retry is None else _json(retry)
    if retries is not None and isinstance(policy, dict):
        policy = {"max_attempts": retries + 1 if isinstance(retries, int) else retries, **policy}
    return policy


def _compensation(compensate: Compensation | Mapping[str, Any] | Action) -> Any:
    if isinstance(compensate, (Mapping, Compensation)):
        given = dict(_json(compensate)) if isinstance(compensate, Compensation) else dict(compensate)
        if "action" in given:
            action, fields = undoing(given["action"], _json)
            given = {**fields, **given, "action": _action_id(action)}
        return _json(given)
    action, fields = undoing(compensate, _json)
    return {"action": _action_id(action), **_given_output(action), **fields}


def _given_output(action: Action) -> dict[str, Any]:
    """The parameters by which a registered function gets the output; the engine gives it to a plain one (C15)."""
    if isinstance(action, str):
        return {}
    from floworch.actions.functions import spec_of

    spec = spec_of(action)
    plain = spec.id.startswith(PREFIX) or not spec.first_param
    return {} if plain else {"params": {spec.first_param: "{{ output }}"}}


def _json(value: Any) -> Any:
    try:
        return _plain(value)
    except RecursionError:
        raise UsageError("A value holds itself, or is nested too deep to be written.", "Make it flatter.") from None


def _plain(value: Any) -> Any:
    """The value in file form: tuples as lists, paths, enum members, timedeltas as their values, bytes tagged."""
    if isinstance(value, Workflow):
        return to_data(value)
    if isinstance(value, Value):
        return {
            field.alias or name: _plain(getattr(value, name))
            for name, field in type(value).model_fields.items()
            if name in value.model_fields_set
        } | {key: _plain(item) for key, item in (value.model_extra or {}).items()}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, (bytes, datetime)) or (isinstance(value, Decimal) and value.is_finite()):
        return to_plain(value)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
