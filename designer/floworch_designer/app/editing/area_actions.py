"""Handlers of the ``frame.*`` actions: notes, and frames around nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from floworch_designer.app.widgets.search_popup import SearchPopup
from floworch_designer.canvas.holding import holders, put_in, take_out, title_of
from floworch_designer.canvas.tools.resize import STEP
from floworch_designer.settings.fuzzy import rank
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow
    from floworch_designer.canvas.geometry import Point


class HolderPicker(SearchPopup):
    """Lists the frames and containers that what is selected can go into; Enter puts it into the chosen one."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window, window.theme, tr("Put into which frame or container?"))
        self._main = window
        self.chosen.connect(self._put)

    def fill(self) -> None:
        """List those that fit what is written."""
        super().fill()
        canvas = self._main.canvas
        found = [(key, title_of(canvas, key)) for key in holders(canvas)]
        for key, title in rank(self.line.text(), found, lambda pair: ((pair[1], 1.0), (pair[0], 0.6))):
            box = canvas.graph.boxes.get(key)
            self.add(key, title, "", tr("Frame") if box is None else canvas.graph.kind(box.node.action).title)
        if not self.list.count():
            self.add(None, tr("No frame or container fits"), enabled=False)
        self.list.setCurrentRow(0)

    def _put(self, key: str | None) -> None:
        if key is not None:
            self.close()
            put_in(self._main.canvas, key)


class AreaActions:
    """What is done to notes and frames on the canvas in front."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._picker: HolderPicker | None = None

    def note(self) -> None:
        """Add a note where the mouse is and edit it."""
        self.note_at(None)

    def note_at(self, at: Point | None) -> None:
        """As ``note``, with its top left corner at a point of the canvas."""
        if not self._window.viewing:
            self._window.canvas.areas.add_note(at)

    def group(self) -> None:
        """Put a frame around what is selected and name it."""
        if not self._window.viewing:
            self._window.canvas.areas.group()

    def ungroup(self) -> None:
        """Remove the frame; what it held stays."""
        self._window.canvas.areas.ungroup()

    def fold(self) -> None:
        """Fold the frame or container to a card, or open it."""
        self._window.canvas.areas.toggle_fold()

    def fold_all(self) -> None:
        """Fold every frame and container to a card."""
        self._window.canvas.areas.fold_all(True)

    def open_all(self) -> None:
        """Open every folded frame and container."""
        self._window.canvas.areas.fold_all(False)

    def color(self) -> None:
        """Give the selected notes and frames the next colour."""
        self._window.canvas.areas.recolor()

    def refit(self) -> None:
        """Make the selected frames as large as what they hold."""
        self._window.canvas.areas.refit()

    def put_in(self) -> None:
        """Ask for a frame or container, and put what is selected into it."""
        if self._picker is None:
            self._picker = HolderPicker(self._window)
        self._picker.open()

    def take_out(self) -> None:
        """Take what is selected out of the innermost frame or container around it."""
        take_out(self._window.canvas)

    def wider(self) -> None:
        """Move the right border of the selected notes and frames out by a step."""
        self._window.canvas.areas.resize(STEP, 0.0)

    def narrower(self) -> None:
        """Move their right border in by a step."""
        self._window.canvas.areas.resize(-STEP, 0.0)

    def taller(self) -> None:
        """Move their lower border down by a step."""
        self._window.canvas.areas.resize(0.0, STEP)

    def lower(self) -> None:
        """Move their lower border up by a step."""
        self._window.canvas.areas.resize(0.0, -STEP)
