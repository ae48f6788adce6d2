"""A bundle: one ``.zip`` with a definition, what it calls, its local actions and a lock of versions.

``bundle.json`` in it says ``{"format", "main", "files": {path: {"sha256", "size"}}, "lock": {"python", "packages",
"actions"}}``; nothing else may be in the archive. ``floworch.exchange.unbundle`` opens one.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import platform
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from floworch.errors import UsageError
from floworch.model.called import find, locate, references
from floworch.model.codec import dumps
from floworch.model.files import write_bytes
from floworch.model.workflow import Workflow
from floworch.versions import VERSION

MANIFEST = "bundle.json"
FORMAT = 1
#: Folder beside a definition with actions of its own.
ACTIONS = "actions"
#: The most files and bytes that a bundle may hold, unpacked.
MOST_FILES, MOST_BYTES = 2000, 256 * 1024 * 1024
_SAFE = re.compile(r"[^\x00-\x1f\\:*?\"<>|\ud800-\udfff]+")
#: All bundles of the same content are the same bytes.
_STAMP = (1980, 1, 1, 0, 0, 0)


def good_name(name: str) -> bool:
    """Whether a path in a bundle stays below its folder and can be that of a file on every system."""
    parts = PurePosixPath(name).parts
    plain = bool(parts) and "/".join(parts) == name and not name.startswith("/")
    good = plain and all(_SAFE.fullmatch(part) and part not in ("..", ".") for part in parts)
    return good and not any(part.endswith((" ", ".")) for part in parts) and len(name) <= 400


def write_bundle(workflow: Workflow, target: Path) -> dict[str, Any]:
    """Write the bundle of a definition that lies in a file, and return its manifest.

    Raises:
        UsageError: The definition lies in no file, names a workflow by an absolute path, or there is too much.
        DefinitionError: A workflow that it calls cannot be read.
    """
    if workflow.source is None:
        raise UsageError("A bundle is made of a definition in a file.", "Save it first.")
    found: dict[Path, bytes] = {}
    _gather(workflow, found)
    actions = sorted(_actions_of(workflow))
    root = Path(os.path.commonpath([path.parent for path in found]))
    for folder in {path.parent for path in list(found)}:
        for file in _local_actions(folder / ACTIONS):
            found[file] = _read(file)
    contents = {path.relative_to(root).as_posix(): data for path, data in sorted(found.items())}
    for name in contents:
        if not good_name(name):
            shown = name.encode("utf-8", "backslashreplace").decode()
            raise UsageError(
                f"{shown!r} is no name that a file may have on every system.",
                "Give it another one: letters and digits are safe everywhere.",
            )
    if len(contents) > MOST_FILES or sum(map(len, contents.values())) > MOST_BYTES:
        raise UsageError(
            f"There are {len(contents)} files; a bundle holds {MOST_FILES} files and {MOST_BYTES >> 20} MiB at most.",
            f"Remove what does not belong into the folder {ACTIONS}.",
        )
    manifest = {
        "format": FORMAT,
        "main": workflow.source.relative_to(root).as_posix(),
        "files": {
            name: {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)} for name, data in contents.items()
        },
        "lock": _lock(actions),
    }
    write_bytes(target, _packed(manifest, contents))
    return manifest


def _gather(workflow: Workflow, found: dict[Path, bytes]) -> None:
    """Take in a definition and those that it calls, by the absolute path of each."""
    assert workflow.source is not None
    if workflow.source in found:
        return
    found[workflow.source] = dumps(workflow).encode("utf-8", "surrogatepass")
    for node, reference in references(workflow):
        if os.path.isabs(os.path.expanduser(reference)):
            raise UsageError(
                f"Node {node!r} names the workflow {reference!r} by an absolute path, which no other machine has.",
                "Name it by a path that starts in the folder of the definition.",
            )
        _gather(find(workflow, reference).at(locate(workflow, reference)), found)


def left_out(workflow: Workflow) -> list[str]:
    """What a definition and those that it calls use, and a bundle of it does not hold: each with where it is here.

    Functions by their place, and actions and layers of packages and of the user's folder. Nothing of them is imported.
    """
    from floworch.actions.listing import list_actions, list_layers
    from floworch.actions.registry import registry

    known = {"action": list_actions(registry), "layer": list_layers(registry)}
    places = {(kind, each.id): each.source for kind, listed in known.items() for each in listed}
    used = {("action", name) for name in _actions_of(workflow)}
    for each in _called(workflow):
        for layers in (each.middleware, *(node.middleware for node in each.nodes.values())):
            used |= {("layer", layer.use) for layer in layers}
    found = set()
    for kind, name in used:
        place = places.get((kind, name), "")
        if name.startswith("py:"):
            found.add(name)
        elif place not in {"", "built in"}:
            found.add(f"{name} ({place})")
    return sorted(found)


def _actions_of(workflow: Workflow) -> set[str]:
    """Every action that a definition and those that it calls use."""
    used = set()
    for each in _called(workflow):
        used |= {node.action for node in each.nodes.values()}
        used |= {node.compensate.action for node in each.nodes.values() if node.compensate is not None}
    return used


def _called(workflow: Workflow, seen: set[Path] | None = None) -> Iterator[Workflow]:
    """A definition and those that it calls, each once."""
    seen = set() if seen is None else seen
    if workflow.source is None or workflow.source in seen:
        return
    seen.add(workflow.source)
    yield workflow
    for _, reference in references(workflow):
        yield from _called(find(workflow, reference).at(locate(workflow, reference)), seen)


def _local_actions(folder: Path) -> Iterator[Path]:
    """The files of a folder of actions, without what Python and version control leave there."""
    if not folder.is_dir():
        return
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if each != "__pycache__" and not each.startswith("."))
        for name in sorted(files):
            path = Path(place, name)
            if path.is_symlink():
                raise UsageError(f"{path} is a link, which no other machine can follow.", "Put the file itself there.")
            if not name.startswith(".") and not name.endswith(".pyc"):
                yield path


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.", "Check its permissions.") from None


def _lock(actions: list[str]) -> dict[str, Any]:
    """The versions that the definition is known to work with: of Python, of packages, and of each action."""
    from importlib.metadata import entry_points

    from floworch.actions.plugins import GROUP
    from floworch.actions.registry import registry

    packages = {"floworch": VERSION}
    for point in entry_points(group=GROUP):
        if point.name in actions and point.dist is not None:
            packages[point.dist.name] = point.dist.version
    specs = {name: registry.find_action(name) for name in actions}
    versions = {name: spec.version for name, spec in specs.items() if spec is not None}
    return {"python": platform.python_version(), "packages": packages, "actions": versions}


def _packed(manifest: dict[str, Any], contents: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    text = json.dumps(manifest, indent=2, ensure_ascii=False).encode() + b"\n"
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {MANIFEST: text, **contents}.items():
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, data)
    return buffer.getvalue()
