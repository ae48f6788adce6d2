"""The actions that one document may use: all that are known and, once it is trusted, those in files beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from pathlib import Path

    from floworch.actions.sources import Listed
    from floworch.model.problem import Problem
    from floworch.model.workflow import Workflow


class OwnActions:
    """Stands for a registry; before trust the files beside the document are read and never imported.

    Attributes:
        listed: Actions that only a file in ``actions/`` beside the document defines, by id, as their text shows.
        usable: Whether they may be imported.
        given: What a step gave in the shown run, for ``check``; None where there is none to ask.
    """

    def __init__(self, registry: Any) -> None:
        self._common = self._registry = registry
        self.listed: dict[str, Listed] = {}
        self.usable = False
        self.given: Callable[[str], Any] | None = None
        self._again: Callable[..., Sequence[Problem]] | None = None

    def __getattr__(self, name: str) -> Any:
        """Whatever the registry has."""
        if name == "_registry":
            raise AttributeError(name)
        return getattr(self._registry, name)

    def look(self, path: Path | None, trusted: bool) -> bool:
        """Read what lies beside a file, and use it when the file is trusted. Returns whether anything is new."""
        from floworch.actions.folders import ActionFolder
        from floworch.trust.places import LOCAL_ACTIONS

        folder = path.resolve().parent / LOCAL_ACTIONS if path is not None else None
        before = self.listed, self.usable
        beside = ActionFolder.of(folder) if folder is not None and folder.is_dir() else None
        found = {**beside.listed_layers(), **beside.listed()} if beside is not None else {}
        known = {*self._common.action_ids(), *self._common.layer_ids()}
        self.listed = {name: each for name, each in found.items() if name not in known}
        self.usable = trusted and bool(self.listed)
        self._registry = self._common.with_folder(folder) if self.usable else self._common
        return before != (self.listed, self.usable)

    def check(self, workflow: Workflow) -> Sequence[Problem]:
        """The problems of the document, with what this machine lacks for it; what waits for trust is a warning."""
        from floworch.host.readiness import missing_libraries
        from floworch.model.revalidate import Revalidation  # heavy, and not needed before the first check

        self._again = self._again or Revalidation()
        found = [*self._again(workflow, self._registry, self.given), *missing_libraries(workflow, at_each=True)]
        return found if self.usable or not self.listed else [self._softened(each, workflow) for each in found]

    def _softened(self, problem: Problem, workflow: Workflow) -> Problem:
        from floworch.model.validate import unknown_name

        listed = self.listed.get(unknown_name(problem, workflow) or "")
        if listed is None:
            return problem
        message = tr(
            "{id} stands in {source}, which is not imported before you trust this file.",
            id=listed.id,
            source=listed.source,
        )
        fix = tr("Look at what it would do in the strip above the canvas, then trust it.")
        return replace(problem, severity="warning", message=message, fix=fix, repair=None)
