"""``file.archive``: pack files into a ZIP or TAR file, and unpack one safely."""

from __future__ import annotations

import os
import stat
import tarfile
import zipfile
from collections.abc import Sequence
from typing import IO, Annotated, Any, Literal, TypedDict

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.archive_reading import opened
from floworch.actions.library.archive_unpacking import Unpacking
from floworch.actions.library.file_copying import CHUNK, Meter
from floworch.actions.library.file_errors import file_error
from floworch.actions.library.file_names import real_path, shown
from floworch.actions.library.file_place import make_folder, sync_folder, temporary
from floworch.actions.library.file_plan import Job, plan
from floworch.actions.widgets import Secret, secret_value, show_if, widget
from floworch.errors import ActionError, ErrorKind

Exists = Literal["replace", "skip", "error"]
_COMPRESSION = {".gz": "gz", ".tgz": "gz", ".bz2": "bz2", ".tbz2": "bz2", ".xz": "xz", ".txz": "xz"}


class ArchivedFile(TypedDict):
    """A file: its path in the archive when packed, on the disk when unpacked; its size in bytes."""

    path: str
    bytes: int


class Archived(TypedDict):
    """The archive or the folder that was written, the files in it, how many they are, and their bytes together."""

    path: str
    files: list[ArchivedFile]
    count: int
    bytes: int


@action(
    "file.archive",
    title="Pack or unpack files",
    category="files",
    icon="archive",
    subtitle="target",
    effect="idempotent",
    capabilities=("files",),
    example={"op": "zip", "source": "{{ inputs.folder }}/**/*.csv", "target": "reports.zip"},
)
def file_archive(
    ctx: Context,
    op: Annotated[Literal["zip", "tar", "unzip"], Field(title="What to do")],
    source: Annotated[str | list[str], Field(min_length=1), widget("list")],
    target: Annotated[str, Field(min_length=1), widget("file")],
    exists: Annotated[Exists, Field(title="When the target exists")] = "replace",
    password: Annotated[Secret | None, show_if(op="unzip")] = None,
    max_mb: Annotated[float, Field(title="Most after unpacking (MiB)", gt=0), show_if(op="unzip")] = 4096.0,
    max_files: Annotated[int, Field(title="Most files", ge=1), show_if(op="unzip")] = 100_000,
) -> Archived:
    """Pack files into a ZIP or TAR file, or unpack one.

    An archive gets its name when it is whole. Unpacking is all or nothing, too: what leads out of the target, by a path
    or a link, is refused, devices are left out, and an archive that grows over the limits is stopped while it grows. A
    cancel leaves nothing behind.

    Args:
        op: zip or tar pack; unzip unpacks ZIP and TAR, as its content says.
        source: What to pack: a file, a folder, a pattern such as data/**/*.csv, or a list of paths. Or the archive to
            unpack. A relative path starts in the folder the run was started in.
        target: The archive to write; a TAR is compressed when its name ends with .gz, .tgz, .bz2 or .xz. Or the folder
            to unpack into, which is made when it is missing.
        exists: What happens to an archive, or to files in the folder, that are there already.
        password: Name of the secret that holds the password of an encrypted ZIP file.
        max_mb: Most that an archive may unpack to, in MiB.
        max_files: Most entries that an archive may have.
    """
    goal = os.path.realpath(ctx.path(target))
    try:
        if op == "unzip":
            key = None if password is None else secret_value(ctx, password)
            return _unpack(ctx, source, goal, exists, key, int(max_mb * 1048576), max_files)
        return _pack(ctx, op, source, goal, target, exists)
    except OSError as error:
        path = shown(str(error.filename)) if error.filename else target
        raise file_error(error, path, "read" if op == "unzip" else "write", folder=ctx.folder) from None


def _unpack(
    ctx: Context,
    source: str | Sequence[str],
    goal: str,
    exists: Exists,
    password: str | None,
    most_bytes: int,
    most_files: int,
) -> Archived:
    if not isinstance(source, str):
        if len(source) != 1:
            raise ActionError(
                "'source' must be one archive to unpack.", ErrorKind.VALIDATION, hint="Use a loop for several."
            )
        source = source[0]
    if os.path.exists(goal) and not os.path.isdir(goal):
        raise ActionError(f"'{shown(goal)}' is not a folder.", ErrorKind.VALIDATION, hint="Name a folder as target.")
    unpacking = Unpacking(ctx, goal, most_bytes, most_files)
    with opened(real_path(os.path.abspath(ctx.path(source))), password) as entries:
        unpacking.take(entries)
    places = unpacking.publish(exists)
    ctx.log(f"Unpacked {len(places)} files, {unpacking.bytes} bytes.")
    files = [
        ArchivedFile(path=shown(os.path.join(goal, *place.split("/"))), bytes=unpacking.files[place])
        for place in sorted(places)
    ]
    return Archived(path=shown(goal), files=files, count=len(files), bytes=sum(each["bytes"] for each in files))


