"""Theme: the colours, fonts, icons and style sheet of the window in dark or light."""

from __future__ import annotations

import hashlib
import tempfile
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QIcon, QPalette, QPixmap

from floworch_designer.theme.engine import LiveIcon
from floworch_designer.theme.fonts import MONO_FAMILIES, load_fonts, ui_font
from floworch_designer.theme.icons import icon_pixmap
from floworch_designer.theme.statuses import StatusLook, look
from floworch_designer.theme.stylesheet import derived, stylesheet
from floworch_designer.theme.tokens import CATEGORY_HUES, THEMES, ThemeName

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QLabel

    from floworch.run.status import NodeStatus

_IMAGES = {
    "chevron": ("chevron-down", "text_secondary"),
    "chevron_up": ("chevron-up", "text_secondary"),
    "chevron_right": ("chevron-right", "text_secondary"),
    "chevron_left": ("chevron-left", "text_secondary"),
    "check": ("check", "accent_text"),
    "close": ("close", "text_secondary"),
    "float": ("external", "text_secondary"),
}


#: Property of a label that shows an icon: name, token and size.
_GLYPH = "glyph"


class Theme:
    """The theme of a window, which may turn from one to the other while everything that holds it stays.

    Icons made here follow by themselves, and so do labels given to :meth:`dress`; whoever keeps colours or pictures
    of its own asks again after :meth:`turn`.

    Args:
        name: ``dark`` or ``light``.
    """

    def __init__(self, name: ThemeName = "dark") -> None:
        self.name: ThemeName = name
        self.tokens: dict[str, str] = {**THEMES[name], **derived(THEMES[name])}
        self._colors: dict[tuple[str, int], QColor] = {}

    def turn(self, name: ThemeName) -> None:
        """Become the other theme. Nothing on screen changes before :meth:`apply`."""
        self.name = name
        self.tokens = {**THEMES[name], **derived(THEMES[name])}
        self._colors.clear()
        self.__dict__.pop("_stylesheet", None)

    @property
    def dark(self) -> bool:
        """Whether this is the dark theme."""
        return self.name == "dark"

    def color(self, token: str, alpha: float = 1.0) -> QColor:
        """The colour of a token with an opacity of ``alpha`` (0 to 1); treat it as frozen.

        Raises:
            KeyError: There is no such token.
        """
        key = (token, round(alpha * 255))
        found = self._colors.get(key)
        if found is None:
            found = QColor(self.tokens[token])
            found.setAlpha(key[1])
            self._colors[key] = found
        return found

    def status_look(self, status: NodeStatus | None) -> StatusLook:
        """Glyph, border pattern and colour token of a node status; None is a node that has not run."""
        return look(status)

    def status_color(self, status: NodeStatus | None) -> QColor:
        """The colour of a node status; of None, the border colour."""
        return self.color(look(status).color)

    def category_color(self, category: str) -> QColor:
        """The hue of an action category; slate for a category nobody knows."""
        return self.color(CATEGORY_HUES.get(category, "hue_slate"))

    def icon(self, name: str, token: str = "text_secondary", size: int = 16, category: str = "") -> QIcon:
        """An icon in a token's colour, greyed when its widget is disabled."""
        return LiveIcon(self, name, token, size, category).icon()

    def pixmap(self, name: str, token: str = "text_secondary", size: int = 16, ratio: float = 2.0) -> QPixmap:
        """An icon as a pixmap of ``size`` logical px in a token's colour."""
        return icon_pixmap(name, self.color(token), size, ratio)

    def status_icon(self, status: NodeStatus | None, size: int = 16) -> QIcon:
        """The glyph of a node status in its colour; an empty icon for a node that has not run."""
        found = look(status)
        return LiveIcon(self, found.glyph, found.color, size).icon() if found.glyph else QIcon()

    def action_icon(self, name: str, category: str, size: int = 16) -> QIcon:
        """An action's icon in the hue of its category."""
        return LiveIcon(self, name, CATEGORY_HUES.get(category, "hue_slate"), size, category).icon()

    def dress(self, label: QLabel, name: str, token: str = "text_secondary", size: int = 16) -> None:
        """Show an icon on a label; :meth:`redress` shows it in the colours of the day."""
        label.setProperty(_GLYPH, [name, token, size])
        label.setPixmap(self.pixmap(name, token, size))

    def redress(self, root: QObject) -> None:
        """Have the labels below ``root`` that were dressed show their icons in the present colours."""
        from PySide6.QtWidgets import QLabel

        for label in root.findChildren(QLabel):
            glyph = label.property(_GLYPH)
            if glyph:
                label.setPixmap(self.pixmap(*glyph))

    def stylesheet(self) -> str:
        """The style sheet of the whole window; needs a QGuiApplication because it draws small pictures."""
        return self._stylesheet

    @cached_property
    def _stylesheet(self) -> str:
        mono = ", ".join(f'"{family}"' for family in MONO_FAMILIES)
        images = {key: _image_file(name, self.tokens[token]) for key, (name, token) in _IMAGES.items()}
        return stylesheet(self.tokens, images, mono)

    def palette(self) -> QPalette:
        """The palette for what a style sheet does not reach."""
        palette = QPalette()
        roles = {
            QPalette.ColorRole.Window: "panel",
            QPalette.ColorRole.WindowText: "text",
            QPalette.ColorRole.Base: "field",
            QPalette.ColorRole.AlternateBase: "stripe",
            QPalette.ColorRole.Text: "text",
            QPalette.ColorRole.Button: "raised",
            QPalette.ColorRole.ButtonText: "text",
            QPalette.ColorRole.ToolTipBase: "raised",
            QPalette.ColorRole.ToolTipText: "text",
            QPalette.ColorRole.PlaceholderText: "disabled",
            QPalette.ColorRole.Highlight: "selected",
            QPalette.ColorRole.HighlightedText: "text",
            QPalette.ColorRole.Link: "accent",
            QPalette.ColorRole.Accent: "accent",
        }
        for role, token in roles.items():
            palette.setColor(role, self.color(token))
        for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.color("disabled"))
        return palette

    def apply(self, app: QApplication, sheet: str = "") -> None:
        """Dress the application: Fusion style, bundled font, palette, colour scheme and style sheet.

        ``sheet`` is used in place of the theme's own. Each of these goes through every widget there is, so what
        stays the same from one theme to the other is set once only.
        """
        load_fonts()
        wanted = sheet or self.stylesheet()
        if app.styleSheet() != wanted:
            # Qt goes through the tree of widgets once for a new sheet, but once for every widget for a changed one; and
            # then (6.11) also to widgets that wore the sheet before the last one and have gone since: it crashes.
            app.setStyleSheet("")
            if app.style().objectName().lower() != "fusion":
                app.setStyle("Fusion")
        app.styleHints().setColorScheme(Qt.ColorScheme.Dark if self.dark else Qt.ColorScheme.Light)
        font = ui_font(13)
        if app.font() != font:
            app.setFont(font)
        app.setPalette(self.palette())
        if app.styleSheet() != wanted:
            app.setStyleSheet(wanted)


@cache
def _image_folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="floworch-theme-"))


@cache
def _image_file(name: str, color: str) -> str:
    # A style sheet can name pictures only by file; the "@2x" twin keeps them sharp on dense screens.
    digest = hashlib.sha256(f"{name}{color}".encode()).hexdigest()[:12]
    path = _image_folder() / f"{name}-{digest}.png"
    icon_pixmap(name, color, 16, 1.0).save(str(path))
    icon_pixmap(name, color, 16, 2.0).save(str(path.with_name(f"{path.stem}@2x.png")))
    return path.as_posix()
