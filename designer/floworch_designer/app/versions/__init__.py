"""Versions of a definition: of the file, of its git history and of the runs, shown and compared."""

from __future__ import annotations
