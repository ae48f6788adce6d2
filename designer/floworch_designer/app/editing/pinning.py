"""Pins: an output of the shown run is kept in the definition and stands for its node in runs of a part (C7.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from floworch.errors import FlowError
from floworch.model.values import encode, to_plain
from floworch_designer.document import edits
from floworch_designer.settings.words import counted, tr

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow

#: Bytes, encoded, that a pin may have: it becomes a part of the file.
MOST = 1024 * 1024


def toggle_pin(window: MainWindow) -> None:
    """Pin the outputs of the selected nodes as one undo step; unpin them when all are pinned."""
    workflow = made = window.document.workflow
    nodes = sorted(key for key in window.selection.nodes if key in workflow.nodes)
    if not nodes:
        return
    if all(workflow.nodes[key].pin is not None for key in nodes):
        for key in nodes:
            made = edits.set_field(made, key, "pin", edits.MISSING)
        window.document.apply(made, tr("Unpin {nodes}", nodes=_words(nodes)))
        return
    refused = []
    for key in nodes:
        value, reason = output_of(window, key)
        if reason:
            refused.append(reason)
        else:
            made = edits.set_field(made, key, "pin", value)
    window.document.apply(made, tr("Pin output of {nodes}", nodes=_words(nodes)))
    if refused:
        window.tell("info", refused[0], "\n".join(refused[1:]), node=nodes[0])
    else:
        window.flash(
            counted(
                len(nodes), "Pinned. Runs of a part take this output.", "Pinned. Runs of a part take these outputs."
            )
        )


def output_of(window: MainWindow, node: str) -> tuple[Any, str]:
    """What a node gave in the shown run, and why that cannot be pinned, or an empty text."""
    state = window.controller.feed.state
    title = window.document.workflow.nodes[node].title or node
    if state is None or node not in state.index:
        return None, tr("“{title}” has no output to pin: run it once, or open a run of it.", title=title)
    view = state.node(node)
    if view.counts is not None:
        return None, tr(
            "“{title}” is inside a container and gave an output for each item: pin the container.", title=title
        )
    try:
        value = view.output
    except (FlowError, OSError) as error:
        return None, tr("The output of “{title}” cannot be read: {error}", title=title, error=error)
    if value is None:
        return None, tr("“{title}” gave nothing in this run, so that there is nothing to pin.", title=title)
    if to_plain(value) != value:
        return None, tr("The output of “{title}” holds bytes, dates or decimals, which a pin cannot.", title=title)
    if len(encode(value)) > MOST:
        return None, tr("The output of “{title}” is larger than 1 MiB, too large for the definition file.", title=title)
    return value, ""


def _words(nodes: list[str]) -> str:
    return "node" if len(nodes) == 1 else tr("{n} nodes", n=len(nodes))
