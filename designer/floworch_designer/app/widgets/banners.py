"""Strips above the canvas that tell or ask something without stopping anything."""

from __future__ import annotations

import re
import weakref
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from floworch_designer.app.widgets.marked import marked, unmarked
from floworch_designer.settings.words import local_number, tr
from floworch_designer.theme.elided import ElidedLabel, plain
from floworch_designer.theme.theme import Theme

_ICONS = {
    "info": ("info", "accent"),
    "warning": ("warning", "retrying"),
    "error": ("error", "failed"),
    "waiting": ("status-hand", "waiting"),
}


#: Letters of a word from which on it may be broken, of a text that are shown, and of one that a tool tip has.
_WORD, _SHOWN, _MOST = 24, 600, 4000
#: Width that is left for icon, words and the button that closes a strip beside its other buttons, px: at least, at
#: most, and what of it is beside the title.
_LEAST, _ROOM, _BESIDE = 300, 560, 100
#: Width beside buttons that are below the words: icon and margins, px.
_GLYPH = 70
#: Milliseconds for which a strip that somebody is led to stands out.
CALLED = 1500
#: Between two buttons, px.
_SPACING = 10


def _fitting(text: str) -> str:
    """A text that never widens the window, nor fills it: long words may be broken, and much text is cut."""
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN].rstrip()} …"
    return re.sub(rf"\S{{{_WORD}}}(?=\S)", lambda found: f"{found[0]}\u200b", shown)


