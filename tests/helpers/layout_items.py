"""What PySide knows of the items of layouts, and goes on knowing after Qt has deleted them.

Something else that takes the address of such an item, an icon's engine or a row of a tree, ends the process when it
ends: PySide then uses what it has just let go.
"""

from __future__ import annotations

from PySide6.QtWidgets import QLayout, QLayoutItem
from shiboken6 import Shiboken


def known_items() -> list[QLayoutItem]:
    """The items of layouts, layouts themselves left out, for which there is an object of Python."""
    return [each for each in Shiboken.getAllValidWrappers()
            if isinstance(each, QLayoutItem) and not isinstance(each, QLayout)]  # fmt: skip
