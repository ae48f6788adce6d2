"""What is wrong with a store's artifacts, found by reading every one. Nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from floworch.errors import CorruptArtifact
from floworch.store.journal.artifacts import ArtifactFiles, marked_runs, sized_references
from floworch.store.journal.files import Files
from floworch.store.journal.findings import Finding


def check_artifacts(root: Path) -> Iterator[Finding]:
    """Missing, damaged and unreferenced artifacts, and what crashes left behind.

    Args:
        root: The store's directory.
    """
    files = Files()
    kept = ArtifactFiles(root / "artifacts", files)
    there = dict(kept.names())
    judged: dict[str, CorruptArtifact | None] = {}
    for run in sorted(marked_runs(root / "runs")):
        try:
            needed = sized_references(run, files)
        except OSError:
            continue  # told with the run
        for digest, size in sorted(needed.items()):
            there.pop(digest, None)
            if digest not in judged:
                judged[digest] = _judge(kept, digest, size)
            if (damage := judged[digest]) is not None:
                message = f"Run '{run.name}' needs an artifact that is damaged or missing. {damage.message}"
                hint = "Restore the file from a backup if there is one; the run's other values are intact."
                yield Finding("error", "artifact", run.name, damage.file, message, hint)
    for path in kept.leftovers():
        yield Finding("info", "half-artifact", None, str(path), f"{path} was never completely written.", _PRUNE)
    for path in there.values():
        yield Finding("info", "unreferenced", None, str(path), f"No run refers to the artifact {path}.", _PRUNE)


_PRUNE = "'floworch prune' removes it."


def _judge(kept: ArtifactFiles, digest: str, size: int) -> CorruptArtifact | None:
    path = kept.file(digest)
    try:
        if kept.read(digest, size) is None:
            return CorruptArtifact(digest, path, "its file", "none")
    except CorruptArtifact as damage:
        return damage
    except OSError as error:
        return CorruptArtifact(digest, path, "a readable file", error.strerror or str(error))
    return None
