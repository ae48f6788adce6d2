"""Which workflows a definition calls (``flow.call``, contract C10.3), and finding them: attached ones, then files."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator
from pathlib import Path

from floworch.errors import DefinitionError
from floworch.model.codec import dumps, load
from floworch.model.workflow import Workflow

#: The action that runs another workflow.
CALL = "flow.call"
#: How many calls may stand between a run and the run that nobody called.
MOST_DEPTH = 16


def references(workflow: Workflow) -> Iterator[tuple[str, str]]:
    """``(node, reference)`` of every call whose workflow is a plain text and no expression."""
    for node_id, node in workflow.nodes.items():
        if node.action == CALL:
            reference = node.params.get("workflow")
            if isinstance(reference, str) and reference and "{{" not in reference:
                yield node_id, reference


def calls(workflow: Workflow) -> bool:
    """Whether a node of a definition is a call."""
    return any(node.action == CALL for node in workflow.nodes.values())


def locate(workflow: Workflow, reference: str, folder: Path | str | None = None) -> Path:
    """The absolute path of a file that a definition names.

    A relative one starts in the folder of the definition's own file; without a file, in ``folder``, which is the
    current one when left out.

    Raises:
        DefinitionError: No file can have that name.
    """
    if "\0" in reference:
        raise DefinitionError(f"{reference!r} cannot be the name of a file.", "Name a *.flow.json file.")
    start = workflow.source.parent if workflow.source is not None else Path(folder) if folder else Path.cwd()
    try:
        return Path(_normal(start / Path(reference).expanduser()))
    except RuntimeError as error:  # "~name" of nobody
        raise DefinitionError(f"{reference!r} cannot be found: {error}", "Name a *.flow.json file.") from None


def _normal(path: Path) -> str:
    """The path without ``..`` and ``.``, so that one file has one name; links are left as they are."""
    parts: list[str] = []
    for part in path.absolute().parts:
        if part == ".." and len(parts) > 1:
            parts.pop()
        elif part not in (".", ".."):
            parts.append(part)
    return str(Path(*parts))


def find(workflow: Workflow, reference: str, folder: Path | str | None = None) -> Workflow:
    """The workflow that a definition names: an attached one of that id, else the file; ``folder`` as in ``locate``.

    Raises:
        DefinitionError: There is no such file, or it cannot be read.
    """
    attached = workflow.attached.get(reference)
    return attached if attached is not None else _load(locate(workflow, reference, folder))


#: Definitions read last, with the stamp of their file then; the oldest first.
_READ: dict[Path, tuple[tuple[int, ...], Workflow]] = {}
_KEEP = 64


def _load(path: Path) -> Workflow:
    """Read a definition file, or give what it held when it was read before and has not changed since."""
    try:
        about = path.stat()
    except OSError:
        return load(path)  # says what is wrong
    if not (stat.S_ISREG(about.st_mode) or stat.S_ISDIR(about.st_mode)):
        raise DefinitionError(f"{path} is no file but a pipe or a device.", "Name a *.flow.json file.")
    stamp = (about.st_mtime_ns, about.st_ctime_ns, about.st_size, about.st_ino)
    known = _READ.pop(path, None)
    workflow = known[1] if known is not None and known[0] == stamp else load(path)
    _READ[path] = (stamp, workflow)
    while len(_READ) > _KEEP:
        del _READ[next(iter(_READ))]
    return workflow


def key_of(workflow: Workflow) -> str:
    """What tells a called workflow from others: its file, or the id and content of one that lies in no file."""
    if workflow.source is not None:
        return _normal(workflow.source)
    text = dumps(workflow, portable=False) + "".join(key_of(called) for called in workflow.attached.values())
    return f"{workflow.id}#{hashlib.sha256(text.encode()).hexdigest()[:16]}"
