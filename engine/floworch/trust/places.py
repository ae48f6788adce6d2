"""Where the files stand that trust is about: the user's key and ledger, and the ``actions/`` beside a definition."""

from __future__ import annotations

import os
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow

#: The folder beside a definition whose Python files are actions of its own.
LOCAL_ACTIONS = "actions"


def trust_folder() -> Path:
    """Where the key and the ledger stand: ``FLOWORCH_CONFIG_DIR``, else the user's data directory."""
    folder = os.environ.get("FLOWORCH_CONFIG_DIR")
    if folder:
        return Path(folder)
    from platformdirs import user_data_path

    return user_data_path("floworch", appauthor=False)


def local_files(workflow: Workflow) -> list[Path]:
    """The Python files of the ``actions/`` folder beside a definition, sorted; none for one that lies in no file."""
    if workflow.source is None:
        return []
    return python_files(workflow.source.parent / LOCAL_ACTIONS)


def python_files(folder: Path) -> list[Path]:
    """Every Python file in a folder and below, sorted."""
    return sorted(path for path in folder.rglob("*.py") if path.is_file())


def modules_beside(workflow: Workflow) -> dict[str, Path]:
    """The Python files that functions ``py:module:name`` of a definition are imported from, where they lie beside it.

    By their path from the folder of the definition, in its order; of a package, every file. None is imported. What such
    a file imports is not looked for.
    """
    if workflow.source is None:
        return {}
    found: set[Path] = set()
    for top in {name.partition(".")[0] for name in _functions(workflow)}:
        place = module_beside(workflow, top)
        if place is not None:
            whole = place.is_dir() or place.name == "__init__.py"
            found |= set(python_files(place if place.is_dir() else place.parent)) if whole else {place}
    start = workflow.source.parent.resolve()
    return dict(sorted((Path(os.path.relpath(path.resolve(), start)).as_posix(), path) for path in found))


def _functions(workflow: Workflow) -> set[str]:
    """Every ``py:...`` that stands where an action or a layer is named."""
    steps = [each for node in workflow.nodes.values() for each in (node, node.compensate) if each is not None]
    layers = [*workflow.middleware, *(layer for node in workflow.nodes.values() for layer in node.middleware)]
    names = [
        *(step.action for step in steps),
        *(layer.use for layer in layers),
        *(str(layer.options.get("action")) for layer in layers if layer.use == "fallback"),
    ]
    return {name for name in names if name.startswith("py:")}


def module_beside(workflow: Workflow, action_id: str) -> Path | None:
    """The file that a function id ``py:module:name`` would import from the folder of its definition, else None.

    It is looked for as Python would, and not imported.
    """
    if workflow.source is None or not action_id.startswith("py:"):
        return None
    spec = PathFinder.find_spec(action_id.split(":")[1].partition(".")[0])
    places = [spec.origin, *(spec.submodule_search_locations or ())] if spec is not None else []
    folder = workflow.source.parent.resolve()
    for place in places:
        if place and Path(place).resolve().is_relative_to(folder) and "site-packages" not in Path(place).parts:
            return Path(place)
    return None
