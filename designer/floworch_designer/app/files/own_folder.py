"""The user's folder of own actions while the window is open: what is added, changed or removed there counts at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from floworch_designer.app.files.watching import Watch, stamp_of
from floworch_designer.settings.words import counted

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow
    from floworch_designer.app.main_window import MainWindow
    from floworch_designer.app.tabs.tab import Tab


class OwnFolder(QObject):
    """Keeps palette, cards and forms at what the files of the folder say now.

    The files are read. One is imported when a step of an open workflow uses it, as it is when that is opened.

    Attributes:
        watch: Hears of changes in the folder.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.watch = Watch(self)
        self.watch.changed.connect(self.look)
        self._seen = self._files()

    def look(self) -> None:
        """Take over what changed in the folder since the last look."""
        before, self._seen = self._seen, self._files()
        if self._window.session.registry.reread() or self._seen != before:
            self._take_over()

    def reload(self) -> None:
        """Read the folder again whatever is known of it, and say what is there."""
        from floworch.actions.folders import ActionFolder

        self._seen = self._files()
        self._window.session.registry.reread()
        self._take_over()
        folder = ActionFolder()
        count = len(folder.listed()) + len(folder.listed_layers())
        self._window.flash(
            counted(
                count,
                "Read again: one action or layer of your own in {folder}",
                "Read again: {n} actions and layers of your own in {folder}",
                folder=folder.path,
            )
        )

    def _take_over(self) -> None:
        window = self._window
        window.palette_panel.refresh()
        for tab in window.tabs.all:
            if tab.asleep is None:
                _show_again(tab)
        window.reactions.on_catalog()

    def _files(self) -> dict[Path, tuple[int, int, int] | None]:
        """What tells whether a file of the folder is another one than before; from now on they are watched."""
        from floworch.actions.folders import user_folder

        folder = user_folder()
        try:
            files = sorted(file for file in folder.iterdir() if file.suffix == ".py")
        except OSError:
            files = []
        self.watch.follow([folder, *files])  # first: what is written while they are looked at is told
        return {file: stamp_of(file) for file in files}


def _show_again(tab: Tab) -> None:
    """Show what a tab holds with the actions that there are now, if any of it is not the product's own."""
    tab.sheet.actions.look(tab.document.path, not tab.restricted)
    if _uses_own(tab.document.workflow):
        tab.document.look_again()
    if tab.viewed is not None and _uses_own(tab.viewed.document.workflow):
        tab.viewed.document.look_again()
    tab.overlay.repaint()


def _uses_own(workflow: Workflow) -> bool:
    """Whether a definition names an action or layer that is not built in; thousands of others are not shown anew."""
    from floworch.actions.registry import BUILTIN_LAYERS, builtin_actions

    known, nodes = builtin_actions(), workflow.nodes.values()
    layers = [*workflow.middleware, *(layer for node in nodes for layer in node.middleware)]
    return any(node.action not in known for node in nodes) or any(layer.use not in BUILTIN_LAYERS for layer in layers)
