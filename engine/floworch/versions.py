"""The version of this product, in one place for code that runs without being installed."""

from __future__ import annotations

VERSION = "0.1.0"
