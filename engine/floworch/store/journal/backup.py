"""Copying a store while runs go on: every copied run is one that could have been found after a crash (section 6)."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from floworch.errors import StoreError
from floworch.store.journal.artifacts import MARK, ArtifactFiles, references
from floworch.store.journal.files import Files
from floworch.store.journal.kind import MARKER
from floworch.store.journal.place import StorePlace
from floworch.store.journal.salvage import copy_file
from floworch.store.journal.segment import segments


@dataclass(frozen=True, slots=True)
class Copied:
    """What a backup did.

    Attributes:
        copied: Ids of runs that were copied now.
        same: Ids of runs whose copy was up to date.
    """

    copied: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)


def backup(root: Path | str, target: Path | str, run_ids: Iterable[str], files: Files | None = None) -> Copied:
    """Copy runs with their artifacts into another store directory, which is a store of its own afterwards.

    A run that is worked on is copied as far as it has come: its copy can be resumed as after a crash. Runs whose copy
    is up to date are left out. A run that is deleted meanwhile is left out, too.

    Args:
        root: The store's directory.
        target: The copy's directory; made when it is missing.
        run_ids: Which runs.
        files: The file layer; the operating system's when None.

    Raises:
        StoreError: The target is the store itself, or cannot be written.
    """
    source, copy, layer = StorePlace(Path(root)), StorePlace(Path(target)), files or Files()
    if source.path.absolute() == copy.path.absolute():
        raise StoreError(f"{copy.path} is the store itself.", "Choose another directory for the copy.")
    done = Copied()
    kept = ArtifactFiles(source.path / "artifacts", layer)
    try:
        for each in (copy.path, copy.runs):
            layer.make_directory(each)
        if (source.path / MARKER).exists() and not (copy.path / MARKER).exists():
            copy_file(source.path / MARKER, copy.path / MARKER, layer)
        for run_id in run_ids:
            if copy.stamp(run_id) == source.stamp(run_id):
                done.same.append(run_id)
                continue
            try:
                with kept.holding():  # no artifact is removed while its run is copied
                    _copy_run(source, copy, run_id, layer)
            except FileNotFoundError:
                if source.directory(run_id).exists():
                    raise
                continue
            done.copied.append(run_id)
    except OSError as error:
        raise copy.trouble(error) from error
    return done


def _copy_run(source: StorePlace, copy: StorePlace, run_id: str, files: Files) -> None:
    directory, target = source.directory(run_id), copy.directory(run_id)
    fresh = copy.runs / f".new-{run_id}"
    shutil.rmtree(fresh, ignore_errors=True)
    files.make_directory(fresh)
    for _number, path in segments(directory):  # in order, so that what is copied is a beginning of the journal
        copy_file(path, fresh / path.name, files)
    if (directory / MARK).exists():
        copy_file(directory / MARK, fresh / MARK, files)
        _copy_artifacts(source.path / "artifacts", copy.path / "artifacts", references(fresh, files), files)
    files.sync_directory(fresh)
    if target.exists():
        old = copy.runs / f".deleted-{run_id}-replaced"
        shutil.rmtree(old, ignore_errors=True)
        files.rename(target, old)
        files.rename(fresh, target)
        shutil.rmtree(old, ignore_errors=True)
    else:
        files.rename(fresh, target)
    files.sync_directory(copy.runs)


def _copy_artifacts(source: Path, target: Path, digests: Iterable[str], files: Files) -> None:
    held, kept = ArtifactFiles(source, files), ArtifactFiles(target, files)
    for digest in digests:
        to = kept.file(digest)
        if to.exists() or not held.file(digest).exists():
            continue
        files.make_directory(to.parent)
        part = to.with_suffix(".new")
        files.remove(part)
        copy_file(held.file(digest), part, files)
        files.rename(part, to)
        files.sync_directory(to.parent)