class Banner(QFrame):
    """One strip: icon, bold title, text, an optional line to type in, and buttons."""

    _below: bool | None = None

    def __init__(
        self,
        theme: Theme,
        level: str,
        title: str,
        text: str,
        buttons: Sequence[tuple[str, Callable[[], object]]] = (),
        ask: str = "",
        close: Callable[[], object] | None = None,
    ) -> None:
        super().__init__()
        self.setProperty("role", "banner")
        self.setProperty("level", level)
        self.level = level
        icon, token = _ICONS[level]
        glyph = QLabel()
        theme.dress(glyph, icon, token, 18)
        self.title = ElidedLabel()
        self.title.setProperty("role", "heading")
        self.text = QLabel(_fitting(text))
        self.text.setTextFormat(Qt.TextFormat.PlainText)  # the words of a failing node are never read as markup
        self.text.setToolTip(plain(text[:_MOST]) if self.text.text() != text else "")
        self.text.setWordWrap(True)
        if not text:
            self.text.hide()  # never shown here: it has no parent yet, and would be a window for a moment
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(14, 9, 10, 9)
        self._grid.setHorizontalSpacing(10)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(glyph, 0, 0)
        words = QVBoxLayout()
        self._grid.addLayout(words, 0, 1)
        words.setSpacing(1)
        words.addWidget(self.title)
        words.addWidget(self.text)
        self._tail = QWidget()
        self._rows = QVBoxLayout(self._tail)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(8)
        self.line = _answer(title, ask)
        self.buttons: dict[str, QPushButton] = {}
        self._add_buttons(theme, buttons, close)
        self._parts: list[QWidget] = [*([self.line] if ask else []), *self.buttons.values()]
        self._lines: list[list[QWidget]] = []
        self._break([self._parts])
        if not self._parts:
            self._tail.hide()
        self._place(below=False)
        self._words = text
        self.say(title)

    @property
    def typing(self) -> bool:
        """Whether something was typed in the strip, or is about to be."""
        return self.line.hasFocus() or bool(self.line.text())

    @property
    def called(self) -> bool:
        """Whether the strip stands out for a moment."""
        return bool(self.property("called"))

    def call(self) -> None:
        """Stand out for a moment."""
        self._stand_out(True)
        QTimer.singleShot(CALLED, self, self._on_calm)

    def _on_calm(self) -> None:
        self._stand_out(False)

    def _stand_out(self, on: bool) -> None:
        self.setProperty("called", on)
        self.style().unpolish(self)
        self.style().polish(self)

    def say(self, title: str) -> None:
        """Give the strip another title; what is being typed in it stays."""
        self.title.setText(title)
        self.setAccessibleName(f"{title}{'' if title.endswith(('.', '!', '?')) else '.'} {self._words}".rstrip())

    def mark(self, text: str) -> None:
        """Show another text, which is Markdown; see ``marked`` for what is read of it."""
        self._words = unmarked(text)
        self.text.setTextFormat(Qt.TextFormat.MarkdownText)
        self.text.setText(marked(_fitting(text)))
        self.text.setToolTip(plain(self._words[:_MOST]) if len(text) > _SHOWN else "")
        self.text.setVisible(bool(text))
        self.say(self.title.text())

    def _add_buttons(
        self,
        theme: Theme,
        buttons: Sequence[tuple[str, Callable[[], object]]],
        close: Callable[[], object] | None,
    ) -> None:
        for number, (words_, slot) in enumerate(buttons):
            button = QPushButton(tr(words_))
            if number == 0:
                button.setProperty("kind", "primary")
            button.clicked.connect(lambda _checked=False, slot=slot: slot())
            self.buttons[words_] = button
        if close is not None:
            self.close_button = QToolButton()
            self.close_button.setProperty("role", "row")
            self.close_button.setIcon(theme.icon("close", "text_secondary", 14))
            self.close_button.setToolTip(tr("Dismiss"))
            self.close_button.setAccessibleName(tr("Dismiss"))
            self.close_button.clicked.connect(lambda _checked=False: close())
            self._grid.addWidget(self.close_button, 0, 3)

    def minimumSizeHint(self) -> QSize:
        """As narrow as its widest button: a strip fits itself into the window, and never widens it."""
        widest = max((_wide(part) for part in self._parts if not part.isHidden()), default=0)
        return QSize(min(super().minimumSizeHint().width(), widest + _GLYPH), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the new width."""
        super().resizeEvent(event)
        self.fit(self.width())

    def fit(self, width: int) -> None:
        """Leave the words enough room to be read: what is beside them goes below them in a narrow window."""
        shown = [part for part in self._parts if not part.isHidden()]
        for part in shown:
            part.ensurePolished()  # a button that nobody has seen yet does not know how wide its style makes it
        lines: list[list[QWidget]] = []
        left = 0
        for part in shown:
            wide = _wide(part)
            if lines and wide <= left:
                lines[-1].append(part)
            else:
                lines.append([part])
                left = width - _GLYPH
            left -= wide + _SPACING
        self._break(lines)
        wide = sum(map(_wide, shown)) + _SPACING * (len(shown) - 1) if shown else 0
        room = max(_LEAST, min(self.title.sizeHint().width() + _BESIDE, _ROOM))
        self._place(below=wide > 0 and width < wide + room)

    def _break(self, lines: list[list[QWidget]]) -> None:
        """Put what is beside the words into these lines."""
        if lines == self._lines:
            return
        self._lines = lines
        while (item := self._rows.takeAt(0)) is not None:
            if (row := item.layout()) is not None:
                row.deleteLater()
        for line in lines:
            row = QHBoxLayout()
            # Before there is anything in it: PySide would remember each item, also after the row has gone, and crash
            # once an icon or a row of a tree that took the address of one ends.
            self._rows.addLayout(row)
            row.setSpacing(_SPACING)
            for part in line:
                row.addWidget(part)
            if len(lines) > 1:
                row.addStretch(1)

    def _place(self, below: bool) -> None:
        if below is not self._below:
            self._below = below
            self._grid.removeWidget(self._tail)
            place = (1, 1, 1, 3) if below else (0, 2, 1, 1)
            self._grid.addWidget(self._tail, *place, Qt.AlignmentFlag.AlignLeft if below else Qt.AlignmentFlag(0))
            self._grid.setVerticalSpacing(8 if below else 0)


def _answer(title: str, ask: str) -> QLineEdit:
    line = QLineEdit()
    line.setPlaceholderText(ask)
    line.setAccessibleName(title)
    line.setFixedWidth(200)  # the placeholder is never cut
    line.setVisible(bool(ask))
    return line


def _wide(part: QWidget) -> int:
    return max(part.sizeHint().width(), part.minimumWidth())


#: Levels of strips, the most urgent first.
URGENCY = ("error", "waiting", "warning", "info")
#: Share of the height of strips and canvas together that strips take unless somebody asks for all of them.
SHARE = 1 / 3
#: Margins at the sides and above, and space between strips, px.
_SIDE, _ABOVE, _SPACE = 10, 8, 6


class Banners(QWidget):
    """The strips by key; showing one again replaces it.

    A strip belongs to a scope, which is one tab: its strips are seen while it is in front.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._all: dict[tuple[object, str], Banner] = {}
        self._front: object = None
        self._gone: weakref.WeakSet[Any] = weakref.WeakSet()
        self._watched: QWidget | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(_SIDE, _ABOVE, _SIDE, 0)
        self._layout.setSpacing(_SPACE)
        #: Shows the strips for which there is no room, or puts them away again.
        self.more = QPushButton()
        self.more.setProperty("kind", "quiet")
        self.more.setCheckable(True)
        self.more.toggled.connect(lambda _checked: self._refresh())
        self._layout.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self._watch()
        self.hide()

    @property
    def shown(self) -> dict[str, Banner]:
        """The strips that can be seen, by key; also those that :attr:`more` has to be pressed for."""
        return self.of(self._front)

    def of(self, scope: object) -> dict[str, Banner]:
        """The strips of a scope, by key."""
        return {key: banner for (owner, key), banner in self._all.items() if owner is scope}

    def turn(self, scope: object) -> None:
        """Show the strips of another tab."""
        self._front = scope
        self._refresh()

    def drop(self, scope: object) -> None:
        """Take away all strips of a tab for good: what is told in it later is told to nobody, and keeps nothing."""
        self._gone.add(scope)
        for owner, key in list(self._all):
            if owner is scope:
                self.remove(key, scope)

    def show_banner(
        self,
        key: str,
        level: str,
        title: str,
        text: str = "",
        buttons: Sequence[tuple[str, Callable[[], object]]] = (),
        ask: str = "",
        closable: bool = True,
        on_close: Callable[[], object] | None = None,
        scope: object = None,
    ) -> Banner:
        """Show a strip of a level (``info warning error waiting``) under a key, by default in the tab in front.

        Of a tab that was dropped the strip is returned, and seen nowhere.
        """
        scope = scope or self._front

        def close() -> None:
            self.remove(key, next(owner for (owner, _key), shown in self._all.items() if shown is banner))
            if on_close is not None:
                on_close()

        banner = Banner(self._theme, level, title, text, buttons, ask, close if closable else None)
        if scope in self._gone:
            return banner
        self.remove(key, scope)
        self._all[scope, key] = banner
        self._layout.insertWidget(self._layout.count() - 1, banner)
        self._refresh()
        return banner

    def remove(self, key: str, scope: object = None) -> None:
        """Take a strip away, by default of the tab in front; nothing happens when there is none."""
        scope = scope or self._front
        banner = self._all.pop((scope, key), None)
        if banner is not None:
            self._layout.removeWidget(banner)
            banner.hide()
            banner.deleteLater()
        self._refresh()

    def call(self, key: str) -> None:
        """Lead the eye to a strip of the tab in front, also to one for which there was no room."""
        banner = self.shown.get(key)
        if banner is not None:
            if banner.isHidden():
                self.more.setChecked(True)
            banner.call()

    def rehome(self, key: str, scope: object, to: object) -> None:
        """Let a strip stand in another scope, as it is."""
        self._all[to, key] = self._all.pop((scope, key))
        self._refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Ask another parent how much room there is."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ParentChange:
            self._watch()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """There is other room for strips and canvas."""
        if event.type() == QEvent.Type.Resize and watched is self._watched:
            self._refresh()
        return False

    def _watch(self) -> None:
        if self._watched is not None:
            self._watched.removeEventFilter(self)
        self._watched = self.parentWidget()
        if self._watched is not None:
            self._watched.installEventFilter(self)

    def _refresh(self) -> None:
        mine = list(self.shown.values())
        width = (self._watched or self).width() - 2 * _SIDE
        for banner in mine:
            banner.fit(width)  # without the way there: nothing jumps
        first = self._urgent(mine, width)
        hidden = len(mine) - len(first)
        seen = mine if self.more.isChecked() else first
        for banner in self._all.values():
            banner.setVisible(banner in seen)
        self._tell_more(hidden)
        self.setVisible(bool(mine))

    def _urgent(self, mine: list[Banner], width: int) -> list[Banner]:
        """The most urgent strips that fit, at least one; the one that is typed in is the most urgent."""
        if self._watched is None:
            return mine
        ranked = sorted(mine, key=lambda banner: (not banner.typing, URGENCY.index(banner.level)))
        room = self._watched.height() * SHARE - _ABOVE
        heights = [_height(banner, width) + _SPACE for banner in ranked]
        if sum(heights) - _SPACE <= room:
            return mine
        room -= self.more.sizeHint().height()
        count = 1
        while count < len(ranked) and sum(heights[: count + 1]) <= room:
            count += 1
        return ranked[:count]

    def _tell_more(self, hidden: int) -> None:
        if not hidden:  # nothing is written on a button that is not seen, at every change of a run
            self.more.setChecked(False)
            self.more.hide()
            return
        if self.more.isChecked():
            self.more.setText(tr("Show fewer"))
            self.more.setAccessibleName(tr("Show only the most urgent messages"))
        else:
            count = local_number(f"{hidden:,}")
            self.more.setText(tr("{count} more", count=count))
            self.more.setAccessibleName(tr("{count} more messages above the canvas", count=count))
        self.more.setIcon(self._theme.icon("chevron-up" if self.more.isChecked() else "chevron-down", "accent", 12))
        self.more.setToolTip(self.more.accessibleName())
        self.more.show()


def _height(banner: Banner, width: int) -> int:
    layout = banner.layout()
    if layout is not None and layout.hasHeightForWidth():
        return layout.totalHeightForWidth(width)
    return banner.sizeHint().height()
