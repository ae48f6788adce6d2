"""``file.read``: the content of one file."""

from __future__ import annotations

import json
import os
import stat
from typing import Annotated, Any, Literal, TypedDict

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.file_errors import file_error, stop_if_cancelled
from floworch.actions.widgets import FilePath
from floworch.errors import ActionError, ErrorKind
from floworch.model.values import from_plain, parse_int

_CHUNK = 1 << 20


class ReadFile(TypedDict):
    """The file's absolute path, its size in bytes, and what is in it."""

    path: str
    bytes: int
    content: Any


@action(
    "file.read",
    title="Read file",
    category="files",
    icon="file-read",
    subtitle="path",
    effect="idempotent",
    capabilities=("files",),
    example={"path": "{{ inputs.file }}", "as": "json"},
)
def file_read(
    ctx: Context,
    path: FilePath,
    as_: Annotated[Literal["text", "bytes", "json"], Field(title="Read as")] = "text",
    encoding: str = "utf-8",
    max_mb: Annotated[float, Field(title="Largest file (MiB)", gt=0)] = 50.0,
) -> ReadFile:
    """Read one file as text, bytes or JSON.

    Args:
        path: The file; a relative path starts in the folder the run was started in, ~ is the home folder.
        as_: What 'content' is: text, bytes, or the value of a JSON file.
        encoding: Encoding of text and JSON; a byte order mark at the start of UTF-8 is left out.
        max_mb: Larger files are refused, in MiB.
    """
    source = os.path.abspath(ctx.path(path))
    try:
        data = _read(ctx, source, path, int(max_mb * 1024 * 1024), max_mb)
    except OSError as error:
        raise file_error(error, path, "read", folder=ctx.folder) from None
    content: Any = data
    if as_ != "bytes":
        content = _text(data, path, encoding)
    if as_ == "json":
        content = _json(content, path)
    return ReadFile(path=source, bytes=len(data), content=content)


def _read(ctx: Context, source: str, path: str, limit: int, max_mb: float) -> bytes:
    with open(source, "rb", buffering=0) as file:
        size = os.fstat(file.fileno())
        if stat.S_ISREG(size.st_mode) and size.st_size > limit:
            raise _too_large(path, f"{size.st_size / 1048576:.1f} MiB", max_mb)
        parts: list[bytes] = []
        total = 0
        while part := file.read(_CHUNK):
            stop_if_cancelled(ctx)
            parts.append(part)
            total += len(part)
            if total > limit:  # it grows, or is a device without an end
                raise _too_large(path, "larger", max_mb)
    return b"".join(parts)


def _too_large(path: str, size: str, max_mb: float) -> ActionError:
    return ActionError(
        f"'{path}' is {size}, over the limit of {max_mb:g} MiB.",
        ErrorKind.VALIDATION,
        hint="Raise 'max_mb', or pass the path on instead of the content.",
    )


def _text(data: bytes, path: str, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except LookupError:
        raise ActionError(
            f"There is no encoding named '{encoding}'.",
            ErrorKind.VALIDATION,
            hint="Use a name that Python knows, such as utf-8 or latin-1.",
        ) from None
    except UnicodeDecodeError as error:
        raise ActionError(
            f"'{path}' is not {encoding} text: byte 0x{data[error.start]:02x} at position {error.start}.",
            ErrorKind.VALIDATION,
            hint="Set 'encoding', for example to latin-1, or read it as bytes.",
        ) from None
    return text.removeprefix("\ufeff")


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON value")


def _json(text: str, path: str) -> Any:
    try:
        return from_plain(json.loads(text, parse_int=parse_int, parse_constant=_no_constant))
    except (ValueError, RecursionError) as error:
        raise ActionError(
            f"'{path}' is not a JSON file: {error}.", ErrorKind.VALIDATION, hint="Correct the file, or read it as text."
        ) from None
