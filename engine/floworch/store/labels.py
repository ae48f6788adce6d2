"""Names and tags that people give to runs: one small file beside the journal, so that they go with the run.

They are no part of the run: its journal, its status and its lock are not touched, whoever owns it.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from floworch.errors import StoreError, UsageError

if TYPE_CHECKING:
    from floworch.store.protocol import RunStore

FILE = "label.json"
#: Characters of a name and of a tag, and how many tags a run may have.
NAME, TAG, TAGS = 200, 40, 20


@dataclass(frozen=True, slots=True)
class Label:
    """A run's name and tags; both may be empty."""

    name: str = ""
    tags: tuple[str, ...] = ()

    @classmethod
    def of(cls, name: str, tags: Iterable[str]) -> Label:
        """A label of what somebody typed. Raises UsageError where it is too long or a tag holds a space."""
        name = " ".join(name.split())
        made = tuple(dict.fromkeys(tag for tag in (each.strip() for each in tags) if tag))
        if len(name) > NAME:
            raise UsageError(f"A run's name may have {NAME} characters; this one has {len(name)}.")
        for tag in made:
            if len(tag) > TAG or any(character.isspace() or character == "," for character in tag):
                raise UsageError(f"{tag!r} cannot be a tag.", f"A tag is one word of at most {TAG} characters.")
        if len(made) > TAGS:
            raise UsageError(f"A run may have {TAGS} tags; these are {len(made)}.")
        return cls(name, made)


def read_labels(store: RunStore, run_ids: Iterable[str]) -> dict[str, Label]:
    """The labels of runs that have one; a file that cannot be read counts as none."""
    folder = _folder(store)
    if folder is None:
        return {}
    found: dict[str, Label] = {}
    for run_id in run_ids:
        with contextlib.suppress(OSError, ValueError, TypeError, AttributeError):
            text = (folder / run_id / FILE).read_text(encoding="utf-8")
            packed = json.loads(text)
            found[run_id] = Label(str(packed.get("name", "")), tuple(str(tag) for tag in packed.get("tags", ())))
    return found


def write_label(store: RunStore, run_id: str, label: Label) -> None:
    """Give a run that exists a label; an empty one is taken away. Raises UsageError, StoreError."""
    folder = _folder(store)
    if folder is None:
        raise UsageError("This store keeps no names of runs.", "A store in a directory does.")
    path = folder / run_id / FILE
    try:
        if not label.name and not label.tags:
            path.unlink(missing_ok=True)
            return
        fresh = path.with_suffix(f".{os.getpid()}.new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
            json.dump({"name": label.name, "tags": list(label.tags)}, file, ensure_ascii=False)
        os.replace(fresh, path)
    except OSError as error:
        raise StoreError(f"The name of run '{run_id}' cannot be written: {error}.") from error


def _folder(store: RunStore) -> Path | None:
    """Directory of the runs' directories; None for a store that is not in a directory."""
    path = getattr(store, "path", None)
    return Path(path) / "runs" if isinstance(path, str | Path) else None
