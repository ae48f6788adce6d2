"""The closest known name, for "did you mean"."""

from __future__ import annotations

from collections.abc import Iterable


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known name most like ``word``, or None when nothing is close."""
    from difflib import get_close_matches

    names = list(known)
    lowered = {name.lower(): name for name in reversed(names)}
    if word.lower() in lowered:
        return lowered[word.lower()]
    for name in names:
        if name.rpartition(".")[2] == word:
            return name
    found = get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
    return lowered[found[0]] if found else None


#: Words that people write for the same thing; which of them an action has is in its schema.
_MEANINGS = (
    ("every", "interval", "cron", "schedule", "period", "frequency"),
    ("url", "address", "uri", "link", "endpoint"),
    ("method", "verb"),
    ("items", "rows", "records", "list", "entries"),
    ("path", "file", "filename", "folder", "directory"),
    ("for", "duration", "delay", "seconds", "sleep"),
    ("message", "text", "msg"),
    ("condition", "if", "when", "test"),
    ("command", "cmd", "program"),
    ("content", "contents", "body", "payload"),
    ("code", "script", "source"),
    ("connection", "db", "database", "dsn"),
    ("sql", "query", "statement"),
)


def meant(word: str, known: Iterable[str]) -> str | None:
    """Return the one known name that means what ``word`` does, however it is written; None for none or several."""
    names = set(known)
    found = {name for group in _MEANINGS if word.lower() in group for name in group if name in names}
    return found.pop() if len(found) == 1 and word not in names else None


def did_you_mean(word: str, known: Iterable[str], noun: str = "Known names") -> str:
    """Return a sentence of help for an unknown name: the closest one, else the (first twelve) known ones, else ''."""
    names = list(known)
    best = closest(word, names)
    if best is not None:
        return f"Did you mean '{best}'?"
    if not names:
        return ""
    shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    return f"{noun}: {shown}."


def one_of(word: str, known: Iterable[str]) -> str:
    """Return a sentence of help for a word that is none of a few: the closest, if there is one, and all of them."""
    names = list(known)
    best = closest(word, names)
    guess = f"Did you mean '{best}'? " if best is not None else ""
    return f"{guess}Choose one of {', '.join(names)}."
