"""Markdown that a workflow asks a person with: bold words, lists and links to read, and nothing that does anything."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtGui import QTextDocument

#: A heading would be larger than the title above it; a picture would be looked for on this machine.
_HEADING: Final = re.compile(r"^ {0,3}#{1,6}[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
_PICTURE: Final = re.compile(r"!(?=\[)")
#: What a label would still read as HTML of what stood there as words.
_TAG: Final = re.compile(r"(?<!\\)<(?=[a-zA-Z/!?])")
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>#+!|~-])")


def marked(text: str) -> str:
    """The Markdown of a question as a label may show it: without markup of HTML, pictures and headings."""
    return _TAG.sub(r"\\<", _document(_HEADING.sub(r"**\1**", text)).toMarkdown().strip())


def unmarked(text: str) -> str:
    """Its words alone, for what shows plain text: a notification, a screen reader."""
    return _document(text).toPlainText().strip()


def literal(text: str) -> str:
    """Plain words as Markdown that says just these."""
    return _SPECIAL.sub(r"\\\1", text)


def _document(text: str) -> QTextDocument:
    document = QTextDocument()
    document.setMarkdown(_PICTURE.sub("", text), QTextDocument.MarkdownFeature.MarkdownNoHTML)
    return document
