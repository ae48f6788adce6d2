"""Opening a bundle: everything in it is checked before anything of it is written."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from floworch.errors import DefinitionError, UsageError
from floworch.exchange.bundle import FORMAT, MANIFEST, MOST_BYTES, MOST_FILES, good_name
from floworch.versions import VERSION, pip_line

_MOST_MANIFEST = 4 * 1024 * 1024
_AGAIN = "Make it again with: floworch export FILE --to bundle"


def is_bundle(path: Path) -> bool:
    """Whether a file is a zip archive; no definition is one."""
    try:
        with path.open("rb") as file:
            return file.read(4) == b"PK\x03\x04"
    except OSError:
        return False


def open_bundle(path: Path, folder: Path) -> tuple[Path, list[str]]:
    """Unpack a bundle and return the path of its definition, and what differs here from its lock of versions.

    It goes to a folder of its own below ``folder``, named after its content; one that was unpacked before is checked
    and used again, so that runs of it can be resumed.

    Args:
        path: The archive.
        folder: Where bundles are unpacked; made when it is not there.

    Raises:
        DefinitionError: It is damaged, no bundle, or holds what no bundle may hold. Nothing was written then.
        UsageError: It cannot be unpacked there, or what was unpacked before has been changed.
    """
    data = _bytes_of(path)
    manifest, contents = _checked(path, data)
    place = folder / hashlib.sha256(data).hexdigest()[:32]
    main = place / manifest["main"]
    if place.exists():
        _same(place, contents)
    else:
        _unpack(place, contents)
    return main, differences(manifest.get("lock"))


def unpack_bundle(path: Path, place: Path) -> tuple[Path, list[str]]:
    """Unpack a bundle to be edited, and return the path of its definition, and what differs here from its lock.

    Args:
        path: The archive.
        place: The folder that its files go into, which is not there yet.

    Raises:
        DefinitionError: It is damaged, no bundle, or holds what no bundle may hold. Nothing was written then.
        UsageError: The folder is there already, or cannot be made.
    """
    manifest, contents = _checked(path, _bytes_of(path))
    if place.exists():
        raise UsageError(f"{place} is already there.", "Choose another folder.")
    _unpack(place, contents)
    return place / manifest["main"], differences(manifest.get("lock"))


def differences(lock: Any) -> list[str]:
    """What is installed here in another version than a lock says, or not at all, as sentences."""
    from importlib.metadata import PackageNotFoundError, version

    packages = lock.get("packages") if isinstance(lock, Mapping) else None
    said = []
    for name, wanted in packages.items() if isinstance(packages, Mapping) else ():
        try:
            here = VERSION if name == "floworch" else version(str(name))
        except (PackageNotFoundError, ValueError):
            said.append(f"{name} is not installed: {pip_line(f'{name}=={wanted}')}")
            continue
        if here != wanted:
            said.append(f"{name} is {here} here; the bundle was made with {wanted}.")
    return said


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise DefinitionError(f"{path} cannot be read: {error.strerror or error}.", "Check the path.") from None
    if len(data) > MOST_BYTES:
        raise _bad(path, f"it is larger than {MOST_BYTES >> 20} MiB")
    return data


def _checked(path: Path, data: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The manifest and the content of every file, all of it checked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_FILES + 1:
                raise _bad(path, f"it holds more than {MOST_FILES} files")
            manifest = _manifest(path, archive)
            contents: dict[str, bytes] = {}
            left = MOST_BYTES
            for entry in entries:
                if entry.filename != MANIFEST:
                    contents[entry.filename] = _content(path, archive, entry, manifest["files"], left)
                    left -= len(contents[entry.filename])
    except DefinitionError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever an archive made by an enemy provokes
        raise _bad(path, f"the archive is damaged ({error})") from None
    _check_names(path, [entry.filename for entry in entries], manifest)
    return manifest, contents


def _manifest(path: Path, archive: zipfile.ZipFile) -> dict[str, Any]:
    if MANIFEST not in archive.namelist():
        raise DefinitionError(f"{path} is a zip archive without {MANIFEST}, so it is no bundle.", _AGAIN)
    with archive.open(MANIFEST) as file:
        text = file.read(_MOST_MANIFEST + 1)
    try:
        found = json.loads(text) if len(text) <= _MOST_MANIFEST else None
    except (ValueError, RecursionError):
        found = None
    files = found.get("files") if isinstance(found, dict) else None
    if not isinstance(found, dict) or not isinstance(files, dict) or found.get("main") not in files:
        raise _bad(path, f"{MANIFEST} in it cannot be read")
    if found.get("format") != FORMAT:
        raise DefinitionError(f"{path} has the bundle format {found.get('format')!r}.", "Update Flow Orchestrator.")
    return found


def _content(
    path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, files: Mapping[str, Any], left: int
) -> bytes:
    name, about = entry.filename, files.get(entry.filename)
    if not isinstance(about, Mapping):
        raise _bad(path, f"it holds {name!r}, which {MANIFEST} does not list")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if entry.is_dir() or kind not in (0, stat.S_IFREG):
        raise _bad(path, f"{name!r} is no ordinary file")
    size = about.get("size")
    if not isinstance(size, int) or not 0 <= size <= left:
        raise _bad(path, f"it unpacks to more than {MOST_BYTES >> 20} MiB")
    with archive.open(entry) as file:
        data = file.read(size + 1)  # what the archive says about itself is not believed
    if len(data) != size or hashlib.sha256(data).hexdigest() != about.get("sha256"):
        raise _bad(path, f"the checksum of {name!r} is wrong")
    return data


def _check_names(path: Path, names: list[str], manifest: Mapping[str, Any]) -> None:
    """Names stay below the folder, and are two files on every system, or one."""
    if missing := sorted(manifest["files"].keys() - set(names)):
        raise _bad(path, f"{missing[0]!r} is missing in it")
    folded: set[str] = set()
    for name in names:
        if not good_name(name):
            raise _bad(path, f"{name!r} is no name that a file may have")
        if name.casefold() in folded:
            raise _bad(path, f"it holds {name!r} twice")
        folded.add(name.casefold())


def _unpack(place: Path, contents: Mapping[str, bytes]) -> None:
    """Write everything beside the place, then move it there at once."""
    draft = place.with_name(f".{place.name}.{os.getpid()}.tmp")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        for name, data in contents.items():
            target = draft / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        try:
            draft.rename(place)
        except OSError:
            if not place.is_dir():  # else another process was quicker
                raise
            _same(place, contents)
    except OSError as error:
        raise UsageError(
            f"The bundle cannot be unpacked to {place}: {error.strerror or error}.",
            "Check the folder, or give --store.",
        ) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _same(place: Path, contents: Mapping[str, bytes]) -> None:
    """Whether what was unpacked before is still that."""
    here = {
        file.relative_to(place).as_posix()
        for file in place.rglob("*")
        if not file.is_dir() and "__pycache__" not in file.parts
    }
    changed = sorted(here ^ contents.keys())
    changed += [name for name in contents if name in here and (place / name).read_bytes() != contents[name]]
    if changed:
        raise UsageError(
            f"{place / changed[0]} was changed since the bundle was unpacked.",
            f"Copy your changes elsewhere and remove the folder {place}.",
        )


def _bad(path: Path, why: str) -> DefinitionError:
    return DefinitionError(f"{path} cannot be opened as a bundle: {why}.", _AGAIN)
