"""The designer of Flow Orchestrator: draw, run and watch workflows."""

from __future__ import annotations

# Before any Qt module: PySide6 reads the source of every module that is imported after it, and that runs into
# pydantic's lazy imports while they are half done (a circular import, depending on who comes first).
import pydantic.fields  # noqa: F401
