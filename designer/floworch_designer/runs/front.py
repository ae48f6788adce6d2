"""The run of the tab in front: panels listen to it once and stay when another tab comes to the front."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from floworch_designer.runs.controller import RunController
    from floworch_designer.runs.feed import RunFeed

_OF_FEED = ("batch", "logged", "grew", "moved", "replaced")
_OF_CONTROLLER = ("status_changed", "listing_changed", "lost")


class FrontFeed(QObject):
    """Stands for the feed of the tab in front: its signals and everything it can be asked.

    ``replaced`` is also emitted when another feed comes to the front, so that whoever shows one reads anew.
    """

    batch = Signal(object)
    logged = Signal()
    replaced = Signal()
    grew = Signal(bool)
    moved = Signal()

    def __init__(self, feed: RunFeed, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._feed = feed
        _hand_on(feed, self, _OF_FEED)

    def __getattr__(self, name: str) -> Any:
        """Whatever the feed in front has."""
        if name == "_feed":
            raise AttributeError(name)
        return getattr(self._feed, name)

    def turn(self, feed: RunFeed) -> None:
        """Stand for another feed from now on."""
        if feed is not self._feed:
            _hand_on(self._feed, self, _OF_FEED, False)
            self._feed = feed
            _hand_on(feed, self, _OF_FEED)
            self.replaced.emit()


class FrontRun(QObject):
    """Stands for the controller of the tab in front."""

    status_changed = Signal()
    listing_changed = Signal()
    lost = Signal(str)

    def __init__(self, controller: RunController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.feed = FrontFeed(controller.feed, self)
        _hand_on(controller, self, _OF_CONTROLLER)

    def __getattr__(self, name: str) -> Any:
        """Whatever the controller in front has."""
        if name == "_controller":
            raise AttributeError(name)
        return getattr(self._controller, name)

    def turn(self, controller: RunController) -> None:
        """Stand for another controller from now on."""
        if controller is not self._controller:
            _hand_on(self._controller, self, _OF_CONTROLLER, False)
            self._controller = controller
            _hand_on(controller, self, _OF_CONTROLLER)
            self.feed.turn(controller.feed)
            self.status_changed.emit()


def _hand_on(source: QObject, target: QObject, names: tuple[str, ...], on: bool = True) -> None:
    """Let signals of one object be emitted by another too, or no longer."""
    for name in names:
        signal = getattr(source, name)
        (signal.connect if on else signal.disconnect)(getattr(target, name))
