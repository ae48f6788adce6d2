"""Definitions on the disk: open, save, recover, import and export; the gallery."""

from __future__ import annotations
