"""Draw every panel and dialog of the designer in both themes: the real window over real runs, without a display.

python scripts/panel_shots.py FILE FOLDER      (FILE: the folder audit; docs/reference/designer.md shows the pictures)
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget
from screenshots import Photographer, main, share

from floworch_designer.app.panels.docking import BOTTOM, ON_DEMAND
from floworch_designer.app.screenshot import settle_canvas
from floworch_designer.document import edits

THEMES: Final = ("dark", "light")
SIZE: Final = (1600, 1000)
#: Operator mode is for small screens, too.
OPERATOR: Final = (1200, 760)
#: Height of the panels below, width of those at the left and of the inspector.
LOW, LEFT, RIGHT = 260, 280, 380
#: Tab of the inspector -> the node that has something to show in it.
TABS: Final = {"Parameters": "check", "Middleware": "list", "Settings": "hash", "Run": "waste", "Help": "check"}
#: Action -> the picture of the dialog that it opens.
DIALOGS: Final = {
    "file.examples": "gallery", "file.export": "export", "file.settings": "settings",
    "file.connections": "connections", "file.secrets": "secrets", "help.edit_keys": "keys", "help.keys": "cheat-sheet",
    "help.log": "program-log", "run.start_inputs": "inputs", "run.would_do": "would-do", "run.prune": "prune",
}  # fmt: skip
#: Action -> the picture of what it opens over the canvas, and where that is.
POPUPS: Final[dict[str, tuple[str, Callable[[Any], QWidget]]]] = {
    "view.commands": ("commands", lambda window: window.parts["view"]._palette),
    "view.find": ("find", lambda window: window.parts["view"].finder),
    "node.add": ("quick-add", lambda window: window.quick_add),
}


class Panels(Photographer):
    """Pictures of parts of the window, each once a theme."""

    theme = THEMES[0]
    ran: list[str]

    async def take_all(self) -> None:
        """Two runs, then every picture in one theme after the other."""
        self.ran = []
        self.open(self.theme)
        self.window.resize(*SIZE)
        await self.until(lambda: not self.window.palette_panel.tree.isHidden())  # it reads the actions bit by bit
        self.file = committed(self.file, self.work / "flows")
        assert self.window.files.load(self.file)
        self.window.trusting.trust(self.window.tab)
        await self._run_with(0.001)
        await self._run_with(100.0)
        for self.theme in THEMES:
            self.shell.open_window(self.theme)
            for scene in (self._sides, self._inspector, self._below, self._modes, self._over, self._dialogs):
                await scene()
        await self.shell.session.controller.close()

    async def _run_with(self, limit: float) -> None:
        """Run to the end; with a low limit a person is asked, and agrees."""
        window, controller = self.window, self.shell.session.controller
        before = controller.run_id
        self.shell.session.inputs[window.document.workflow.id] = self.inputs | {"waste_limit_mb": limit}
        window.commands["run.start"].trigger()
        await self.until(lambda: controller.run_id != before and share(controller) > 0)
        await self.until(lambda: controller.questions() or is_over(controller))
        for question in controller.questions().values():
            window.runs.answer(question, True, "Looks right")
        await self.until(lambda: is_over(controller))
        self.ran.append(str(controller.run_id))

    async def snap(self, name: str, part: QWidget | None = None, fit: bool = False) -> None:
        """Save a picture of a part of the window, or of all of it."""
        await settle_canvas(self.app, self.window, fit)
        path = self.folder / f"{name}-{self.theme}.png"
        (part or self.window).grab().save(str(path), "PNG")
        print(path)

    async def _sides(self) -> None:
        window, palette = self.window, self.window.docks["palette"]
        sides = [palette, window.docks["inspector"]]
        window.resizeDocks(sides, [LEFT, RIGHT], Qt.Orientation.Horizontal)
        await self._open_run()
        await self.snap("palette", palette)
        palette.hide()
        for name in ON_DEMAND:
            window.show_panel(name)
            window.resizeDocks([window.docks[name]], [LEFT], Qt.Orientation.Horizontal)
            await asyncio.sleep(0.5)  # versions are read from the repository
            await self.snap(name, window.docks[name])
            window.docks[name].hide()
        palette.show()

    async def _inspector(self) -> None:
        window, dock = self.window, self.window.docks["inspector"]
        await self.snap("inspector-workflow", dock)
        for tab, node in TABS.items():
            window.selection.set([node])
            window.inspector.show_tab(tab)
            await self.snap(f"inspector-{tab.lower()}", dock)
        window.selection.set(["list", "waste"])
        await self.snap("inspector-several", dock)
        window.selection.set([])

    async def _below(self) -> None:
        window = self.window
        window.docking.show_bottom()
        for name in BOTTOM:
            window.show_panel(name)
            window.resizeDocks([window.docks[name]], [LOW], Qt.Orientation.Vertical)
            with_content = getattr(self, f"_fill_{name}", None)
            if with_content is not None:
                await with_content()
            await self.snap(name, window.docks[name])
            if name == "timeline":
                window.commands["replay.previous_mark"].trigger()
                await self.snap("replay", window.scrubber)
                window.commands["replay.live"].trigger()
            if name in ("compare", "difference"):
                await self.snap(f"{name}-canvas", window.canvas, fit=True)
        window.commands["replay.compare_end"].trigger()
        window.document.undo_stack.undo()
        window.docking.show_bottom(False)

    async def _fill_problems(self) -> None:
        """Break a reference to a step."""
        document = self.window.document
        self.window.runs.leave()
        document.apply(
            edits.set_param(document.workflow, "check", "condition", "{{ nodes.wast.output.mb > 1 }}"), "Break"
        )
        document.check_now()

    async def _fill_log(self) -> None:
        self.window.document.undo_stack.undo()
        await self._open_run()

    async def _open_run(self) -> None:
        self.window.runs.open_run(self.ran[1])
        feed = self.window.front_feed
        await self.until(lambda: feed.live is not None and feed.live.status.final)
        await asyncio.sleep(2.0)  # a long run is read into the timeline in several frames

    async def _fill_compare(self) -> None:
        self.window.comparing.compare_with(self.ran[0])
        await self.until(lambda: self.window.comparing.comparing)
        self.window.selection.set([])

    async def _fill_difference(self) -> None:
        window = self.window
        window.commands["replay.compare_end"].trigger()
        window.runs.leave()
        changed = edits.set_param(window.document.workflow, "check", "condition", "{{ nodes.waste.output.mb > 5 }}")
        window.document.apply(changed, "Change")
        window.commands["versions.head"].trigger()
        await self.until(lambda: window.differing.showing)

    async def _modes(self) -> None:
        """The whole window in other states: a plan, an untrusted file, the form of an operator."""
        window = self.window
        window.selection.set(["report"])
        window.commands["run.explain"].trigger()
        view = window.parts["partial"].view
        await self.until(lambda: view.plan)
        window.selection.set([])
        await self.snap("plan", fit=True)
        view.cancel()
        window.trusting.opened(window.tab, True)
        await self.snap("restricted", fit=True)
        window.trusting.trust(window.tab)
        await self._open_run()
        window.operator.set(True)
        window.resize(*OPERATOR)
        await self.snap("operator")
        window.operator.set(False)
        window.resize(*SIZE)
        window.runs.leave()

    async def _over(self) -> None:
        for action, (name, part) in POPUPS.items():
            self.window.commands[action].trigger()
            await self.snap(name, part(self.window))
            part(self.window).close()

    async def _dialogs(self) -> None:
        window = self.window
        for action, name in DIALOGS.items():
            window.refresh_actions()
            window.commands[action].trigger()
            await self.until(self._opened)
            (dialog,) = self._opened()
            await self.snap(name, dialog)
            dialog.reject()
            await self.until(lambda: not self._opened())

    def _opened(self) -> list[QDialog]:
        return [dialog for dialog in self.window.findChildren(QDialog) if dialog.isVisible()]


def is_over(controller: Any) -> bool:
    """Whether the run has ended."""
    return controller.status is not None and bool(controller.status.final)


def committed(file: Path, folder: Path) -> Path:
    """A copy of a definition in a repository with two versions of it."""
    folder.mkdir(parents=True)
    copy = folder / file.name
    definition = json.loads(file.read_text(encoding="utf-8"))
    definition["nodes"]["list"]["middleware"] = [{"use": "cache", "with": {"ttl": "10m"}}, {"use": "circuit_breaker"}]
    definition["nodes"]["list"]["retry"] = {"max_attempts": 5, "delay": "2s"}
    text = json.dumps(definition, indent=2)
    git(folder, "init", "--quiet")
    for version, message in (
        (text.replace('"Folder audit"', '"Audit"', 1), "Audit a folder"),
        (text, "Say what is audited"),
    ):
        copy.write_text(version, encoding="utf-8")
        git(folder, "add", "-A")
        git(folder, "commit", "--quiet", "-m", message)
    return copy


def git(folder: Path, *words: str) -> None:
    """Run git there."""
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


if __name__ == "__main__":
    sys.exit(main(Panels))
