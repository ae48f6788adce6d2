"""Which files a parameter names: one path, one pattern, or a list of paths."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from floworch.actions.context import Context
from floworch.actions.library.file_errors import file_error
from floworch.actions.library.file_match import compile_pattern, deepest
from floworch.actions.library.file_names import real_path, shown
from floworch.actions.library.file_walk import Walk, kind_of
from floworch.errors import ActionError, ErrorKind

_WILD = frozenset("*?[{")
Kind = Literal["file", "dir", "other"]


@dataclass(frozen=True, slots=True)
class Selected:
    """One thing that was named.

    Attributes:
        path: Its absolute path.
        relative: Its path below where the pattern begins, with ``/``; its name when it was named in full.
        status: What it is; of a link, the link itself.
        named: Whether it was named in full, not by a pattern.
    """

    path: str
    relative: str
    status: os.stat_result
    named: bool

    @property
    def kind(self) -> Kind:
        """A file, a folder, or something else, such as a link."""
        return kind_of(self.status)


def select(
    ctx: Context,
    wanted: str | Sequence[str],
    *,
    name: str,
    missing_ok: bool,
    kinds: Sequence[Kind] = ("file",),
    verb: str = "read",
) -> list[Selected]:
    """Return what is named, in the order of the list or of the paths.

    One text may be a pattern (``* ? ** [abc] {one,two}``), unless something of exactly that name exists. The entries
    of a list are paths as they are, so that a name with a bracket in it never means another file.

    Args:
        ctx: For the folder of the run, and to stop.
        wanted: The value of the parameter.
        name: Of the parameter, for messages.
        missing_ok: Whether what is not there counts as nothing instead of an error.
        kinds: What a pattern may match.
        verb: What is to be done with it, for messages.

    Raises:
        ActionError: not_found_error, validation_error, or what the system says about a folder.
    """
    if isinstance(wanted, str):
        return _one(ctx, wanted, name, missing_ok, kinds, verb)
    found: dict[str, Selected] = {}
    for text in wanted:
        each = _named(ctx, text, name)
        if each is not None:
            found.setdefault(each.path, each)
        elif not missing_ok:
            raise _missing(ctx, text, listed=True)
    return list(found.values())


def _one(ctx: Context, text: str, name: str, missing_ok: bool, kinds: Sequence[Kind], verb: str) -> list[Selected]:
    each = _named(ctx, text, name)
    if each is not None:
        return [each]
    found = _matching(ctx, text, name, kinds, verb) if _WILD & set(text) else []
    if not found and not missing_ok:
        raise _missing(ctx, text)
    return found


def _named(ctx: Context, text: str, name: str) -> Selected | None:
    if not text.strip() or "\0" in text:
        raise ActionError(f"'{name}' holds an empty path.", ErrorKind.VALIDATION, hint="Name a file or a folder.")
    path = real_path(os.path.abspath(ctx.path(text)))
    try:
        return Selected(path, os.path.basename(path), os.lstat(path), named=True)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise file_error(error, text, "read") from None


def split_pattern(text: str) -> tuple[str, str]:
    """Return the folder where a pattern begins, and the pattern below it with ``/``."""
    parts = text.replace("\\", "/").split("/") if os.sep == "\\" else text.split("/")
    first = next(index for index, part in enumerate(parts) if _WILD & set(part))
    base = "/".join(parts[:first])
    return base or ("/" if first and not parts[0] else ""), "/".join(parts[first:])


def _matching(ctx: Context, text: str, name: str, kinds: Sequence[Kind], verb: str) -> list[Selected]:
    base, rest = split_pattern(text)
    matches = compile_pattern(rest, name)
    root = real_path(os.path.abspath(ctx.path(base)))
    if not os.path.isdir(root):
        return []
    walk = Walk(ctx, follow=False, hidden=True, depth=deepest(rest), excluded=lambda relative, name: False)
    found = [
        Selected(entry.path, relative, status, named=False)
        for relative, entry, status in walk.entries(root)
        if kind_of(status) in kinds and matches(relative)
    ]
    if walk.errors:  # what could not be looked at might have been meant
        first = walk.errors[0]
        raise ActionError(
            f"There is no permission to {verb} everything: '{first['path']}': {first['message']}",
            ErrorKind.PERMISSION,
            hint="Change the permissions, run as a user who may, or name a smaller part.",
        )
    return sorted(found, key=lambda each: each.relative)


def _missing(ctx: Context, text: str, listed: bool = False) -> ActionError:
    if not _WILD & set(text):
        return file_error(FileNotFoundError(errno.ENOENT, ""), shown(text), "read", "file or folder", ctx.folder)
    if listed:
        return ActionError(
            f"There is no file '{shown(text)}'.",
            ErrorKind.NOT_FOUND,
            hint="In a list every entry is a path as it is. Give one text for a pattern, or list files with file.list.",
        )
    return ActionError(
        f"Nothing fits the pattern '{shown(text)}'.",
        ErrorKind.NOT_FOUND,
        hint="Correct it, or set missing_ok to true to go on without.",
    )