def _pack(ctx: Context, op: str, source: str | Sequence[str], goal: str, target: str, exists: Exists) -> Archived:
    if os.path.isdir(goal):
        raise ActionError(f"'{target}' is a folder.", ErrorKind.VALIDATION, hint="Name the archive to write.")
    there = os.path.lexists(goal)
    if there and exists == "error":
        raise ActionError(
            f"'{target}' exists already.", ErrorKind.VALIDATION, hint="Set 'exists' to replace, or name another."
        )
    if there and exists == "skip":
        ctx.log(f"'{target}' exists already: nothing was packed.")
        return Archived(path=shown(goal), files=[], count=0, bytes=0)
    # the jobs of a copy into a folder that is nowhere: their places are the paths in the archive
    root = os.path.join(os.path.abspath(os.sep), ".archive")
    named = isinstance(source, str) and os.path.lexists(real_path(os.path.abspath(ctx.path(source))))
    jobs = plan(ctx, [str(source)] if named else source, root, "copy", missing_ok=False)
    jobs = [job for job in jobs if job.source != goal]
    meter = Meter(ctx, sum(job.size for job in jobs))
    make_folder(os.path.dirname(goal))
    with temporary(goal) as (fd, place):
        with open(fd, "w+b", closefd=False) as file:
            pack = _zip if op == "zip" else _tar
            pack(file, jobs, root, meter, goal)
            file.flush()
            os.fsync(fd)
        if os.name == "nt":
            os.close(fd)  # Windows renames closed files only
        os.replace(place, goal)
    sync_folder(os.path.dirname(goal))
    files = sorted(
        (ArchivedFile(path=_name(job, root), bytes=job.size) for job in jobs if job.kind != "dir"),
        key=lambda each: each["path"],
    )
    ctx.log(f"Packed {len(files)} files into {target}.")
    return Archived(path=shown(goal), files=files, count=len(files), bytes=sum(each["bytes"] for each in files))


def _name(job: Job, root: str) -> str:
    return shown(os.path.relpath(job.target, root).replace(os.sep, "/"))


def _zip(file: IO[bytes], jobs: Sequence[Job], root: str, meter: Meter, goal: str) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        for job in jobs:
            name = _name(job, root)
            if job.kind == "link":
                info = zipfile.ZipInfo(name)
                info.create_system = 3
                info.external_attr = (stat.S_IFLNK | 0o777) << 16
                archive.writestr(info, os.fsencode(os.readlink(job.source)))
                continue
            info = zipfile.ZipInfo.from_file(job.source, name, strict_timestamps=False)
            info.compress_type = zipfile.ZIP_DEFLATED
            if job.kind == "dir":
                archive.writestr(info, b"")
                continue
            with open(job.source, "rb", buffering=0) as origin, archive.open(info, "w", force_zip64=True) as out:
                while piece := origin.read(CHUNK):
                    meter.add(len(piece), name)
                    out.write(piece)


class _Metered:
    """A file that is being packed into a TAR file, which asks for it in small pieces."""

    def __init__(self, file: IO[bytes], meter: Meter, name: str) -> None:
        self._file, self._meter, self._name = file, meter, name

    def read(self, count: int = -1) -> bytes:
        """Give the next bytes. Raises ActionError when the attempt is asked to stop."""
        piece = self._file.read(count)
        self._meter.add(len(piece), self._name)
        return piece


def _tar(file: IO[bytes], jobs: Sequence[Job], root: str, meter: Meter, goal: str) -> None:
    mode: Any = f"w:{_COMPRESSION.get(os.path.splitext(goal)[1].lower(), '')}"
    with tarfile.open(fileobj=file, mode=mode, format=tarfile.PAX_FORMAT) as archive:
        for job in jobs:
            name = os.path.relpath(job.target, root).replace(os.sep, "/")
            archive.inodes = {}  # type: ignore[attr-defined]  # every name has its own content
            info = archive.gettarinfo(job.source, name)
            info.uid = info.gid = 0  # who made it is nobody's business
            info.uname = info.gname = ""
            if job.kind != "file":
                archive.addfile(info)
                continue
            with open(job.source, "rb") as origin:
                archive.addfile(info, _Metered(origin, meter, name))
