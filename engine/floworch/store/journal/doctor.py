"""What is wrong with a store, found by reading every byte of every journal. Nothing is changed."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from floworch.errors import CorruptJournal, store_of
from floworch.run.events import EventKind
from floworch.store.ids import RUN_ID
from floworch.store.journal.check_artifacts import check_artifacts
from floworch.store.journal.check_index import check_index, listed
from floworch.store.journal.files import Files
from floworch.store.journal.findings import Finding
from floworch.store.journal.lock import owner_of
from floworch.store.journal.reader import NeverBegun, Reader
from floworch.store.journal.segment import segments


def check(store_dir: Path | str) -> list[Finding]:
    """Read a whole store and report; an empty list means that all is well.

    Args:
        store_dir: The store's directory. One that does not exist is a finding, not an error.
    """
    root = Path(store_dir)
    runs = root / "runs"
    if not root.is_dir():
        return [Finding("error", "no-store", None, str(root), f"There is no store at {root}.", "Check the path.")]
    findings = list(_check_modes(root))
    try:
        names = sorted(path.name for path in runs.iterdir()) if runs.exists() else []
    except OSError as error:
        message = f"{runs} cannot be read: {error.strerror}."
        return [*findings, Finding("error", "unreadable", None, str(runs), message, "Check its permissions.")]
    for name in names:
        findings += _check_run(runs / name, name)
    return [*findings, *check_artifacts(root), *check_index(root)]


def _check_modes(root: Path) -> Iterator[Finding]:
    """The store must be its owner's alone (C13)."""
    if sys.platform == "win32":
        return
    for path in (root, root / "runs", root / "index.sqlite"):
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
        except OSError:
            continue
        if mode & 0o077:
            wanted = "700" if path.is_dir() else "600"
            message = f"{path} can be read by other users (mode {mode:04o})."
            yield Finding("warning", "open-mode", None, str(path), message, f"Run 'chmod {wanted} {path}'.")


def _check_run(directory: Path, name: str) -> Iterator[Finding]:
    if name.startswith(".deleted-"):
        message = f"{directory} is left over from a run that was being deleted."
        yield Finding("info", "half-deleted", None, str(directory), message, "It can be removed.")
        return
    if RUN_ID.fullmatch(name) is None or not directory.is_dir():
        message = f"{directory} is no run."
        yield Finding("warning", "stranger", None, str(directory), message, "Move it out of the store.")
        return
    try:
        if not segments(directory):
            yield _without_journal(directory, name)
            return
        yield from _check_leftovers(directory, name)
        yield from _check_journal(directory, name)
    except OSError as error:
        message = f"Run '{name}' cannot be read: {error.strerror or error}."
        yield Finding("error", "unreadable", name, str(directory), message, "Check its permissions and the disk.")


def _way_out(directory: Path, name: str, events: int) -> str:
    """What to do about a damaged journal, with the command to do it."""
    where = f"{name} --store {store_of(directory / name)}"
    if not events:
        return (
            "Nothing of it can be read. Restore the file from a backup, or put the run aside with"
            f" 'floworch doctor --remove {where}'."
        )
    if _stands(directory, name):
        return (
            "The run is whole: a snapshot behind the damage holds its state, so that 'floworch show' and"
            " 'floworch resume' work. Only its history cannot be read: restore the file from a backup to have it again."
            f" 'floworch doctor --salvage {where}' would take the run back to its first {events} events."
        )
    return (
        f"The {events} events before it are intact. Restore the file from a backup, or keep those with"
        f" 'floworch doctor --salvage {where}'."
    )


def _stands(directory: Path, name: str) -> bool:
    """Whether the newest snapshot and all that follows it can be read: damage before it costs the history alone."""
    reader = Reader(directory, name)
    try:
        if reader.snapshot() is None:
            return False
        reader.rest()
    except CorruptJournal:
        return False
    return True


def _without_journal(directory: Path, name: str) -> Finding:
    """About a directory without a journal, or without its beginning: lost when the list of runs knows the run, else
    never completely created."""
    where = f"{name} --store {store_of(directory / name)}"
    hint = f"Put it aside with 'floworch doctor --remove {where}'"
    if name in listed(directory.parents[1]):
        message = f"The journal of run '{name}' is gone from {directory}."
        return Finding("error", "lost-journal", name, str(directory), message, f"Restore it from a backup. {hint}.")
    message = f"Run '{name}' was never completely created."
    return Finding("info", "no-journal", name, str(directory), message, f"{hint}, or create it again.")


def _check_leftovers(directory: Path, name: str) -> Iterator[Finding]:
    for path in sorted(directory.glob("*.torn*")):
        message = f"{path} is an unconfirmed tail that was put aside when run '{name}' was resumed."
        yield Finding("info", "torn-copy", name, str(path), message, "It can be removed.")
    for path in sorted(directory.glob("journal-*.new")):
        message = f"{path} is a segment that was never completely begun."
        yield Finding("info", "half-segment", name, str(path), message, "It is replaced when the run goes on.")


def _check_journal(directory: Path, name: str) -> Iterator[Finding]:
    reader = Reader(directory, name, Files())
    try:
        header = reader.header()
        nodes = len(header.node_ids)
        for event in reader.events():
            if not -1 <= event.node < nodes:
                message = f"Event {event.seq} of run '{name}' is about node {event.node}; there are {nodes}."
                path = reader.path(reader.cursor.segment)
                yield Finding("error", "strange-event", name, str(path), message, "Report this as a bug.",
                              reader.cursor.offset, event.seq)  # fmt: skip
                return
            if event.kind == EventKind.RUN_MIGRATED:
                nodes = len((event.payload or {}).get("nodes", ()))
    except NeverBegun:
        yield _without_journal(directory, name)
        return
    except CorruptJournal as damage:
        seq = reader.cursor.seq
        yield Finding(
            "error",
            "corrupt",
            name,
            damage.file,
            damage.message,
            _way_out(directory, name, seq),
            damage.offset,
            seq,
        )
        return
    if reader.torn is not None and owner_of(directory / "lock") is None:
        torn = reader.torn
        message = (
            f"The journal of run '{name}' ends in an unconfirmed tail at byte {torn.offset} of {torn.path}:"
            f" expected {torn.expected}, found {torn.found}."
        )
        hint = "Nothing confirmed is lost; 'floworch resume' puts it aside."
        yield Finding("warning", "torn-tail", name, str(torn.path), message, hint, torn.offset, reader.cursor.seq)
