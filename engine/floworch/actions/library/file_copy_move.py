"""``file.copy_move``: copy or move files and folders."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Annotated, Literal, TypedDict

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.file_copying import Meter, copy_file, same_content
from floworch.actions.library.file_errors import file_error, stop_if_cancelled
from floworch.actions.library.file_names import shown
from floworch.actions.library.file_place import link_new, make_folder, sync_folder
from floworch.actions.library.file_plan import Job, plan
from floworch.actions.library.move_notes import read_note, write_note
from floworch.actions.widgets import widget
from floworch.errors import ActionError, ErrorKind

Exists = Literal["error", "replace", "skip", "rename"]
Done = Literal["copied", "moved", "unchanged", "skipped"]


class PlacedFile(TypedDict):
    """One file or link: where it came from, where it is, its size, and what was done."""

    source: str
    target: str
    bytes: int
    action: Done


class Placed(TypedDict):
    """Every file and link in the order they were done, how many they are, and the bytes copied or moved."""

    files: list[PlacedFile]
    count: int
    bytes: int


@action(
    "file.copy_move",
    title="Copy or move files",
    category="files",
    icon="copy",
    subtitle="source",
    effect="idempotent",
    capabilities=("files",),
    example={"source": "{{ inputs.folder }}/**/*.csv", "target": "{{ inputs.backup }}", "exists": "replace"},
)
def file_copy_move(
    ctx: Context,
    source: Annotated[str | list[str], Field(min_length=1), widget("list")],
    target: Annotated[str, Field(min_length=1), widget("file")],
    op: Annotated[Literal["copy", "move"], Field(title="What to do")] = "copy",
    exists: Annotated[Exists, Field(title="When the target exists")] = "error",
    missing_ok: Annotated[bool, Field(title="A missing source is fine")] = False,
) -> Placed:
    """Copy or move files and folders.

    Each file is written beside its place and gets its name when it is whole, with its permissions and times; links stay
    links. A file that is already there with the same content counts as done, so that repeating the step after a crash
    does no harm. A cancel stops between two pieces; files that were done by then stay.

    Args:
        source: A file, a folder, a pattern such as data/**/*.csv, or a list of paths. A relative path starts in the
            folder the run was started in. A folder is taken with everything in it.
        target: Where to. One file becomes this path, or goes into it when it is a folder or ends with /. A folder
            becomes this folder. What a list or a pattern names goes into it; folders between are kept.
        op: copy, or move.
        exists: What to do where something else is: fail before anything is touched, replace it, skip the file, or give
            the new one a number, as in report (1).csv.
        missing_ok: Whether a source that is not there, or a pattern that nothing fits, counts as nothing to do.
    """
    try:
        jobs = _remembered(ctx, op) or plan(ctx, source, target, op, missing_ok)
        work = _Work(ctx, op, exists, jobs)
        if op == "move":
            write_note(ctx.idempotency_key, [asdict(job) for job in jobs])
        rows = list(work.run())
    except OSError as error:
        path = shown(str(error.filename)) if error.filename else target
        raise file_error(error, path, "write" if error.filename is None else op, folder=ctx.folder) from None
    done = [row for row in rows if row["action"] in {"copied", "moved"}]
    ctx.log(f"{op}: {len(done)} of {len(rows)} files, {sum(row['bytes'] for row in done)} bytes")
    return Placed(files=rows, count=len(rows), bytes=sum(row["bytes"] for row in done))


def _remembered(ctx: Context, op: str) -> list[Job]:
    """The jobs of an earlier attempt of this move: what it moved already cannot be found at its source any more."""
    note = read_note(ctx.idempotency_key) if op == "move" and ctx.attempt > 1 else None
    with contextlib.suppress(TypeError):
        return [Job(**each) for each in note or ()]
    return []


class _Work:
    """The jobs of one step, being done."""

    def __init__(self, ctx: Context, op: str, exists: Exists, jobs: Sequence[Job]) -> None:
        self._ctx, self._op, self._exists, self._jobs = ctx, op, exists, jobs
        self._meter = Meter(ctx, sum(job.size for job in jobs))
        self._same: set[str] = set()

    def run(self) -> Iterator[PlacedFile]:
        """Do them all. Raises OSError and ActionError."""
        if self._exists == "error":
            self._look_first()
        folders: dict[str, None] = {}
        for job in self._jobs:
            stop_if_cancelled(self._ctx)
            if job.kind == "dir":
                make_folder(job.target)
                continue
            folders.setdefault(os.path.dirname(job.target))
            yield self._place(job)
        for folder in folders:
            sync_folder(folder)
        if self._op == "move":
            self._leave()

    def _look_first(self) -> None:
        """Find what is in the way before anything is touched."""
        for job in self._jobs:
            if job.kind == "dir" or not os.path.lexists(job.target) or not os.path.lexists(job.source):
                continue
            if not _one_file(job) and not self._equal(job.source, job.target):
                raise _in_the_way(job.target)
            self._same.add(job.target)

    def _place(self, job: Job) -> PlacedFile:
        goal, done = job.target, self._op_done()
        if not os.path.lexists(job.source):
            if self._op == "copy" or not os.path.lexists(job.target):
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), job.source)
            return self._row(job, goal, "moved")  # by an earlier attempt
        if _one_file(job):
            if self._op == "copy" or os.path.realpath(job.source) == os.path.realpath(goal):
                return self._row(job, goal, "unchanged")
            os.unlink(job.source)  # another name of the same file
            return self._row(job, goal, done)
        if os.path.lexists(goal) and self._exists != "replace":
            goal, settled = self._settle(job)
            if settled is not None:
                return self._row(job, goal, settled)
        make_folder(os.path.dirname(goal))
        if os.path.isdir(goal) and not os.path.islink(goal):
            raise ActionError(
                f"'{shown(goal)}' is a folder, so no file can get that name.",
                ErrorKind.VALIDATION,
                hint="Choose another target, or remove the folder.",
            )
        try:
            self._put(job, goal)
        except FileExistsError:  # it came meanwhile
            raise _in_the_way(goal) from None
        return self._row(job, goal, done)

    def _op_done(self) -> Done:
        return "copied" if self._op == "copy" else "moved"

    def _settle(self, job: Job) -> tuple[str, Done | None]:
        """Where a file goes whose place is taken, and what is to be reported if nothing is left to do."""
        if self._exists == "skip" and self._op == "copy":
            return job.target, "skipped"
        for goal in _numbered(job.target) if self._exists == "rename" else (job.target,):
            if not os.path.lexists(goal):
                return goal, None
            if goal in self._same or self._equal(job.source, goal):
                if self._op == "move":
                    os.unlink(job.source)
                return goal, "unchanged" if self._op == "copy" else "moved"
            if self._exists == "skip":
                return goal, "skipped"
        raise _in_the_way(job.target)

    def _put(self, job: Job, goal: str) -> None:
        replace = self._exists == "replace"
        if self._op == "move":
            with _other_device():
                if replace or job.kind == "link":
                    os.replace(job.source, goal)
                else:
                    link_new(job.source, goal)
                    with contextlib.suppress(FileNotFoundError):
                        os.unlink(job.source)
                self._meter.add(job.size, shown(goal))
                return
        if job.kind == "link":
            _copy_link(job.source, goal, replace)
        else:
            copy_file(job.source, goal, replace, self._telling(goal))
        if self._op == "move":
            sync_folder(os.path.dirname(goal))
            os.unlink(job.source)

    def _leave(self) -> None:
        """Remove the folders that were moved, when nothing came into them meanwhile."""
        for job in reversed(self._jobs):
            if job.kind == "dir" and job.source != job.target:
                with contextlib.suppress(OSError):
                    os.rmdir(job.source)

    def _equal(self, one: str, other: str) -> bool:
        return same_content(one, other, lambda count: self._meter.add(0, f"comparing {shown(other)}"))

    def _telling(self, goal: str) -> Callable[[int], None]:
        return lambda count: self._meter.add(count, shown(goal))

    def _row(self, job: Job, goal: str, done: Done) -> PlacedFile:
        return PlacedFile(source=shown(job.source), target=shown(goal), bytes=job.size, action=done)


@contextlib.contextmanager
def _other_device() -> Iterator[None]:
    """A move to another file system is left undone, to be copied."""
    try:
        yield
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise


def _one_file(job: Job) -> bool:
    try:
        return os.path.samestat(os.lstat(job.source), os.lstat(job.target))
    except OSError:
        return False


def _copy_link(source: str, target: str, replace: bool) -> None:
    if not replace or not os.path.lexists(target):
        os.symlink(os.readlink(source), target)
        return
    waiting = f"{target}.{os.getpid()}.tmp"
    os.symlink(os.readlink(source), waiting)
    try:
        os.replace(waiting, target)
    except OSError:
        os.unlink(waiting)
        raise


def _numbered(path: str) -> Iterator[str]:
    yield path
    stem, end = os.path.splitext(path)
    for number in range(1, 10_000):
        yield f"{stem} ({number}){end}"


def _in_the_way(path: str) -> ActionError:
    return ActionError(
        f"'{shown(path)}' exists already and is different.",
        ErrorKind.VALIDATION,
        hint="Set 'exists' to replace, skip or rename, or choose another target.",
    )
