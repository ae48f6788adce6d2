"""Chips fit the card: what does not is counted."""

from __future__ import annotations

import pytest

from floworch_designer.canvas.content import Chip
from floworch_designer.canvas.geometry import card_shape
from floworch_designer.canvas.items.card import fit_chips, tile_top

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.mark.parametrize("length", [1, 6, 12, 30])
def test_chips_never_leave_the_card(length: int) -> None:
    chips = tuple(Chip("retry", "m" * length) for _ in range(3))
    widths, rest = fit_chips(chips, 1, 192.0)
    assert len(widths) + rest == 4
    assert sum(widths) + 4 * (len(widths) - 1) <= 192.0


def test_the_icon_is_centred_unless_chips_or_rows_need_the_space() -> None:
    plain, rows = card_shape(("out",)), card_shape(("a", "b"))
    assert tile_top(plain, False) == 20
    assert tile_top(plain, True) == tile_top(rows, False) == 12
