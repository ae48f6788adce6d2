"""Settings, and the pages for connections and secrets."""

from __future__ import annotations
