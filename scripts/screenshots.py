"""Draw the screenshots of README and docs: the real window over real runs of the example, without a display.

python scripts/screenshots.py FILE FOLDER
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from floworch_designer.app.main import parser
from floworch_designer.app.runtime.loop import QtLoop
from floworch_designer.app.screenshot import settle_canvas
from floworch_designer.app.shell import Shell, name_application
from floworch_designer.runs.hosts import HostChoice

SIZE = (1600, 1000)
PATIENCE = 120
#: Files that the example audits in the pictures: enough to see it work, with duplicates among them.
FILES, COPIES = 6000, 3


class Photographer:
    """One application, one window, and pictures of what it shows."""

    def __init__(self, app: QApplication, file: Path, folder: Path, work: Path) -> None:
        self.app, self.file, self.folder, self.work = app, file, folder, work
        options = parser().parse_args([str(file), "--theme", "dark"])
        self.shell = Shell(app, options, hosts=HostChoice(work / "store", in_process=True))
        self.inputs = {"folder": str(make_files(work / "photos")), "output": str(work / "report"),
                       "waste_limit_mb": 0.001}  # fmt: skip

    @property
    def window(self) -> Any:
        """The window of the moment: another theme makes another one."""
        return self.shell.window

    async def until(self, condition: Callable[[], Any]) -> None:
        """Watch the window until something is there."""
        async with asyncio.timeout(PATIENCE):
            while not condition():  # noqa: ASYNC110 - what is seen on a screen has no event to wait for
                await asyncio.sleep(0.01)

    async def shoot(self, name: str, fit: bool = True) -> None:
        """Save a picture of the window as it is."""
        await settle_canvas(self.app, self.window, fit)
        path = self.folder / f"{name}.png"
        self.window.grab().save(str(path), "PNG")
        print(path)

    def open(self, theme: str) -> None:
        """Open the window in a theme, in the size of the pictures."""
        window = self.shell.open_window(theme)
        window.resize(*SIZE)
        window.show()
        window.docking.reset(window.controller.feed.state is not None)

    async def take_all(self) -> None:
        """Every picture, in the order of a person's first minutes."""
        self.open("dark")
        await self.until(lambda: not self.window.palette_panel.tree.isHidden())  # it reads the actions bit by bit
        await self.shoot("designer-empty")
        assert self.window.files.load(self.file)
        await self.shoot("designer-dark")
        self.open("light")
        await self.shoot("designer-light")
        self.open("dark")
        await self._run()
        await self._after()
        await self.shell.session.controller.close()

    async def _run(self) -> None:
        window, controller = self.window, self.shell.session.controller
        self.shell.session.inputs[window.document.workflow.id] = self.inputs
        window.show_panel("log")
        window.commands["run.start"].trigger()
        await self.until(lambda: 0.25 < share(controller) < 1)
        await self.shoot("run-running")
        window.commands["run.pause"].trigger()
        await self.until(lambda: str(controller.status) == "paused")
        await self.shoot("run-paused")
        window.commands["run.resume"].trigger()
        await self.until(lambda: controller.questions() and str(controller.status) == "suspended")
        window.selection.set(["approve"])
        await self.shoot("run-approval")

    async def _after(self) -> None:
        window, controller = self.window, self.shell.session.controller
        (question,) = controller.questions().values()
        window.runs.answer(question, True, "Looks right")
        await self.until(lambda: controller.status is not None and controller.status.final)
        window.selection.set(["waste"])
        window.inspector.show_tab("Run")
        await self.shoot("run-inspector")
        window.runs.refresh_history()
        window.show_panel("runs")
        window.history.select(controller.run_id)
        window.selection.set([])
        await asyncio.sleep(0.3)
        await self.shoot("run-history")


def share(controller: Any) -> float:
    """How much of the files is hashed, 0 to 1."""
    state = controller.feed.state
    items = next(iter(state.items.values()), None) if state is not None else None
    return 0.0 if items is None else (items.completed + items.failed) / max(items.total, 1)


def make_files(folder: Path) -> Path:
    """A folder with small files of several types, some of them equal."""
    for number in range(FILES):
        place = folder / f"{2019 + number % 6}"
        place.mkdir(parents=True, exist_ok=True)
        kind = ("jpg", "png", "txt", "raw")[number % 4]
        (place / f"picture-{number:04}.{kind}").write_text(f"{number // COPIES}\n" * 40, encoding="utf-8")
    return folder


def main(photographer: type[Photographer] = Photographer) -> int:
    """Draw all pictures of one; prints their paths."""
    file, folder = Path(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    name = Path(tempfile.gettempdir()) / "holiday"  # it is seen in the pictures
    shutil.rmtree(name, ignore_errors=True)
    try:
        draw(photographer, file, folder, name)
    finally:
        shutil.rmtree(name, ignore_errors=True)
    return 0


def draw(photographer: type[Photographer], file: Path, folder: Path, name: Path) -> None:
    """Draw into ``folder``; everything that is made for it stands below ``name``."""
    os.environ["FLOWORCH_CONFIG_DIR"] = str(name / "config")
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    qInstallMessageHandler(lambda _kind, _context, text: None if "plugin does not support" in text else print(text))
    name_application(app)
    loop = QtLoop(app)
    asyncio.set_event_loop(loop)
    loop.run_until_complete(photographer(app, file, folder, name).take_all())
    app.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
    asyncio.set_event_loop(None)
    loop.close()


if __name__ == "__main__":
    sys.exit(main())
