"""What the steps before a node give, as far as the definition tells: the shape of values that no run has shown yet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice
from typing import Any

from floworch.model.catalog import Catalog
from floworch.model.completion.names import Scope
from floworch.model.completion.shapes import Shape
from floworch.model.workflow import Workflow

#: Steps that are looked at, the nearest first; fields of one value; levels below an output.
STEPS, FIELDS, LEVELS = 40, 100, 4


@dataclass(frozen=True, slots=True)
class Declared:
    """Stands for a value that is not known: its type in a word, which may be empty, and what it is."""

    type: str = ""
    note: str = ""

    def __str__(self) -> str:
        return self.type or "…"


class DeclaredList(list[Any]):
    """Stands for a list: it holds one item, which stands for all."""


def declared(workflow: Workflow, node: str, catalog: Catalog, but: Collection[str] = ()) -> dict[str, Any]:
    """Return ``{"item", "inputs", "nodes": {id: {"output"}}}`` as far as they are known, by :class:`Declared`.

    Args:
        workflow: The definition.
        node: The step that is to read them.
        catalog: Where actions are looked up.
        but: Steps that are left out: a run has shown what they give.
    """
    roots = Scope(workflow, node, "params.value", catalog).roots()
    names = islice((name for name in roots["nodes"].fields if name not in but and name != node), STEPS)
    steps = {}
    for name in names:
        output = roots["nodes"].fields[name].step("output")
        if output is not None:
            steps[name] = {"output": _tree(output, LEVELS)}
    found: dict[str, Any] = {}
    for name in ("item", "inputs"):
        if name in roots and roots[name].named():
            found[name] = _tree(roots[name], LEVELS)
    return {**found, "nodes": steps} if steps else found


def _tree(shape: Shape, levels: int) -> Any:
    named = shape.named() if levels else {}
    item = shape.step(0) if levels else None
    if item is not None and (not named or shape.type().startswith("list")):
        return DeclaredList([_tree(item, levels - 1)])
    if named:
        return {name: _tree(inner, levels - 1) for name, inner in islice(named.items(), FIELDS)}
    return Declared(shape.type(), shape.note)
