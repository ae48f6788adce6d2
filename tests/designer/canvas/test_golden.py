"""Cards in every state, theme and scale against pictures that were looked at (``scripts/golden_cards.py``)."""

from __future__ import annotations

import pytest
from card_sheets import LOOK_LIST, SCALES, THEMES, TOLERANCE, distance, path_of, sheet
from PySide6.QtGui import QFontDatabase, QImage
from PySide6.QtWidgets import QApplication

from floworch_designer.theme import Theme
from floworch_designer.theme.statuses import IDLE


@pytest.fixture(autouse=True)
def _bundled_font(qapp: QApplication) -> None:
    Theme("dark").apply(qapp)
    assert "Inter" in " ".join(QFontDatabase.families())


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("theme", THEMES)
def test_cards_look_as_they_did(theme: str, scale: float) -> None:
    golden = QImage(str(path_of(theme, scale)))
    assert not golden.isNull(), "run python scripts/golden_cards.py"
    assert distance(sheet(theme, scale), golden) <= TOLERANCE


@pytest.mark.parametrize("at", range(1, len(LOOK_LIST)), ids=lambda at: LOOK_LIST[at].label)
def test_a_card_in_another_state_is_told_from_the_golden_one(at: int) -> None:
    wrong = (*LOOK_LIST[:at], IDLE, *LOOK_LIST[at + 1 :])
    assert distance(sheet("light", 1.0, wrong), QImage(str(path_of("light", 1.0)))) > TOLERANCE
