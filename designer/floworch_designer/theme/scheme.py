"""Which of the two themes is shown: the chosen one, or that of the system."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from floworch_designer.theme.tokens import ThemeName


def system_scheme() -> Qt.ColorScheme:
    """What the system says; ``Unknown`` where it says nothing."""
    return QGuiApplication.styleHints().colorScheme()


def theme_name(chosen: str) -> ThemeName:
    """The theme for what was chosen; for nothing that of the system, dark where that says nothing."""
    if chosen in ("dark", "light"):
        return chosen  # type: ignore[return-value]
    return "light" if system_scheme() is Qt.ColorScheme.Light else "dark"
