"""What the layout knows of cards."""

from __future__ import annotations

from floworch_designer.document.outlines import CARD, FRAME, Outline


def test_a_port_that_is_not_known_leaves_where_the_first_one_does() -> None:
    assert CARD.leave("error") == 58.0
    assert CARD.leave("nobody") == CARD.leave("out") == 36.0
    assert Outline(300.0, 100.0, 28.0).leave("true") == 28.0


def test_a_frame_is_entered_beside_its_title() -> None:
    assert FRAME.enters == FRAME.leave("out") == 18.0
