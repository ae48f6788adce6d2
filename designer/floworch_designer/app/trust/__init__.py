"""Restricted mode: what a definition would do, and the agreement of a person to it."""

from __future__ import annotations
