"""Making a workflow of its own out of the selected nodes, which is called in their place, and putting one back."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from floworch.errors import FlowError
from floworch_designer.app.editing.made_files import MadeFile
from floworch_designer.app.tabs.tab_actions import called_by
from floworch_designer.app.widgets import dialogs
from floworch_designer.document.decor import groups
from floworch_designer.document.document import id_of_file
from floworch_designer.document.putting_back import put_back
from floworch_designer.document.subflow import NotPossibleError, make_subflow
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from pathlib import Path

    from floworch_designer.app.main_window import MainWindow

#: The name that is offered when no selected frame has a title.
NAME = "subflow"


async def promote(window: MainWindow) -> None:
    """Move the selected nodes, and those of the selected frames, into a new file.

    Undo brings them back here and takes the file away, see ``MadeFile``.
    """
    document, chosen, tab = window.document, window.selection, window.tab
    frames = [group for key, group in groups(document.workflow).items() if key in chosen.decor]
    nodes = [key for key in document.workflow.nodes if key in chosen.nodes or any(key in g.nodes for g in frames)]
    workflow = document.workflow
    try:
        make_subflow(workflow, nodes, NAME, NAME)  # whether it can be done is known before a name is asked for
    except NotPossibleError as error:
        window.tell("warning", tr("These nodes cannot become a workflow of their own."), str(error))
        return
    if document.path is None:
        window.flash(tr("This workflow is saved first: the call names a file beside it."))
        if not await window.files._save(False) or document.path is None:
            return
    title = next((group.title for group in frames if group.title), NAME)
    wanted = "".join(letter if letter.isalnum() else "-" for letter in title.lower()).strip("-") or NAME
    path = await dialogs.ask_save(window, str(document.path.parent), wanted)
    if path is None or document.workflow.nodes is not workflow.nodes:
        return  # edited meanwhile
    if path.resolve() == document.path.resolve():
        window.tell("error", tr("That is the file of this workflow."), tr("Choose another name for the new one."))
        return
    reference = _relative(path, document.path.parent)
    caller, child, call = make_subflow(document.workflow, nodes, id_of_file(path) or NAME, reference)
    made = MadeFile(window, tab, path, child)
    if not made.write():
        made.deleteLater()
        return
    document.apply(caller, tr("Make {name} of {n} nodes", name=path.name, n=len(nodes)), beside=made)
    window.selection.set([call])
    window.session.settings.add_recent(path)
    window.flash(tr("{name} is saved and called here.", name=path.name))


async def put_back_into_caller(window: MainWindow) -> None:
    """Put the workflow that the selected node calls in its place; the file of it stays as it is."""
    from floworch.model import codec

    document, path = window.document, called_by(window)
    call = window.selection.primary
    if path is None or call is None or window.viewing:
        return
    before = document.workflow
    try:
        child = await asyncio.to_thread(codec.load, path)
        folder = document.path.parent if document.path is not None else path.parent
        made, nodes = put_back(before, call, child, lambda name: _relative(path.parent / name, folder))
    except NotPossibleError as error:
        window.tell("warning", tr("{name} cannot be put back here.", name=path.name), str(error))
        return
    except FlowError as error:
        window.tell("error", error.message, error.hint)
        return
    if document.workflow is not before:
        return  # edited meanwhile
    document.apply(made, tr("Put {name} back", name=path.name))
    window.selection.set(nodes)
    window.canvas.frame_selection()
    window.trusting.opened(window.tab)  # what it did as a file of its own is done by this one now
    window.flash(tr("{name} stands here now. The file stays as it is.", name=path.name))


def _relative(path: Path, folder: Path) -> str:
    """How a definition in a folder names a file, with slashes on every system."""
    return os.path.relpath(path, folder).replace(os.sep, "/")
