"""The document: a frozen workflow with undo, selection, clipboard, problems and automatic layout."""

from __future__ import annotations

from floworch_designer.document.changes import ChangeSet, diff
from floworch_designer.document.clipboard import Fragment
from floworch_designer.document.document import Document
from floworch_designer.document.positions import positions
from floworch_designer.document.selection import Selection

__all__ = ["ChangeSet", "Document", "Fragment", "Selection", "diff", "positions"]
