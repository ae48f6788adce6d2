"""Texts that are no Unicode made into texts that are, where they are only told to people (C6.2)."""

from __future__ import annotations


def unicode_text(text: str) -> str:
    r"""The text with every lone surrogate written as its escape, ``\udc80``: what a journal can keep."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")
