"""This designer and other node editors, each measured in a process of its own by the same steps."""

from __future__ import annotations
