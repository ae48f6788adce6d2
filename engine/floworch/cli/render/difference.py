"""What differs between two definitions, and what that does to a run, as lines for people."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TextIO

from floworch.cli.render.text import paint

if TYPE_CHECKING:
    from floworch.model.diff import Difference, FieldChange
    from floworch.run.migration import Migration

_LONGEST = 60
_COLOURS = {"kept": "", "stale": "yellow", "runs": "green", "new": "green", "removed": "red", "refused": "red"}
_WORDS = {"kept": "is kept", "stale": "is kept and stale", "runs": "runs", "new": "is new", "removed": "is removed",
          "refused": "is in the way"}  # fmt: skip


def difference_lines(difference: Difference, stream: TextIO | None = None) -> list[str]:
    """Return one line per node, field and edge that differs: ``+`` added, ``-`` taken out, ``~`` changed.

    Args:
        difference: Between two definitions.
        stream: Where the lines go, for their colours; standard output unless given.
    """
    out = stream if stream is not None else sys.stdout
    lines = [paint(f"+ node {name}", "green", out) for name in difference.added]
    lines += [paint(f"- node {name}", "red", out) for name in difference.removed]
    for name, changes in difference.changed.items():
        lines.append(paint(f"~ node {name}", "yellow", out))
        lines += [f"    {line}" for line in field_lines(changes)]
    lines += [paint(f"+ edge {_edge(edge)}", "green", out) for edge in difference.edges_added]
    lines += [paint(f"- edge {_edge(edge)}", "red", out) for edge in difference.edges_removed]
    lines += [f"~ {line}" for line in field_lines(difference.fields)]
    return lines


def migration_lines(migration: Migration, stream: TextIO | None = None) -> list[str]:
    """Return the difference, what becomes of each node that is not simply kept, and what is against it."""
    out = stream if stream is not None else sys.stdout
    if not migration.needed and migration.possible:
        return [f"The definition of run {migration.run_id} is the same."]
    lines = difference_lines(migration.difference.without_view(), out)
    kept = 0
    for fate in migration.nodes:
        if fate.what == "kept":
            kept += 1
            continue
        reason = f": {fate.reason}" if fate.reason else ""
        lines.append(paint(f"{fate.node} {_WORDS[fate.what]}{reason}", _COLOURS[fate.what], out))
    if kept:
        lines.append(f"{kept} {'node is' if kept == 1 else 'nodes are'} kept.")
    lines += [paint(f"It cannot go over: {reason}.", "red", out) for reason in migration.refusals]
    return lines


def _edge(edge: tuple[str, str, str]) -> str:
    source, port, target = edge
    return f"{source}{'' if port == 'out' else f':{port}'} -> {target}"


def field_lines(changes: tuple[FieldChange, ...]) -> Iterator[str]:
    """One line ``path: old -> new`` per value that differs, long values cut."""
    for change in changes:
        for leaf in change.leaves():
            yield f"{leaf.field}: {_value(leaf.old)} -> {_value(leaf.new)}"


def _value(value: Any) -> str:
    from floworch.model.layout import inline

    if value is None:
        return "(none)"
    try:
        text = inline(value)
    except (TypeError, ValueError):
        text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
