"""One workflow as it is served: its definition, its inputs, and its triggers with their parameters worked out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from floworch.actions.library.cron_times import check_cron, zone_of
from floworch.errors import ActionError, ExpressionError, UsageError
from floworch.executor.inputs import complete_inputs
from floworch.expr import compile_value
from floworch.model.triggers import MANUAL, triggers_of
from floworch.serve.due import Rule

if TYPE_CHECKING:
    from floworch.actions.registry import Registry
    from floworch.model.workflow import Workflow


@dataclass(frozen=True, slots=True)
class Schedule:
    """A trigger.schedule: node id and rule."""

    node: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class Folder:
    """A trigger.file: an absolute folder, which of its files and events count, and seconds until a file is settled."""

    node: str
    path: str
    pattern: str
    events: tuple[str, ...]
    settle: float

    @property
    def spec(self) -> str:
        """What memory of it is good for."""
        return f"{self.path}\0{self.pattern}"


@dataclass(frozen=True, slots=True)
class Hook:
    """A trigger.webhook: path with its slash, method, what it asks for, where it listens and when it answers.

    ``key`` is the header that tells a request that is sent again, or empty.
    """

    node: str
    path: str
    method: str
    auth: Literal["none", "token"]
    bind: str
    respond: Literal["now", "end"]
    key: str


Trigger = Schedule | Folder | Hook


@dataclass(frozen=True, slots=True)
class Served:
    """One workflow that is served.

    Attributes:
        workflow: Its definition.
        inputs: Those of every run.
        triggers: What starts its runs.
        options: Options of ``Engine.start`` for every run, such as ``secrets``.
    """

    workflow: Workflow
    inputs: dict[str, Any]
    triggers: tuple[Trigger, ...]
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        """Where relative paths start: the folder of the definition."""
        return home_of(self.workflow)


def home_of(workflow: Workflow) -> str:
    """The folder of a definition; the current one when it has no file."""
    source = workflow.source
    return str((Path(source).parent if source is not None else Path()).absolute())


def serve_plan(
    workflow: Workflow, registry: Registry, inputs: Mapping[str, Any], options: Mapping[str, Any] | None = None
) -> Served:
    """Work out the enabled triggers of a valid definition; trigger.manual is none that can be served.

    Args:
        workflow: The definition.
        registry: Where the actions are.
        inputs: Given inputs; parameters of triggers see them with their defaults.
        options: Options of ``Engine.start`` for every run.

    Raises:
        UsageError: An input or a parameter is missing or does not fit.
    """
    complete = complete_inputs(workflow, inputs)
    names = {"inputs": complete, "data": {}, "nodes": {}, "run": {"id": "", "workflow": workflow.id, "trigger": None}}
    found = []
    for node_id in triggers_of(workflow):
        node = workflow.nodes[node_id]
        if node.disabled or node.action == MANUAL:
            continue
        try:
            compiled = compile_value(dict(node.params))
            given = compiled.value if compiled.constant else compiled.evaluate(names)
            params = registry.resolve(node.action).prepare(given)
            found.append(_trigger(workflow, node_id, node.action, params))
        except (ActionError, ExpressionError, ValueError) as error:
            message = getattr(error, "message", str(error))
            raise UsageError(
                f"Trigger '{node_id}' of '{workflow.id}' cannot be served: {message}",
                "Parameters of triggers may use inputs, nothing of a run.",
            ) from None
    return Served(workflow, complete, tuple(each for each in found if each is not None), dict(options or {}))


def _trigger(workflow: Workflow, node: str, action: str, params: Mapping[str, Any]) -> Trigger | None:
    if action == "trigger.schedule":
        cron, tz = params["cron"], params["tz"]
        check_cron(cron)
        return Schedule(node, Rule(cron, zone_of(tz), tz, params["missed"], params["overlap"]))
    if action == "trigger.file":
        path = Path(home_of(workflow)) / Path(params["path"]).expanduser()
        return Folder(node, str(path), params["pattern"], tuple(params["events"]), float(params["settle"]))
    if action == "trigger.webhook":
        address = f"/{params['path'].strip('/')}"
        kept = {name: params[name] for name in ("method", "auth", "bind", "respond", "key")}
        return Hook(node, address, **kept)
    return None  # somebody's own start card: whoever made it starts its runs
