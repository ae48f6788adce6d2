"""Keys as people know them from other tools; an action that is not named here keeps its default."""

from __future__ import annotations

from typing import Final

_N8N = {
    "node.add": ("Tab", "N"),
    "node.rename": ("F2",),
    "run.start": ("Ctrl+Return", "Ctrl+Enter", "F5"),
    "node.arrange_all": ("Shift+Alt+T",),
    "view.fit": ("1",),
    "view.commands": ("Ctrl+K",),
    "edit.select_after": ("Shift+Right",),
    "edit.select_before": ("Shift+Left",),
    "view.outline": ("Ctrl+Alt+O",),
}
_BLENDER = {
    "node.add": ("Shift+A", "Tab"),
    "edit.delete": ("X", "Del"),
    "edit.delete_reconnect": ("Ctrl+X", "Ctrl+Del"),
    "edit.cut": (),
    "edit.duplicate": ("Shift+D",),
    "edit.select_all": ("A",),
    "node.disable": ("M",),
    "view.fit": ("Home",),
    "view.frame": (".",),
    "view.commands": ("F3",),
    "view.find_next": ("Ctrl+Alt+F",),
    "view.find_previous": ("Ctrl+Alt+Shift+F",),
    "frame.group": ("Ctrl+J",),
    "frame.ungroup": ("Alt+P",),
}
_NODE_RED = {
    "view.commands": ("Ctrl+Shift+P",),
    "run.start": ("F5",),
    "file.import": ("Ctrl+I",),
    "file.export": ("Ctrl+E",),
    "view.actual": ("Ctrl+0", "0"),
    "view.find": ("Ctrl+F", "Ctrl+."),
    "frame.group": ("Ctrl+Shift+G",),
    "frame.ungroup": ("Ctrl+Shift+U",),
    "help.keys": ("Ctrl+?", "F1", "?"),
}

#: Preset -> action id -> its keys.
PRESETS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "default": {},
    "n8n": _N8N,
    "blender": _BLENDER,
    "node-red": _NODE_RED,
}
