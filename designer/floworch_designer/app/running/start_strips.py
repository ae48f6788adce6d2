"""What the strips of runs at the start have in common: some were put away, and of many only the first are named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from floworch_designer.app.widgets.homed_strips import About
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow

#: Runs that are named one by one; more are counted.
NAMED: Final = 3
_SETTING: Final = "runs/dismissed"
#: So many are remembered.
_MOST: Final = 200


def dismissed(window: MainWindow) -> frozenset[str]:
    """What was put away, see ``dismiss``."""
    return frozenset(window.session.settings.get(_SETTING))


def dismiss(window: MainWindow, what: str) -> None:
    """Remember that a strip was put away, so that it is not shown at the next start."""
    settings = window.session.settings
    settings.set(_SETTING, [*settings.get(_SETTING), what][-_MOST:])


def tell_more(window: MainWindow, key: str, level: str, words: tuple[str, str], only: str) -> None:
    """Say that there are more runs than those that are named.

    Args:
        window: The window.
        key: Of the strip.
        level: Of the strip.
        words: Its title and its text.
        only: The filter of the list of runs that shows them.
    """

    def show() -> None:
        window.strips.remove(key)
        window.history.only(only)
        window.show_panel("runs")

    window.strips.show(key, About(), level, *words, ((tr("Show them"), show),))
