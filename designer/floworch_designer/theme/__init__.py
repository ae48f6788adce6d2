"""Look of the window: tokens, fonts, icons, status looks and the style sheet."""

from __future__ import annotations

from floworch_designer.theme.fonts import mono_font, ui_font
from floworch_designer.theme.icons import icon, icon_names, icon_pixmap
from floworch_designer.theme.statuses import StatusLook, look
from floworch_designer.theme.theme import Theme

__all__ = ["StatusLook", "Theme", "icon", "icon_names", "icon_pixmap", "look", "mono_font", "ui_font"]
