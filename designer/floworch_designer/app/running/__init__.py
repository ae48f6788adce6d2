"""Runs from the window: start, pause, retry, answer, watch, look back and compare."""

from __future__ import annotations
