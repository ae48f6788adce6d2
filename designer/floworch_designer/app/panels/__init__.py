"""The panels around the canvas, and where they are docked."""

from __future__ import annotations
