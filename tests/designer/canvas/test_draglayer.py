"""A drag shows exactly what the drop will leave."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QRectF, Qt

from floworch.run.status import NodeStatus
from floworch_designer.canvas.draglayer import AGAIN, DragLayer
from floworch_designer.document import edits


@pytest.mark.parametrize("zoom", [1.0, 0.3])
def test_the_moved_cards_are_where_the_drop_puts_them(view: Any, picture: Any, zoom: float) -> None:
    view.zoom_to(zoom)
    picture(view)
    layer = DragLayer(view.painter, {"u"})
    layer.offset = (100.0, 200.0)
    view.show_drag(layer)
    dragged = picture(view)
    view.show_drag(None)
    view.document.apply(edits.move(view.document.workflow, {"u": (420.0, 360.0)}), "Move")
    dropped = picture(view)
    spot = view.camera().rect(view.graph.boxes["u"].rect).center().toPoint()
    old = view.camera().point(420, 196).toPoint()
    assert dragged.pixelColor(spot).lightness() == pytest.approx(dropped.pixelColor(spot).lightness(), abs=12)
    assert dragged.pixelColor(old) == dropped.pixelColor(old)


def test_only_the_moved_part_is_dirty_and_wires_are_pulled_straight(view: Any) -> None:
    layer = DragLayer(view.painter, {"c"})
    layer.snapshot(view.camera(), QRectF(view.viewport().rect()), view._grid)
    assert layer.fits(view.camera())
    assert layer.dirty().boundingRect().width() < view.viewport().width()
    assert layer.straightened((10.0, 5.0), 6.0) == (10.0, 0.0)
    assert layer.straightened((10.0, 9.0), 6.0) == (10.0, 9.0)


def test_what_a_run_comes_to_is_seen_while_a_card_is_dragged(view: Any, hand: Any, picture: Any) -> None:
    """The pictures that a drag is shown with were those of its beginning, however long it went on."""
    x, y = hand.card("a")
    hand.press((x, y))
    hand.move((x + 40, y + 200), Qt.KeyboardModifier.ControlModifier)
    before = picture(view)
    assert not view._drag.outdated(view._drag._taken + AGAIN / 2), "not for every event of a run"
    view._drag._taken -= AGAIN
    view.set_statuses({"b": NodeStatus.FAILED, "a": NodeStatus.COMPLETED})
    after = picture(view)
    left_bar = view.camera().point(view.node_rect("b").x() + 2, view.node_rect("b").y() + 14).toPoint()
    assert after.pixelColor(left_bar) != before.pixelColor(left_bar)
    assert after.pixelColor(left_bar).name() == view.theme.color("failed").name()
    hand.release((x + 40, y + 200), Qt.KeyboardModifier.ControlModifier)
    assert view.node_rect("a").x() == 40
