"""What ``file.copy_move`` is to do, file by file, before it touches the first one."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from floworch.actions.context import Context
from floworch.actions.library.file_names import shown
from floworch.actions.library.file_select import select
from floworch.actions.library.file_walk import Walk
from floworch.errors import ActionError, ErrorKind


@dataclass(frozen=True, slots=True)
class Job:
    """One thing that gets a place: absolute paths, what it is, and its size in bytes (0 unless a file)."""

    source: str
    target: str
    kind: Literal["file", "dir", "link"]
    size: int = 0


def plan(ctx: Context, source: str | Sequence[str], target: str, op: str, missing_ok: bool) -> list[Job]:
    """Return the jobs, folders before what is in them.

    One file goes to the target, or into it when that is a folder or ends with a slash. A folder becomes the target.
    What a list names goes into the target, what a pattern matches to the same place below it.

    Raises:
        ActionError: Something is not there, cannot be copied, or two things would get the same place.
    """
    found = select(ctx, source, name="source", missing_ok=missing_ok, kinds=("file", "other"), verb=op)
    place = os.path.abspath(ctx.path(target))
    inside = not isinstance(source, str) or not all(each.named for each in found)
    into = inside or target.endswith(("/", os.sep)) or os.path.isdir(place)
    jobs: list[Job] = []
    for each in found:
        if not each.named and f"{each.path}{os.sep}".startswith(f"{place}{os.sep}"):
            continue  # it is in the target already
        path, status = each.path, each.status
        if each.named and op == "copy" and stat.S_ISLNK(status.st_mode):  # a link that was named stands for its file
            path = os.path.realpath(path)
            status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            goal = os.path.join(place, each.relative) if inside else place
            jobs += _tree(ctx, path, goal)
        else:
            goal = os.path.join(place, *each.relative.split("/")) if into else place
            jobs += _single(ctx, path, goal, status, each.named)
    _check_places(jobs)
    return jobs


def _single(ctx: Context, path: str, goal: str, status: os.stat_result, named: bool) -> Iterator[Job]:
    if stat.S_ISREG(status.st_mode):
        yield Job(path, goal, "file", status.st_size)
    elif stat.S_ISLNK(status.st_mode):
        yield Job(path, goal, "link")
    elif named:
        raise ActionError(
            f"'{shown(path)}' is a pipe, socket or device and cannot be copied.",
            ErrorKind.VALIDATION,
            hint="Name files, folders or links.",
        )
    else:
        ctx.log(f"'{shown(path)}' is a pipe, socket or device: left out.", "warning")


def _tree(ctx: Context, folder: str, goal: str) -> Iterator[Job]:
    root = os.path.realpath(folder)
    end = os.path.realpath(goal)
    if end != root and f"{end}{os.sep}".startswith(f"{root}{os.sep}"):
        raise ActionError(
            f"The target '{shown(goal)}' lies inside the source '{shown(folder)}'.",
            ErrorKind.VALIDATION,
            hint="Choose a target outside of it.",
        )
    yield Job(folder, goal, "dir")
    walk = Walk(ctx, follow=False, hidden=True, depth=None, excluded=lambda relative, name: False)
    for relative, entry, status in walk.entries(folder):
        place = os.path.join(goal, *relative.split("/"))
        if stat.S_ISDIR(status.st_mode):
            yield Job(entry.path, place, "dir")
        else:
            yield from _single(ctx, entry.path, place, status, named=False)
    if walk.errors:
        first = walk.errors[0]
        raise ActionError(
            f"Not everything in '{shown(folder)}' can be read: '{first['path']}': {first['message']}",
            ErrorKind.PERMISSION,
            hint="Change the permissions, or run as a user who may read it.",
        )


def _check_places(jobs: Sequence[Job]) -> None:
    taken: dict[str, Job] = {}
    for job in jobs:
        other = taken.setdefault(job.target, job)
        if other is not job and (job.kind != "dir" or other.kind != "dir"):
            raise ActionError(
                f"'{shown(other.source)}' and '{shown(job.source)}' would both become '{shown(job.target)}'.",
                ErrorKind.VALIDATION,
                hint="Copy them into different folders, or rename one.",
            )
