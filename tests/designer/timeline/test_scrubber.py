"""The bar under the canvas: there with a run, in words, with buttons that do what they say."""

from __future__ import annotations

import pytest
import replay_kit as kit
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from floworch_designer.runs.feed import RunFeed
from floworch_designer.runs.player import Player
from floworch_designer.timeline.scrubber import Scrubber


@pytest.fixture
def scrubber(qapp, theme, qtbot):
    feed = RunFeed()
    actions = {name: QAction(f"What {name} does in some words") for name in ("back", "play", "forward", "live")}
    scrubber = Scrubber(feed, Player(feed), actions, theme)
    scrubber.actions_kept = actions
    qtbot.addWidget(scrubber)
    scrubber.resize(800, 40)
    return scrubber


def take(scrubber, loop, events):
    scrubber._feed.begin(kit.header())
    loop.run_until_complete(scrubber._feed.take(events))
    scrubber._feed.flush()
    scrubber.read()


def test_it_is_there_while_there_is_a_run(scrubber, loop):
    assert scrubber.isHidden()
    take(scrubber, loop, kit.events())
    assert not scrubber.isHidden()
    scrubber._feed.clear()
    assert scrubber.isHidden()


def test_the_first_run_finds_it_as_narrow_as_it_stays(scrubber, loop):
    scrubber.show()
    before = scrubber.minimumSizeHint().width()
    take(scrubber, loop, kit.events())
    assert scrubber.buttons["live"].text() in ("Live", "End")
    assert abs(scrubber.minimumSizeHint().width() - before) < 60


def test_a_narrow_one_leaves_words_out_and_never_widens_the_window(scrubber, loop, qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    QVBoxLayout(window).addWidget(scrubber)
    window.show()
    take(scrubber, loop, kit.events())
    scrubber._player.seek(9)
    assert scrubber.minimumSizeHint().width() <= 320
    window.resize(400, 60)
    QApplication.processEvents()
    assert (scrubber.status.text(), scrubber.place.text()) == ("", "2.5 s")
    assert scrubber.place.toolTip() == "2.5 s of 5.2 s"
    window.resize(800, 60)
    QApplication.processEvents()
    assert (scrubber.status.text(), scrubber.place.text()) == ("Running at", "2.5 s of 5.2 s")
    scrubber.setParent(None)  # who made it also ends it


def test_words_of_the_past_and_of_now(scrubber, loop):
    """Time worked, as in the run bar and in the list: the run was paused for 0.8 s."""
    take(scrubber, loop, kit.events())
    assert (scrubber.status.text(), scrubber.place.text()) == ("", "5.2 s")
    assert scrubber.buttons["live"].text() == "End"
    scrubber._player.seek(9)
    assert (scrubber.status.text(), scrubber.place.text()) == ("Running at", "2.5 s of 5.2 s")
    scrubber._player.live()
    assert scrubber.status.text() == ""
    take(scrubber, loop, kit.events()[:9])
    assert scrubber.buttons["live"].text() == "Live"


def test_speed_is_chosen_from_its_menu(scrubber, loop):
    take(scrubber, loop, kit.events())
    assert scrubber.speed.text() == "Auto"
    next(action for action in scrubber.speed.menu().actions() if action.text() == "×10").trigger()
    assert scrubber._player.speed == 10.0
    assert scrubber.speed.text() == "×10"


def test_a_run_that_goes_on_is_measured_again(scrubber, loop, qtbot):
    take(scrubber, loop, kit.events()[:9])
    loop.run_until_complete(scrubber._feed.take(kit.events()[9:]))
    scrubber._feed.flush()
    qtbot.waitUntil(lambda: scrubber.track.maximum() == 18)
    assert scrubber.place.text() == "5.2 s"


def test_a_button_is_laid_out_anew_only_when_its_icon_changes(scrubber, loop):
    """(performance.md: no frame of a live run over 50 ms) this is written ten times a second"""
    take(scrubber, loop, kit.events())
    changed = []
    scrubber.actions_kept["play"].changed.connect(lambda: changed.append(1))
    scrubber.refresh()
    assert changed == []
    scrubber._player.play()
    assert changed
    scrubber._player.hold()
