"""The theme that was chosen, or the one of the system."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from floworch_designer.theme import scheme
from floworch_designer.theme.scheme import theme_name

Scheme = Qt.ColorScheme


@pytest.mark.parametrize(
    ("system", "left", "dark", "light"),
    [
        (Scheme.Light, "light", "dark", "light"),
        (Scheme.Dark, "dark", "dark", "light"),
        (Scheme.Unknown, "dark", "dark", "light"),
    ],
)
def test_the_system_is_heeded_where_nothing_was_chosen(
    monkeypatch: pytest.MonkeyPatch, system: Any, left: str, dark: str, light: str
) -> None:
    monkeypatch.setattr(scheme, "system_scheme", lambda: system)
    assert [theme_name(chosen) for chosen in ("", "dark", "light", "nonsense")] == [left, dark, light, left]


def test_the_system_can_be_asked(qapp: Any) -> None:
    assert isinstance(scheme.system_scheme(), Scheme)
