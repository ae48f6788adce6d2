"""What the strip at the foot says to a person who looks for the next step: a few keys that fit what is selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from floworch_designer.settings.words import mark, tr

if TYPE_CHECKING:
    from floworch_designer.app.commands.commands import Commands
    from floworch_designer.document.selection import Selection

#: An action of the table, or a gesture in words, and what it does here.
Hint = tuple[str, str]
IDLE: tuple[Hint, ...] = (
    ("node.add", mark("add a node")),
    (mark("Space + drag"), mark("pan")),
    (mark("Ctrl + wheel"), mark("zoom")),
    ("view.fit", mark("show everything")),
    ("view.commands", mark("find any command")),
    ("help.keys", mark("all keys")),
)
NODE: tuple[Hint, ...] = (
    ("node.add", mark("add the next node")),
    (mark("Drag a port"), mark("connect")),
    ("node.open", mark("parameters")),
    ("run.to_here", mark("run to here")),
    ("node.disable", mark("disable")),
    ("run.breakpoint", mark("breakpoint")),
)
NODES: tuple[Hint, ...] = (
    ("frame.group", mark("frame")),
    ("node.arrange", mark("arrange")),
    ("edit.duplicate", mark("duplicate")),
    ("node.subflow", mark("make a subflow")),
    ("edit.delete_reconnect", mark("delete and reconnect")),
)
WIRE: tuple[Hint, ...] = (
    ("wire.knot", mark("bend")),
    ("wire.portals", mark("show as portals")),
    ("edit.delete", mark("delete")),
)
AREA: tuple[Hint, ...] = (
    ("node.rename", mark("write")),
    ("frame.color", mark("next colour")),
    ("edit.delete", mark("delete")),
)
#: What is said instead while a wire is in hand: nothing else can be done with the mouse then.
HELD = mark("Click a node to connect, Esc to stop")


def hints_of(selection: Selection) -> tuple[Hint, ...]:
    """What fits a selection."""
    if len(selection.nodes) > 1:
        return NODES
    if selection.nodes:
        return NODE
    if selection.edges:
        return WIRE
    return AREA if selection else IDLE


def hint_text(hints: tuple[Hint, ...], commands: Commands) -> str:
    """The hints in one line, ``Tab add a node · F9 breakpoint``, without what has no key or cannot be done now."""
    said = []
    for what, does in hints:
        action = commands.actions.get(what)
        keys = tr(what) if action is None else commands.keymap.shown(what) if action.isEnabled() else ""
        if keys:
            said.append(f"{keys}  {tr(does)}")
    return "   ·   ".join(said)
