"""Handlers of the actions that edit a definition."""

from __future__ import annotations
