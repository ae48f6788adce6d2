"""Validation after every edit of one definition: only what an edit can have changed is looked at again.

The result is that of ``validate``, always. Rules about single steps pass over those of which they had nothing to say
and that are the same as before; rules about the graph rest while its steps and edges are. A definition of which
nothing is the same, such as one that was read anew, is therefore validated as a whole.
"""

from __future__ import annotations

from floworch.model.catalog import Catalog
from floworch.model.problem import Problem
from floworch.model.rules.draft import Given
from floworch.model.rules.kept import Kept
from floworch.model.validate import examine, sorted_problems
from floworch.model.workflow import Workflow


class Revalidation:
    """Validates one state of a definition after the other; may be asked by several threads at once.

    States of a definition are to share what an edit did not change, as ``Workflow.replace`` has it. Who asks again of
    the very state that was validated last wants to know what is different around it, and it is validated as a whole.
    """

    def __init__(self) -> None:
        self._kept: tuple[Workflow, Kept] | None = None

    def __call__(self, workflow: Workflow, catalog: Catalog, given: Given | None = None) -> list[Problem]:
        """As ``validate``."""
        kept = self._kept  # once: another thread may leave its own meanwhile
        past = kept[1] if kept is not None and kept[1].catalog is catalog and not _same(kept[0], workflow) else None
        draft = examine(workflow, catalog, given, past, keep=True)
        if draft.kept is not None:
            self._kept = workflow, draft.kept
        return sorted_problems(draft)


def _same(before: Workflow, now: Workflow) -> bool:
    """Whether two workflows are one state: the same in every field."""
    return all(getattr(before, name) is getattr(now, name) for name in Workflow.model_fields)
