"""Two painting regimes, and statuses that repaint only what changed."""

from __future__ import annotations

from time import monotonic
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, QRect
from PySide6.QtGui import QColor, QImage, QPaintEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from floworch.model.workflow import Node, Workflow
from floworch.run.status import NodeStatus
from floworch_designer.canvas import RunInfo, overlay
from floworch_designer.theme import Theme


def colors(view: Any, image: QImage, node: str) -> set[str]:
    box = view.camera().rect(view.graph.boxes[node].painted).toAlignedRect()
    return {
        image.pixelColor(x, y).name()
        for x in range(max(0, box.left()), min(image.width(), box.right()))
        for y in range(max(0, box.top()), min(image.height(), box.bottom()))
    }


STATUSES = list(NodeStatus)


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_shows_its_colour_on_the_card_and_only_there(view: Any, picture: Any, status: NodeStatus) -> None:
    wanted = view.theme.status_color(status)
    before = picture(view)
    view.set_statuses({"u": status})
    after = picture(view)
    assert colors(view, before, "u") != colors(view, after, "u")
    if view.theme.status_look(status).opacity == 1.0:
        assert wanted.name() in colors(view, after, "u")
    spot = view.camera().rect(view.graph.boxes["a"].painted).toAlignedRect()
    assert before.copy(spot) == after.copy(spot)


@pytest.mark.parametrize("zoom", [0.1, 0.3, 0.49])
def test_far_away_a_patched_tile_looks_as_if_painted_anew(view: Any, picture: Any, zoom: float) -> None:
    view.zoom_to(zoom)
    picture(view)
    view.set_statuses({"a": NodeStatus.FAILED, "e": NodeStatus.RUNNING, "x": NodeStatus.COMPLETED})
    patched = picture(view)
    view._tiles.clear()
    # Rounded corners keep a trace of the old border's smoothing: a handful of pixels, not an area.
    assert different(picture(view), patched) <= 100
    assert QColor(view.theme.status_color(NodeStatus.FAILED)).name() in colors(view, patched, "a")


def different(first: QImage, second: QImage) -> int:
    assert first.size() == second.size()
    return sum(
        1
        for x in range(first.width())
        for y in range(first.height())
        if first.pixelColor(x, y) != second.pixelColor(x, y)
    )


def test_the_regime_changes_at_one_half(view: Any, picture: Any) -> None:
    view.zoom_to(0.5)
    picture(view)
    assert len(view.painter.cache) > 0
    assert not view._tiles._tiles
    view.zoom_to(0.49)
    picture(view)
    assert view._tiles._tiles


class Watch(QObject):
    """Notes which part of the viewport each paint event covers."""

    def __init__(self) -> None:
        super().__init__()
        self.areas: list[QRect] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.areas.append(event.region().boundingRect())
        return False


def test_a_status_change_repaints_the_card_not_the_window(view: Any, picture: Any, qtbot: QtBot) -> None:
    picture(view)
    QApplication.processEvents()
    watch = Watch()
    view.viewport().installEventFilter(watch)
    view.set_statuses({"u": NodeStatus.COMPLETED})
    qtbot.waitUntil(lambda: bool(watch.areas))
    box = view.camera().rect(view.graph.boxes["u"].painted)
    assert all(area.width() < 2 * box.width() and area.height() < 3 * box.height() for area in watch.areas)
    watch.areas.clear()
    view.set_statuses({"u": NodeStatus.COMPLETED})
    QApplication.processEvents()
    assert not watch.areas


def test_the_names_of_ports_go_with_the_card_they_were_beside(view: Any, picture: Any, qtbot: QtBot) -> None:
    view.selection.set(["u"])
    picture(view)
    QApplication.processEvents()
    beside = overlay.reach(view.graph.boxes["u"], view.camera()).toAlignedRect() & view.viewport().rect()
    watch = Watch()
    view.viewport().installEventFilter(watch)
    nodes = {key: node for key, node in view.document.workflow.nodes.items() if key != "u"}
    edges = tuple(edge for edge in view.document.workflow.edges if "u" not in (edge.source, edge.target))
    view.document.apply(view.document.workflow.replace(nodes=nodes, edges=edges), "Delete")
    qtbot.waitUntil(lambda: bool(watch.areas))
    assert any(area.contains(beside) for area in watch.areas)


def test_a_moved_node_leaves_nothing_behind_in_the_far_view(view: Any, picture: Any) -> None:
    from floworch_designer.document import edits

    view.zoom_to(0.2)
    picture(view)
    view.document.apply(edits.move(view.document.workflow, {"u": (900.0, 600.0)}), "Move")
    moved = picture(view)
    view._tiles.clear()
    assert different(picture(view), moved) == 0


