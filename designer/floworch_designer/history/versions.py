"""Versions of one definition: its file, work that was kept, commits, and what runs used. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from floworch.store.protocol import RunHeader
from floworch_designer.settings.words import counted, mark

Kind = Literal["saved", "kept", "commit", "run"]
#: Titles of the sections, in their order.
SECTIONS: dict[Kind, str] = {
    "saved": mark("File"),
    "kept": mark("Unsaved work that was kept"),
    "commit": mark("Git commits"),
    "run": mark("Used by runs"),
}


@dataclass(frozen=True, slots=True)
class Version:
    """One version that can be looked at.

    Attributes:
        kind: Where it is kept.
        key: How it is found there: a path, the hash of a commit, the id of a run.
        title: What a person calls it.
        detail: What else is known of it, in words.
        at: When it was, epoch seconds.
    """

    kind: Kind
    key: str
    title: str
    detail: str = ""
    at: float | None = None


def of_runs(headers: Iterable[RunHeader]) -> list[Version]:
    """The definitions that runs used, each once, named by its latest run; ``headers`` are newest first."""
    found: dict[str, list[RunHeader]] = {}
    for header in headers:
        found.setdefault(header.definition_hash, []).append(header)
    return [
        Version(
            "run",
            runs[0].run_id,
            runs[0].run_id,
            counted(len(runs), "1 run", "{n} runs, this the latest"),
            runs[0].created_at,
        )
        for runs in found.values()
    ]
