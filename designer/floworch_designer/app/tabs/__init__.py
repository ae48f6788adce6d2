"""The tabs of a window, and what stands in one."""

from __future__ import annotations
