"""New, open, save, recent files, and the question before something unsaved is lost."""

from __future__ import annotations

import gc
import json
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floworch.errors import FlowError
from floworch_designer.app import dialogs
from floworch_designer.app.folders import Folders
from floworch_designer.app.live_run import attach
from floworch_designer.app.loop import spawn
from floworch_designer.app.placing import place_nodes

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow
    from floworch_designer.app.main_window import MainWindow

#: Definitions with so many nodes are kept out of garbage collections.
LARGE = 2000
#: Problems of a file that cannot be opened that are told one by one.
LISTED = 8
#: The workflow that an empty canvas offers.
EXAMPLE = "folder-audit.flow.json"


class FileActions:
    """Handlers of the ``file.*`` actions; each starts a task and returns at once."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._busy = False
        self.folders = Folders(window.session)

    def new(self) -> None:
        """Start an empty workflow."""
        self._once(self._new(), "new")

    def open(self) -> None:
        """Ask for a file and open it."""
        self._once(self._open(None), "open")

    def open_path(self, path: Path) -> None:
        """Open a file, after asking about unsaved changes."""
        self._once(self._open(path), "open")

    def open_example(self) -> None:
        """Open the bundled example as a new workflow, so that saving asks where."""
        self._once(self._example(), "open the example")

    def save(self) -> None:
        """Save, asking where when there is no file yet."""
        self._once(self._save(False), "save")

    def save_as(self) -> None:
        """Save under another name."""
        self._once(self._save(True), "save as")

    def quit(self) -> None:
        """Close the window."""
        self._window.close()

    async def may_leave(self) -> bool:
        """Whether the present document may go: asks to save it when it has unsaved changes."""
        document = self._window.session.document
        if not document.dirty:
            return True
        name = document.path.name if document.path else document.workflow.name or "the new workflow"
        answer = await dialogs.ask(
            self._window,
            "Unsaved changes",
            f"Save the changes to {name}?",
            (("Save", "accept"), ("Don't save", "destroy"), ("Cancel", "reject")),
            "They are lost otherwise.",
        )
        if answer == "Save":
            return await self._save(False)
        return answer == "Don't save"

    def load(self, path: Path) -> bool:
        """Open a file without asking; an unreadable one is told in a banner. Returns whether it is open."""
        window = self._window
        try:
            window.session.document.load(path)
        except FlowError as error:
            if self._load_rest(path, error):
                return True
            if len(error.problems) > 1:
                count = f"{path.name} cannot be opened: it has {len(error.problems):,} problems."
                window.tell("error", count, "\n".join(_problems(error)))
            else:
                window.tell("error", error.message, error.hint or "".join(_problems(error)))
            return False
        except OSError as error:
            window.tell("error", f"{path} cannot be read.", error.strerror or str(error))
            return False
        settle_memory(len(window.session.document.workflow.nodes))
        window.banners.remove("message")
        if _shipped(path):
            window.session.document.reset(window.session.document.workflow)
            window.flash(f"{path.name} is shipped with the product and opened as a copy: saving asks where.")
        else:
            window.session.settings.add_recent(path)
            self.folders.remember(path)
        window.session.selection.clear()
        window.tab.leave_run_view()
        place_nodes(window.session.document, window.canvas)
        window.fit_soon()
        return True

    def _load_rest(self, path: Path, error: FlowError) -> bool:
        """Open what can be read of a broken file, as a copy: saving asks where, so that the file loses nothing."""
        window, rest = self._window, readable_rest(path) if error.problems else None
        if rest is None or not any(node.action for node in rest.nodes.values()):
            return False
        window.session.document.reset(rest)
        window.session.selection.clear()
        window.tab.leave_run_view()
        place_nodes(window.session.document, window.canvas)
        window.fit_soon()
        self.folders.remember(path)
        count = len(error.problems)
        parts = "the part" if count == 1 else f"{count:,} parts"
        what = f"{path.name} is opened as a copy without {parts} that cannot be read."
        window.tell("error", what, "\n".join(_problems(error)))
        return True

    async def _new(self) -> None:
        if await self.may_leave():
            self._window.session.selection.clear()
            self._window.session.document.new()
            self._window.tab.leave_run_view()
            self._window.banners.remove("message")
            await self._window.controller.leave()

    async def _open(self, path: Path | None) -> None:
        window = self._window
        if not await self.may_leave():
            return
        path = path or await dialogs.ask_open(window, self.folders.first())
        if path is not None and self.load(path):
            await window.controller.leave()
            await attach(window)

    async def _example(self) -> None:
        from importlib.resources import files

        from floworch.model import codec

        if not await self.may_leave():
            return
        text = files("floworch_resources").joinpath("examples", EXAMPLE).read_text(encoding="utf-8")
        self._window.session.selection.clear()
        self._window.session.document.reset(codec.loads(text))
        self._window.tab.leave_run_view()
        self._window.fit_soon()
        await self._window.controller.leave()

    async def _save(self, elsewhere: bool) -> bool:
        window, document = self._window, self._window.session.document
        path = document.path
        if path is None or elsewhere:
            path = await dialogs.ask_save(window, self.folders.first(), document.workflow.id)
            if path is None:
                return False
        try:
            document.save(path)
        except FlowError as error:
            window.tell("error", error.message, error.hint)
            return False
        except OSError as error:
            window.tell("error", f"{path} cannot be written.", error.strerror or str(error))
            return False
        window.session.settings.add_recent(path)
        self.folders.remember(path)
        window.flash(f"Saved {path.name}")
        return True

    def _once(self, work: Coroutine[Any, Any, Any], name: str) -> None:
        """Run one file task at a time: a second Ctrl+S while a dialog is open does nothing."""
        if self._busy:
            work.close()
            return
        self._busy = True
        spawn(work, name).add_done_callback(lambda _task: setattr(self, "_busy", False))


def readable_rest(path: Path) -> Workflow | None:
    """What can be read of a definition file with broken parts; None when too little can."""
    from floworch.model.salvage import salvage

    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return salvage(data)[0] if isinstance(data, dict) else None


def _shipped(path: Path) -> bool:
    """Whether a file belongs to the installed product, where nothing of a person's may be written."""
    from importlib.resources import files

    return path.resolve().is_relative_to(Path(str(files("floworch_resources"))).resolve())


def settle_memory(nodes: int) -> None:
    """Take a large definition out of the garbage collector's sight: going through it stops the window for 70 ms."""
    if nodes >= LARGE:
        gc.unfreeze()
        gc.collect()
        gc.freeze()


def _problems(error: FlowError) -> list[str]:
    """A line for each problem, the first :data:`LISTED` in words and the rest as a number."""
    lines = [f"{problem.message} {problem.fix}".strip() for problem in error.problems]
    return [*lines[:LISTED], f"… and {len(lines) - LISTED} more"] if len(lines) > LISTED else lines
