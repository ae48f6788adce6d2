"""What a definition would do, read from it and from the declarations of its actions. Nothing of it is run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from floworch.actions.connections import connections
from floworch.actions.params import widget_names
from floworch.errors import FlowError
from floworch.model.called import find, references
from floworch.trust.addresses import host_of, reached
from floworch.trust.found import Entry, Found, visible
from floworch.trust.mentions import secrets_in, secrets_of_params
from floworch.trust.places import local_files, module_beside

if TYPE_CHECKING:
    from floworch.actions.connections import Connection
    from floworch.actions.registry import Registry
    from floworch.actions.spec import ActionSpec
    from floworch.model.workflow import Layer, Workflow

_HOSTS = ("url", "host", "server", "broker", "endpoint", "base_url", "webhook")
_PATHS = (
    "path", "file", "folder", "source", "target", "paths", "save_as", "save_attachments", "cwd", "interpreter",
    "attachments", "images", "local", "files",
)  # fmt: skip
_COMMANDS = ("command",)
_CODE = ("code",)
#: The parts of a report and what they are called.
TITLES = (
    ("local_files", "Would run these Python files beside it"),
    ("commands", "Starts programs"),
    ("code", "Runs Python code"),
    ("hosts", "Reaches over the network"),
    ("paths", "Reads or writes files"),
    ("secrets", "Reads secrets"),
    ("connections", "Uses your connections"),
    ("calls", "Calls workflows"),
    ("unknown", "Names actions that are not known here"),
)


@dataclass(slots=True)
class Report:
    """What a definition, with everything that it calls, would do.

    Attributes:
        hosts, paths, commands, code: What its actions reach, touch, start and run.
        secrets: Names of secrets; ``*`` for one that only the run knows.
        connections: Names of the user's connections.
        local_files: Python files beside it that would be imported: its ``actions/`` when it uses one, and modules.
        unknown: Actions and middleware that are neither built in nor installed.
        calls: Definitions that it calls; an expression as text.
        file: Name of the definition's own file; empty when it has none.
    """

    hosts: list[Found] = field(default_factory=list)
    paths: list[Found] = field(default_factory=list)
    commands: list[Found] = field(default_factory=list)
    code: list[Found] = field(default_factory=list)
    secrets: list[Found] = field(default_factory=list)
    connections: list[Found] = field(default_factory=list)
    local_files: list[str] = field(default_factory=list)
    unknown: list[Found] = field(default_factory=list)
    calls: list[Found] = field(default_factory=list)
    file: str = ""

    @property
    def harmless(self) -> bool:
        """Whether it touches nothing outside of its own run: it needs no trust."""
        return not any(
            (self.hosts, self.paths, self.commands, self.code, self.secrets, self.connections, self.local_files)
        ) and not any("{{" in call.what for call in self.calls)

    def sections(self) -> list[tuple[str, list[Entry]]]:
        """Titles and lines for a person, of what there is: ``("Reaches over the network", ["example.org  (pay)"])``.

        Where it calls other definitions, or has Python files beside it, every step stands with the file that it is in.
        Code and other texts that their line cuts stand with it as a whole.
        """
        found: list[tuple[str, list[Entry]]] = []
        own = self.file if self.calls or self.local_files else ""
        for name, title in TITLES:
            values = getattr(self, name)
            entries = [Entry(visible(each)) if isinstance(each, str) else each.entry(own) for each in values]
            if entries:
                found.append((title, entries))
        return found

    def to_json(self) -> dict[str, Any]:
        """The lists as JSON."""
        found = {name: getattr(self, name) for name in _lists(self)}
        return {
            name: [each if isinstance(each, str) else each.to_json() for each in values]
            for name, values in found.items()
        }


def _lists(report: Report) -> list[str]:
    return [name for name in report.__slots__ if name != "file"]


def inspect(workflow: Workflow, registry: Registry) -> Report:
    """Say what a definition would do. It need not be valid; actions that are not known are listed as such.

    Modules of built-in and installed actions may be imported to read their declarations; nothing that lies beside
    the definition is.
    """
    report = Report(file=workflow.source.name if workflow.source is not None else "")
    _add(report, workflow, registry, "", set())
    for name in _lists(report):
        values = getattr(report, name)
        values[:] = dict.fromkeys(values)  # in the order of the definition, each once
    return report


def _add(report: Report, workflow: Workflow, registry: Registry, prefix: str, seen: set[str]) -> None:
    key = str(workflow.source) if workflow.source is not None else f"#{id(workflow)}"
    if key in seen:
        return
    seen.add(key)
    uses = _Uses(report, workflow, registry, prefix)
    for node_id, node in workflow.nodes.items():
        uses.action(node_id, node.action, node.params)
        if node.compensate is not None:
            uses.action(node_id, node.compensate.action, node.compensate.params)
        uses.layers(node_id, node.middleware)
        uses.secrets(node_id, secrets_in(node.breakpoint, bare=True) | secrets_in(node.cache))
    uses.layers("", workflow.middleware)
    uses.secrets("", secrets_in(workflow.outputs))
    for node_id, reference in references(workflow):
        report.calls.append(Found(reference, prefix + node_id))
        try:
            called = find(workflow, reference)
        except FlowError:
            continue  # validation says it
        _add(report, called, registry, f"{prefix}{reference}: ", seen)


#: Actions that touch no file of their own accord: only tables to which what they are given refers.
_BY_REFERENCE = frozenset({"flow.foreach"})
#: Parameters that are called as paths are and name something else: a folder of the mailbox.
_NO_PATHS = {"mail.read": frozenset({"folder"})}


class _Uses:
    """Collects what the nodes of one definition do."""

    def __init__(self, report: Report, workflow: Workflow, registry: Registry, prefix: str) -> None:
        self._report = report
        self._workflow = workflow
        self._registry = registry
        self._prefix = prefix
        self._known = connections()

    def action(self, node: str, action_id: str, params: Mapping[str, Any]) -> None:
        """What one action with these parameters does."""
        spec = self._registry.find_action(action_id)
        self._module(action_id)
        if spec is None:
            self._report.unknown.append(Found(action_id, self._prefix + node))
            self._report.local_files.extend(map(str, local_files(self._workflow)))
            self.secrets(node, secrets_in(params))
            return
        if action_id == "flow.call" and "{{" in str(params.get("workflow", "")):
            self._report.calls.append(Found(str(params["workflow"]), self._prefix + node))
        bare = spec.raw_params - spec.secret_params
        self.secrets(node, secrets_of_params(params, bare, spec.condition_params, spec.secret_params))
        self._reach(node, spec, params)

    def layers(self, node: str, layers: tuple[Layer, ...]) -> None:
        """What middleware does: the code of one's own, secrets in options, dead letters, the action of a fallback."""
        for layer in layers:
            if self._registry.find_layer(layer.use) is None and not layer.use.startswith("py:"):
                self._report.unknown.append(Found(layer.use, self._prefix + node))
                self._report.local_files.extend(map(str, local_files(self._workflow)))
            if layer.use.startswith("py:"):
                self._module(layer.use)
                self._all(self._report.code, node, layer.use)
            self.secrets(node, secrets_in(layer.options) | secrets_in(layer.when, bare=True))
            if layer.use == "dead_letter":
                self._all(self._report.paths, node, layer.options.get("path"))
            action = layer.options.get("action")
            if layer.use == "fallback" and isinstance(action, str):
                params = layer.options.get("params")
                self.action(node, action, params if isinstance(params, Mapping) else {})

    def _module(self, name: str) -> None:
        """The module beside the definition that a function ``py:module:name`` would be imported from."""
        beside = module_beside(self._workflow, name)
        if beside is not None:
            self._report.local_files.append(str(beside))

    def secrets(self, node: str, names: set[str]) -> None:
        """Secrets that a node names."""
        self._report.secrets.extend(Found(name, self._prefix + node) for name in sorted(names))

    def _reach(self, node: str, spec: ActionSpec, params: Mapping[str, Any]) -> None:
        report, able = self._report, spec.capabilities
        fields = spec.params.model_fields
        given = {name: params.get(name, found.default) for name, found in fields.items()}
        given |= dict(params)  # by the names of the file, where they differ from those of the function
        paths = {*_PATHS, *widget_names(spec.params, "file"), *widget_names(spec.params, "folder")}
        paths -= _NO_PATHS.get(spec.id, frozenset())
        for name, value in given.items():
            if name == "connection":
                self._connection(node, value, able)
            elif name == "url" and given.get("connection") and "://" not in str(value):
                continue  # the rest of an address, below that of the connection
            elif name not in spec.secret_params:
                self._param(node, name, value, able, paths)
        if "code" in able and not any(name in params for name in _CODE):
            self._all(report.code, node, str(params.get("path") or spec.id))
        told = {name for name, value in given.items() if name != "connection" or value}
        for capability, telling, found in (
            ("network", {*_HOSTS, "connection"} - spec.secret_params, report.hosts),
            ("files", {*paths, "connection"}, report.paths),
            ("process", set(_COMMANDS), report.commands),
        ):
            if spec.id in _BY_REFERENCE and capability == "files":
                continue  # it reads a table that a reference names, which another node or the text above gives
            if capability in able and telling.isdisjoint(told):
                self._all(found, node, f"({spec.id})")  # where to, no parameter tells

    def _param(self, node: str, name: str, value: Any, able: frozenset[str], paths: set[str]) -> None:
        report = self._report
        if "network" in able and name in _HOSTS:
            self._all(report.hosts, node, value, host_of)
        elif name in paths and able & {"files", "process", "code"}:
            self._all(report.paths, node, _texts(value))
        elif "files" in able and isinstance(value, Mapping):
            for each in (value, *value.values()):  # references to tables, one or by name
                if isinstance(each, Mapping) and isinstance(each.get("path"), str):
                    self._all(report.paths, node, each["path"])
        elif "process" in able and name in _COMMANDS:
            self._all(report.commands, node, [_command(value)])
        elif "code" in able and name in _CODE:
            self._all(report.code, node, value)
        elif "code" in able and name == "requirements":
            self._all(report.code, node, value, "installs {}".format)

    def _connection(self, node: str, value: Any, able: frozenset[str]) -> None:
        if not isinstance(value, str) or not value:
            return  # http.request without one
        if (known := self._known.get(value.strip())) is not None:
            self._named(self._prefix + node, known)
        elif re.match(r"sqlite(\+\w+)?://", value):
            self._all(self._report.paths, node, value.partition("://")[2].removeprefix("/"))
        elif "://" in value:
            self._all(self._report.hosts, node, value, host_of)
        elif "files" in able and "network" in able and ("." in value or "/" in value or "\\" in value):
            self._all(self._report.paths, node, value)  # a database in a file
        else:
            self._report.connections.append(Found(value, self._prefix + node))

    def _named(self, node: str, known: Connection) -> None:
        """A connection of this user, with all that it leads to."""
        report, (hosts, paths) = self._report, reached(known)
        report.connections.append(Found(known.name, node))
        for found, names in ((report.hosts, hosts), (report.paths, paths), (report.secrets, known.secrets)):
            found.extend(Found(name, node, known.name) for name in names)

    def _all(self, found: list[Found], node: str, value: Any, shown: Any = str) -> None:
        values = value if isinstance(value, (list, tuple)) else [value]
        said = [each for each in values if isinstance(each, str) and each.strip()]
        found.extend(Found(str(shown(each)), self._prefix + node) for each in said)


def _texts(value: Any) -> list[str]:
    """Every text in a value, also in lists and by names: ``{"field": ["a.txt", "b.txt"]}``."""
    if isinstance(value, Mapping):
        value = [*value.values()]
    if isinstance(value, (list, tuple)):
        return [text for each in value for text in _texts(each)]
    return [value] if isinstance(value, str) else []


def _command(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value or "")
