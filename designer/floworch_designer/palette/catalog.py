"""What can be added, by category and in reading order; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from floworch.actions.library.extras import install_line
from floworch.actions.listing import list_actions
from floworch_designer.palette.synonyms import SYNONYMS
from floworch_designer.settings.fuzzy import rank
from floworch_designer.settings.words import mark, tr

#: Drag-and-drop types; the payload is the id as bytes.
ACTION_MIME = "application/x-floworch-action"
LAYER_MIME = "application/x-floworch-layer"

CATEGORIES: tuple[tuple[str, str], ...] = (
    ("flow", mark("Flow")),
    ("trigger", mark("Triggers")),
    ("data", mark("Data")),
    ("files", mark("Files")),
    ("http", "HTTP"),
    ("database", mark("Database")),
    ("code", mark("Code")),
    ("human", mark("People")),
    ("messaging", mark("Messaging")),
    ("ai", "AI"),
    ("utility", mark("Utility")),
    ("python", mark("Python")),
)
_TITLES: dict[str, str] = dict(CATEGORIES)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be added.

    Attributes:
        kind: ``action`` or ``layer``.
        id: Id of the action or layer.
        title, summary, icon: What is shown.
        category: Category word; ``middleware`` for layers.
        container: Whether the action holds a body.
        install: The command that installs a library it lacks on this machine; empty when it lacks none.
    """

    kind: Literal["action", "layer"]
    id: str
    title: str
    summary: str
    icon: str
    category: str
    container: bool = False
    install: str = ""

    @property
    def mime(self) -> str:
        """The drag-and-drop type of the entry."""
        return ACTION_MIME if self.kind == "action" else LAYER_MIME


def action_entries(registry: Any) -> list[Entry]:
    """An entry for every action, by category order and title; nothing is imported for it."""
    order = {word: number for number, (word, _) in enumerate(CATEGORIES)}
    found = [
        Entry(
            "action",
            each.id,
            tr(each.title or each.id),
            tr(each.summary),
            each.icon,
            each.category,
            each.container,
            install_line(each.id),
        )
        for each in list_actions(registry)
    ]
    return sorted(found, key=lambda entry: (order.get(entry.category, len(order)), entry.title.lower(), entry.id))


def layer_entries(registry: Any) -> list[Entry]:
    """An entry for every middleware layer, by title."""
    found = [
        Entry("layer", spec.id, tr(spec.title or spec.id), tr(spec.summary), spec.icon or spec.id, "middleware")
        for spec in registry.all_layers()
    ]
    return sorted(found, key=lambda entry: entry.title.lower())


def category_title(word: str) -> str:
    """The heading of a category."""
    return tr("Middleware") if word == "middleware" else tr(_TITLES.get(word, word.capitalize()))


def search(query: str, entries: Iterable[Entry]) -> list[Entry]:
    """Entries that fit the typed letters, best first; all of them for an empty query."""
    words = query.lower().split()
    if not words:
        return list(entries)

    def texts(entry: Entry) -> Iterable[tuple[str, float]]:
        yield entry.title, 1.0
        yield entry.id, 0.95
        yield category_title(entry.category), 0.5
        # of long texts only what is written there counts: scattered letters occur in all of them
        known = f"{entry.title.lower()} {SYNONYMS.get(entry.id, '')}"
        if all(f" {word}" in f" {known}" for word in words):
            yield known, 0.85
        if len(query.strip()) > 2 and all(word in entry.summary.lower() for word in words):
            yield entry.summary, 0.4

    return rank(query, entries, texts)
