"""The definitions that a run may call: read when it begins, kept in its header, so that it goes on anywhere (C10.3).

The header option ``called`` holds ``{"refs": {reference: key}, "definitions": {key: {"text", "source", "refs",
"actions"?}}}`` of everything that is called by a plain text, directly or further down; ``actions`` is what may be used
of the folder beside it (``floworch.executor.beside``). What an expression names is read at the call.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from floworch.executor.settings import recorded_folder
from floworch.model.called import find, key_of, references
from floworch.model.codec import dumps, loads
from floworch.model.workflow import Workflow

if TYPE_CHECKING:
    from floworch.store.protocol import RunHeader


@dataclass(frozen=True, slots=True)
class Called:
    """A workflow that can be called.

    Attributes:
        key: What tells it from others (``floworch.model.called.key_of``).
        workflow: Its definition.
        options: The header options ``source``, ``called`` and ``actions`` of a run of it.
        found: Whether only the run named it: it was read at the call.
    """

    key: str
    workflow: Workflow
    options: dict[str, Any]
    found: bool = False


def called_options(workflow: Workflow, folder: str | None = None) -> dict[str, Any]:
    """The header options ``source`` and ``called`` of a run of this definition; ``folder`` is that of the run.

    Raises:
        DefinitionError: Something that it calls, directly or further down, cannot be read.
    """
    options: dict[str, Any] = {}
    if workflow.source is not None:
        options["source"] = str(workflow.source)
    definitions: dict[str, dict[str, Any]] = {}
    refs = _gather(workflow, definitions, folder)
    if refs:
        options["called"] = {"refs": refs, "definitions": definitions}
    return options


def _gather(workflow: Workflow, definitions: dict[str, dict[str, Any]], folder: str | None) -> dict[str, str]:
    refs: dict[str, str] = {}
    for _, reference in references(workflow):
        if reference in refs:
            continue
        called = find(workflow, reference, folder)
        key = refs[reference] = key_of(called)
        if key not in definitions:
            source = str(called.source) if called.source is not None else None
            entry = definitions[key] = {"text": dumps(called, portable=False), "source": source, "refs": {}}
            entry["refs"] = _gather(called, definitions, folder)
    return refs


class Library:
    """What one run can call.

    Args:
        header: The run's header.
        workflow: Its definition.
    """

    def __init__(self, header: RunHeader, workflow: Workflow) -> None:
        kept = header.options.get("called") or {}
        source = header.options.get("source")
        self._workflow = workflow.at(source) if source else workflow
        self._refs: dict[str, str] = kept.get("refs") or {}
        self._definitions: dict[str, dict[str, Any]] = kept.get("definitions") or {}
        self._known: dict[str, Called] = {}
        self._workflows: dict[str, Workflow] = {}
        self._header = header
        self._folder = recorded_folder(header.options)
        self._chain: list[str] | None = None

    @property
    def chain(self) -> list[str]:
        """Keys of the workflows from the one that nobody called down to this run's own."""
        if self._chain is None:
            options = self._header.options
            self._chain = [*options.get("chain", ()), options.get("key") or key_of(self._workflow)]
        return self._chain

    def find(self, reference: str) -> Called:
        """The workflow of that reference: as it was when the run began, else its file as it is now.

        Raises:
            DefinitionError: There is no such file, or it cannot be read.
        """
        key = self._refs.get(reference)
        if key is None:
            workflow = find(self._workflow, reference, self._folder)
            return Called(key_of(workflow), workflow, called_options(workflow, self._folder), found=True)
        if key not in self._known:
            self._known[key] = Called(key, self._workflow_of(key), self._options(self._definitions[key]))
        return self._known[key]

    def _workflow_of(self, key: str) -> Workflow:
        """A kept definition with what it calls attached, so that nobody looks for files."""
        workflow = self._workflows.get(key)
        if workflow is None:
            entry = self._definitions[key]
            named = {reference: self._workflow_of(further) for reference, further in entry["refs"].items()}
            workflow = loads(entry["text"]).at(entry.get("source")).attach(named=named)
            self._workflows[key] = workflow
        return workflow

    def _options(self, entry: dict[str, Any]) -> dict[str, Any]:
        """What a run of a kept definition needs: what it calls, and nothing else of what is kept here."""
        options: dict[str, Any] = {name: entry[name] for name in ("source", "actions") if entry.get(name)}
        reached: dict[str, dict[str, Any]] = {}
        todo = list(entry["refs"].values())
        while todo:
            key = todo.pop()
            if key not in reached:
                reached[key] = self._definitions[key]
                todo += reached[key]["refs"].values()
        if reached:
            options["called"] = {"refs": entry["refs"], "definitions": reached}
        return options