def test_a_scroll_moves_the_picture_exactly(view: Any, picture: Any) -> None:
    before = picture(view)
    view.pan(-48, -24)
    after = picture(view)
    width, height = after.width() - 100, after.height() - 100
    assert before.copy(98, 74, width - 50, height - 50) == after.copy(50, 50, width - 50, height - 50)


def test_another_theme_paints_everything_anew(view: Any, picture: Any) -> None:
    dark = picture(view)
    view.set_theme(Theme("light"))
    light = picture(view)
    assert dark.pixelColor(1190, 790).lightness() < 60
    assert light.pixelColor(1190, 790).lightness() > 200


def test_the_far_view_of_a_large_graph_is_painted_within_frames_and_completely(view: Any, picture: Any) -> None:
    nodes = {f"n{i}": Node(action="data.set") for i in range(3000)}
    places = {f"n{i}": [i % 60 * 260, i // 60 * 110] for i in range(3000)}
    view.document.reset(Workflow(id="big", nodes=nodes, view={"nodes": places}))
    view.fit()
    shown = picture(view)
    assert view.complete
    last = view.camera().rect(view.graph.boxes["n2999"].rect).center().toPoint()
    assert shown.pixelColor(last) != view.theme.color("canvas")


def test_run_info_is_shown_and_forgotten(view: Any, picture: Any) -> None:
    before = picture(view)
    view.set_statuses({"u": NodeStatus.RUNNING})
    view.set_still(True)
    view.set_run_info({"u": RunInfo(duration=1.5, progress=0.5), "nobody": RunInfo()})
    assert picture(view) != before
    view.clear_run()
    assert picture(view) == before


def test_spinners_turn_only_while_something_visible_runs(
    view: Any, picture: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture(view)
    assert not view._animation.isActive()
    view.set_statuses({"u": NodeStatus.RUNNING})
    assert view._animation.isActive()
    view.set_statuses({"u": NodeStatus.COMPLETED})
    view._animate()
    assert view._animation.isActive(), "its end is seen"
    later = monotonic() + 1.0
    monkeypatch.setattr(overlay, "monotonic", lambda: later)
    picture(view)
    view._animate()
    assert not view._animation.isActive()


def test_a_spinner_turns_again_when_it_comes_back_into_sight(
    view: Any, picture: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture(view)
    view.set_statuses({"u": NodeStatus.RUNNING})
    view.zoom_to(0.3)
    picture(view)
    view._animate()
    assert not view._animation.isActive(), "from afar nothing turns"
    monkeypatch.setattr(type(view.overlay), "active", lambda *_: pytest.fail("thousands of cards are looked through"))
    view._animate()
    monkeypatch.undo()
    view.zoom_to(1.0)
    picture(view)
    assert view._animation.isActive(), "it turns although no status changed"


def test_reduced_motion_stops_and_starts_what_turns_while_something_runs(view: Any, picture: Any) -> None:
    told: list[bool] = []
    view.still_changed.connect(told.append)
    picture(view)
    view.set_statuses({"u": NodeStatus.RUNNING})
    view.set_still(True)
    assert not view._animation.isActive(), "nothing is painted 30 times a second that looks the same"
    view.set_still(True)
    view.set_still(False)
    view._animate()
    assert view._animation.isActive(), "it turns again although no status changed"
    assert told == [True, False]
    view.set_statuses({"u": NodeStatus.COMPLETED})
    view._animate()
    view.set_still(True)
    view.set_still(False)
    view._animate()
    assert not view._animation.isActive(), "nothing runs"


def test_a_canvas_behind_another_tab_keeps_its_cards_and_lets_its_tiles_go(view: Any, picture: Any) -> None:
    picture(view)
    view.zoom_to(0.3)
    picture(view)
    assert view.pictures > view.painter.cache.size > 0
    view.show()
    view.hide()
    assert view.pictures == view.painter.cache.size > 0


def test_a_canvas_behind_another_tab_keeps_no_more_than_a_screenful(
    view: Any, picture: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for zoom in (0.7, 0.9, 1.1):
        view.zoom_to(zoom)
        picture(view)
    kept = view.painter.cache.size // 2
    monkeypatch.setattr("floworch_designer.canvas.surface.BEHIND", kept)
    view.show()
    view.hide()
    assert 0 < view.painter.cache.size <= kept
