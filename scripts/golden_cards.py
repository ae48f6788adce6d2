"""Draw the golden pictures of the designer's cards again; look at each before keeping it.

Usage: ``python scripts/golden_cards.py``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "helpers"))

from card_sheets import FOLDER, SCALES, THEMES, path_of, sheet  # type: ignore[import-not-found]
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from floworch_designer.theme import Theme


def small(image: QImage) -> QImage:
    """The picture with 32 steps of each colour, which is far below the tolerance and less than half of the bytes."""
    steps = bytes(min(255, value // 8 * 8 + 4) for value in range(256))
    data = bytes(image.constBits()).translate(steps)
    made = QImage(data, image.width(), image.height(), image.bytesPerLine(), QImage.Format.Format_RGB32)
    return made.convertToFormat(QImage.Format.Format_RGB888)


def main() -> int:
    """Write one sheet for every theme and scale."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    Theme("dark").apply(app)
    FOLDER.mkdir(exist_ok=True)
    for theme in THEMES:
        for scale in SCALES:
            small(sheet(theme, scale)).save(str(path_of(theme, scale)), "PNG", 0)  # type: ignore[call-overload]
            print(path_of(theme, scale))
    return 0


if __name__ == "__main__":
    sys.exit(main())
