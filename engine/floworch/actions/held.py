"""What keeps the functions of a workflow that no name leads back to: the workflow itself, while it is there."""

from __future__ import annotations

from typing import Any

from floworch.actions.functions import find_function
from floworch.model.python_names import PREFIX
from floworch.model.workflow import Workflow


class _Held(tuple[Any, ...]):
    """Specs of functions; no part of a value that is copied deeply or pickled."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        return _Held, ()

    def __deepcopy__(self, memo: Any) -> _Held:
        return self


def holding(workflow: Workflow) -> Workflow:
    """The same workflow, which holds its local functions from now on: so do copies of it."""
    used = [node.action for node in workflow.nodes.values()]
    used += [node.compensate.action for node in workflow.nodes.values() if node.compensate is not None]
    local = dict.fromkeys(name for name in used if name.startswith(PREFIX) and "#" in name)
    if local:
        vars(workflow)["_functions"] = _Held(map(find_function, local))
    return workflow
