"""The cheat sheet as data: every shortcut and gesture by group; the window and the reference page show the same."""

from __future__ import annotations

from floworch_designer.app.commands.actions import GESTURES, ROWS
from floworch_designer.app.commands.keymap import Keymap, called
from floworch_designer.settings.words import tr

#: A title and its lines: what is done, and the keys.
Group = tuple[str, list[tuple[str, str]]]


def group_title(name: str) -> str:
    """The title of the rows whose ids begin with ``name``."""
    return tr(name.capitalize())


def sheet(keymap: Keymap) -> dict[str, list[tuple[str, str]]]:
    """Title -> what is done and its keys (at most two), in the order of the action table; gestures come last."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in ROWS:
        keys = keymap.keys(row.id)
        if keys:
            words = f"  {tr('or')}  ".join(dict.fromkeys(called(key) for key in keys[:2]))
            found.setdefault(group_title(row.id.split(".")[0]), []).append((tr(row.text).rstrip("…"), words))
    found[tr("Canvas")] = [(tr(text), tr(keys)) for text, keys in GESTURES]
    return found
