"""Icons follow the theme: painted in its present colours, grey when disabled, not dimmed when selected."""

from __future__ import annotations

import gc

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon, QImage
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from floworch_designer.theme import Theme
from floworch_designer.theme.icons import icon_pixmap


def _shown(icon: QIcon, mode: QIcon.Mode = QIcon.Mode.Normal) -> QImage:
    return icon.pixmap(QSize(16, 16), mode).toImage()


@pytest.mark.usefixtures("qapp")
def test_an_icon_turns_with_its_theme() -> None:
    theme = Theme("dark")
    icon = theme.icon("stop", "failed")
    assert _shown(icon) == icon_pixmap("stop", theme.tokens["failed"]).toImage()
    theme.turn("light")
    assert _shown(icon) == icon_pixmap("stop", theme.tokens["failed"]).toImage()


@pytest.mark.usefixtures("qapp")
def test_a_selected_row_keeps_the_colour_of_its_icon_and_a_disabled_widget_does_not() -> None:
    theme = Theme("dark")
    icon = theme.icon("stop", "failed")
    assert _shown(icon, QIcon.Mode.Selected) == _shown(icon)
    assert _shown(icon, QIcon.Mode.Disabled) == icon_pixmap("stop", theme.tokens["disabled"]).toImage()


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("ratio", [1.25, 1.5, 2.0])
def test_on_a_dense_screen_it_has_a_pixel_for_every_pixel(ratio: float) -> None:
    """Issue 5, high DPI: not one painted for an ordinary screen and stretched."""
    icon = Theme("dark").icon("stop", "failed", 16)
    for room in (16, 24):
        found = icon.pixmap(QSize(room, room), ratio)
        assert (found.width(), found.devicePixelRatio()) == (round(room * ratio), ratio)
        painted = icon_pixmap("stop", Theme("dark").tokens["failed"], 16, ratio).toImage()
        free = (found.width() - painted.width()) // 2
        cut = found.toImage().copy(free, free, painted.width(), painted.height())
        assert cut.convertToFormat(painted.format()) == painted


@pytest.mark.usefixtures("qapp")
def test_it_is_never_larger_than_its_own_size() -> None:
    icon = Theme("dark").icon("close", size=14)
    assert icon.actualSize(QSize(32, 32)) == QSize(14, 14)
    assert not QIcon(icon).isNull()


def test_labels_are_dressed_again(qtbot) -> None:  # type: ignore[no-untyped-def]
    theme, box = Theme("dark"), QWidget()
    qtbot.addWidget(box)
    label = QLabel(box)
    theme.dress(label, "error", "failed")
    before = label.pixmap().toImage()
    theme.turn("light")
    theme.redress(box)
    assert label.pixmap().toImage() != before


def test_an_icon_that_is_collected_leaves_the_copies_of_buttons_alone(qtbot) -> None:  # type: ignore[no-untyped-def]
    """Python's collector deleted the engine with the first icon, and Qt crashed when it painted or ended the others."""

    class Keeper:
        def __init__(self) -> None:
            self.itself, self.icon = self, Theme("dark").icon("run", "accent", 16)

    buttons = [QPushButton() for _ in range(20)]
    for button in buttons:
        qtbot.addWidget(button)
        button.setIcon(Keeper().icon)
    gc.collect()
    others = [bytes(range(1, 41)) * 3 for _ in range(2_000)]  # they take the room
    for button in buttons:
        assert not button.icon().pixmap(QSize(16, 16)).isNull()
    assert len(others) == 2_000


@pytest.mark.usefixtures("qapp")
def test_a_copy_that_is_changed_paints_and_ends_for_itself() -> None:
    """Qt clones the engine then; PySide ended the clone as soon as Qt had it, and the process with it."""
    icon = Theme("dark").icon("stop", "failed")
    for _ in range(3):
        copy = QIcon(icon)
        copy.setIsMask(True)
        others = [bytes(range(1, 41)) * 3 for _ in range(2_000)]  # they take the room
        gc.collect()
        assert _shown(copy) == _shown(icon)
        assert copy.isMask()
        assert not icon.isMask()
        del copy
    assert len(others) == 2_000
    assert _shown(icon) == icon_pixmap("stop", Theme("dark").tokens["failed"]).toImage()
