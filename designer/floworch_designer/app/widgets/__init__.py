"""What several parts of the window are made of: questions, strips, lists to search."""

from __future__ import annotations
