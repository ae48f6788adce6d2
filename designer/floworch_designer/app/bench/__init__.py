"""The designer measured against its bars."""

from __future__ import annotations
