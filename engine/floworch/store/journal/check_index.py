"""Whether the list of runs is what the journals say. It is derived: whatever is found needs nothing to be done."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from floworch.store.ids import RUN_ID
from floworch.store.journal.findings import Finding
from floworch.store.journal.index import VERSION
from floworch.store.journal.segment import segments

_HINT = "Nothing is lost: it is made again from the journals when runs are listed."


def check_index(root: Path) -> Iterator[Finding]:
    """At most one finding about ``index.sqlite``: missing, damaged, of another version, or behind the journals.

    Args:
        root: The store's directory.
    """
    path = root / "index.sqlite"
    names = _runs(root / "runs")
    if not path.exists():
        if names:
            yield Finding("info", "index-missing", None, str(path), f"The list of runs {path} is missing.", _HINT)
        return
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            (verdict,) = db.execute("PRAGMA quick_check(1)").fetchone()
            (version,) = db.execute("PRAGMA user_version").fetchone()
            named = {run_id for (run_id,) in db.execute("SELECT run_id FROM runs")} if version == VERSION else set()
    except sqlite3.Error as error:
        verdict, version, named = str(error), VERSION, set()
    if verdict != "ok":
        message = f"The list of runs {path} is damaged: {verdict}."
        yield Finding("warning", "index-damaged", None, str(path), message, _HINT)
    elif version != VERSION:
        message = f"The list of runs {path} is of version {version}, not {VERSION}."
        yield Finding("info", "index-version", None, str(path), message, _HINT)
    elif named != names:
        message = f"The list of runs {path} is behind: {len(named ^ names)} runs are new or gone."
        yield Finding("info", "index-stale", None, str(path), message, _HINT)


def listed(root: Path) -> set[str]:
    """Ids of the runs that ``index.sqlite`` names, without bringing it up to date; empty when it cannot be read."""
    path = root / "index.sqlite"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            return {run_id for (run_id,) in db.execute("SELECT run_id FROM runs")}
    except sqlite3.Error:
        return set()


def _runs(directory: Path) -> set[str]:
    """Names of runs that have a journal."""
    found = set()
    try:
        for path in directory.iterdir():
            if RUN_ID.fullmatch(path.name) and path.is_dir() and segments(path):
                found.add(path.name)
    except OSError:
        pass  # told elsewhere
    return found
