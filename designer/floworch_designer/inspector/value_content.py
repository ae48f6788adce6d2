"""What of a value is shown in which form, and how a large one gets from its file to the screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import Any, Protocol

from PySide6.QtGui import QImage

from floworch.artifact import Artifact
from floworch.errors import CorruptArtifact
from floworch_designer.inspector.table_file import TableFile, table_file_in
from floworch_designer.inspector.value_kinds import MOST_PICTURE, html_in, picture_in, tables_in
from floworch_designer.inspector.value_parts import AllRows, HtmlParts, KeptRows, KeptText, TextParts
from floworch_designer.inspector.value_picture import decoded
from floworch_designer.settings.words import tr

#: Bytes of a large value that are looked through for a picture: looking through all of them would hold the window up.
_HEAD = 256 * 1024


class _Text(Protocol):
    total: int

    def part(self, number: int) -> str: ...
    def follows(self, number: int) -> bool: ...


class _Paged(Protocol):
    def follows(self, number: int) -> bool: ...
    def where(self, number: int) -> str: ...


class TextPages:
    """The parts of a text, and where one of them is."""

    def __init__(self, text: _Text) -> None:
        self._text = text
        self.part, self.follows = text.part, text.follows

    def where(self, number: int) -> str:
        """Where a part is among the others."""
        if self._text.total:
            return tr("Part {n:,} of {all:,}", n=number + 1, all=self._text.total)
        return tr("Part {n:,}", n=number + 1)


class RowPages:
    """The parts of a list, and where one of them is."""

    def __init__(self, rows: AllRows | KeptRows | TableFile) -> None:
        self._rows = rows
        self.part, self.follows, self.first = rows.part, rows.follows, rows.first

    def where(self, number: int) -> str:
        """The numbers of the rows, as expressions count them."""
        first = self._rows.first(number)
        if isinstance(self._rows, TableFile) and not self._rows.opened:
            return ""
        return tr("Rows {first:,} to {last:,}", first=first, last=first + max(0, len(self._rows.part(number)) - 1))


class Content:
    """A value by the forms in which it can be shown.

    Attributes:
        tables: The lists that a table can show, by their fields; the first is shown unless another is chosen.
    """

    def __init__(
        self,
        text: _Text,
        rows: AllRows | KeptRows | TableFile | None,
        picture: bytes | None,
        html: str | None,
        plain: bool,
    ) -> None:
        self.text = TextPages(text)
        self.rows = RowPages(rows) if rows is not None else None
        self.file = rows if isinstance(rows, TableFile) else None
        self.picture = picture
        self.html = TextPages(HtmlParts(html)) if html is not None else None
        self.drawn: tuple[QImage, str] | None = None
        self.tables: dict[str, Sequence[Any]] = {}
        self._plain = plain

    def choose(self, table: str) -> None:
        """Show another one of its lists as the table. Raises KeyError where it has none of that name."""
        self.rows = RowPages(AllRows(self.tables[table]))

    @property
    def forms(self) -> frozenset[str]:
        """The forms that fit the value; a tree and text fit every one."""
        more = {"table": self.rows, "picture": self.picture, "page": self.html}
        return frozenset({"tree", "text"} | {form for form, part in more.items() if part is not None})

    @property
    def best(self) -> str:
        """The form to begin with."""
        if self.picture is not None:
            return "picture"
        return "text" if self._plain else "tree"

    def parts(self, form: str) -> _Paged | None:
        """What a form is shown in parts of; None for one that is shown at once."""
        return {"text": self.text, "table": self.rows, "page": self.html}.get(form)

    def waits(self, form: str) -> bool:
        """Whether something has to be read or decoded before this form can be shown; ``prepare`` does it."""
        if form == "picture":
            return self.picture is not None and self.drawn is None
        return form == "table" and self.file is not None and not self.file.opened

    def prepare(self) -> Content:
        """Decode the picture, or look at the file of the table; may take long, on any thread."""
        if self.picture is not None:
            self.drawn = decoded(self.picture)
        if self.file is not None and not self.file.opened:
            self.file.open()
        return self

    def told(self, form: str) -> str:
        """What is said below a form: what picture it is, or why it cannot be shown."""
        if form == "picture" and self.drawn is not None:
            return self.drawn[1]
        return self.file.problem if form == "table" and self.file is not None else ""

    def broken(self, form: str) -> bool:
        """Whether what claims to be a picture is none, or the file of a table cannot be read."""
        if form == "picture":
            return self.drawn is not None and self.drawn[0].isNull()
        return bool(self.told(form))


def content_of(value: Any) -> Content:
    """What a value at hand can be shown as."""
    tables = tables_in(value)
    plain = isinstance(value, str) and "\n" in value[:10_000]
    rows = AllRows(next(iter(tables.values()))) if tables else table_file_in(value)
    content = Content(TextParts(value), rows, picture_in(value), html_in(value), plain)
    content.tables = tables
    return content


def reading(kept: Artifact) -> Callable[[], Content]:
    """How a large value is read: its file, and what is in it; or why it cannot be."""

    def read() -> Content:
        try:
            content = kept.read()
        except CorruptArtifact as error:
            return Content(TextParts(error.message), None, None, None, True)
        rows, text = KeptRows(content), KeptText(content)
        found = Content(text, rows if rows.found else None, _picture(content), html_in(text.part(0)), True)
        return found.prepare()

    return read


def read_later(work: Callable[[], Content]) -> Future[Content]:
    """Do it on the thread that reads for every view."""
    return _threads().submit(work)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "floworch-read")


def _picture(content: bytes) -> bytes | None:
    """A picture in a large value, which is decoded as a whole only where it holds bytes."""
    holds = b'"$type":"bytes"' in content[:_HEAD] or content[:12] == b'"data:image/'
    return picture_in(Artifact.decode(content)) if holds and len(content) <= 2 * MOST_PICTURE else None
