"""``http.download``: a file of any size, resumed where a broken download stopped."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.file_errors import file_error
from floworch.actions.library.http_client import shown_url, status_error
from floworch.actions.library.http_login import logged_in, login_and_address
from floworch.actions.widgets import FilePath, KeyValue, widget
from floworch.errors import ActionError, ErrorKind

if TYPE_CHECKING:
    import aiohttp

    from floworch.actions.connections import Connection

#: Bytes taken from the connection, and written, at a time.
_CHUNK = 1 << 20
_HEX = re.compile(r"[0-9a-fA-F]{64}")
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


class Downloaded(TypedDict):
    """Where the file is, its size in bytes, its SHA-256, and how many bytes an earlier attempt had brought."""

    path: str
    bytes: int
    sha256: str
    resumed_from: int


class _Part:
    """A download that is under way: ``NAME.part`` with the bytes, ``NAME.part.json`` with what they are a part of.

    A part is continued only when the server says by a strong ETag or a date that the file is still the same.
    """

    def __init__(self, place: str, url: str) -> None:
        self.place, self.url = place, url
        self.path, self.note = f"{place}.part", f"{place}.part.json"
        self.size, self.mark = 0, ""

    def look(self) -> None:
        """Find out what an earlier attempt left; anything odd counts as nothing."""
        try:
            with open(self.note, encoding="utf-8") as file:
                found = json.load(file)
            size = os.path.getsize(self.path)
        except (OSError, ValueError):
            return
        if isinstance(found, dict) and found.get("url") == self.url and isinstance(found.get("mark"), str):
            self.size, self.mark = size, found["mark"]

    def begin(self, mark: str) -> None:
        """Start from nothing; ``mark`` identifies this state of the file on the server, empty when it gives none."""
        self.size, self.mark = 0, mark
        with open(self.path, "wb"):
            pass
        if mark:
            with open(self.note, "w", encoding="utf-8") as file:
                json.dump({"url": self.url, "mark": mark}, file)
        else:
            self._forget_note()

    def finish(self) -> int:
        """Make the bytes durable and give them their name; returns how many there are."""
        with open(self.path, "rb+") as file:
            os.fsync(file.fileno())
            size = os.fstat(file.fileno()).st_size
        os.replace(self.path, self.place)
        self._forget_note()
        return size

    def drop(self) -> None:
        """Remove what was downloaded."""
        for name in (self.path, self.note):
            if os.path.exists(name):
                os.remove(name)

    def _forget_note(self) -> None:
        if os.path.exists(self.note):
            os.remove(self.note)


@action(
    "http.download",
    title="Download file",
    category="http",
    icon="download",
    subtitle="url",
    effect="idempotent",
    capabilities=("network", "files"),
    example={"url": "https://example.org/data.csv", "path": "{{ inputs.folder }}/data.csv"},
)
async def http_download(
    ctx: Context,
    url: Annotated[str, Field(min_length=1), widget("multiline", placeholder="https://")],
    path: Annotated[FilePath, Field(title="Save as")],
    headers: Annotated[KeyValue, Field(default_factory=dict)] = {},  # noqa: B006 - pydantic copies it
    resume: Annotated[bool, Field(title="Continue an earlier attempt")] = True,
    sha256: Annotated[str, Field(title="SHA-256 checksum")] = "",
    mkdirs: Annotated[bool, Field(title="Make missing folders")] = True,
    verify: Annotated[bool, Field(title="Check the certificate")] = True,
    connection: Annotated[str, widget("connection", types=["http"])] = "",
) -> Downloaded:
    """Download a file of any size to a path.

    The bytes go to a file beside the path, named .part, which takes the path's name when it is complete and right;
    what was there before stays until then. An attempt that broke off is continued where the server can.

    Args:
        url: What to download; http or https.
        path: The file to write; a relative path starts in the folder the run was started in, ~ is the home folder.
        headers: Header fields of the request.
        resume: Continue what an earlier attempt left, when the file on the server is still the same.
        sha256: The checksum the file must have, 64 hex digits; empty takes any.
        mkdirs: Make missing folders.
        verify: Whether the certificate of the server must be valid.
        connection: Name of a connection of the type http that logs in; 'url' lies below its address, or is the rest of
            it.
    """
    login, target = login_and_address(ctx, connection, url)
    if sha256 and not _HEX.fullmatch(sha256):
        raise ActionError(f"'{sha256[:80]}' is not a SHA-256.", ErrorKind.VALIDATION, hint="It has 64 hex digits.")
    try:
        part = await asyncio.to_thread(_prepare, ctx.path(path), target, mkdirs, resume)
        start = await _fetch(ctx, part, login, headers, verify)
        digest = await asyncio.to_thread(_digest, part.path)
        if sha256 and digest != sha256.lower():
            await asyncio.to_thread(part.drop)
            raise ActionError(
                f"{shown_url(target)} has the SHA-256 {digest}, not {sha256.lower()}.",
                ErrorKind.VALIDATION,
                hint="Check the address and the checksum; the download was removed.",
            )
        size = await asyncio.to_thread(part.finish)
    except OSError as error:
        raise file_error(error, path, "write") from None
    return Downloaded(path=part.place, bytes=size, sha256=digest, resumed_from=start)


def _prepare(path: str, url: str, mkdirs: bool, resume: bool) -> _Part:
    place = os.path.abspath(path)
    if mkdirs:
        os.makedirs(os.path.dirname(place), exist_ok=True)
    if os.path.isdir(place):
        raise IsADirectoryError(place)
    part = _Part(place, url)
    if resume:
        part.look()
    return part


async def _fetch(ctx: Context, part: _Part, login: Connection | None, headers: dict[str, Any], verify: bool) -> int:
    """Bring what is missing; returns how many bytes were there already."""
    url = part.url
    for _ in range(2):
        wanted = {name: str(value) for name, value in headers.items() if value is not None}
        wanted["Accept-Encoding"] = "identity"  # ranges count the bytes of the file, not of a packed form
        if part.size:
            wanted |= {"Range": f"bytes={part.size}-", "If-Range": part.mark}
        async with logged_in(ctx, login, "GET", url, verify=verify, headers=wanted) as response:
            if response.status == 416 and part.size:  # the part is as long as the file, or longer: once more, all of it
                part.size = 0
                continue
            if response.status not in (200, 206):
                said = (await response.content.read(4096)).decode("utf-8", "replace")
                raise status_error("GET", url, response.status, response.reason or "", response.headers, said)
            start = part.size if response.status == 206 else 0
            if response.status == 206 and not _fits(response, start):
                part.size = 0
                continue
            if not start:
                await _on_disk(part, part.begin, _mark(response))
            await _take(ctx, response, part, start)
            return start
    raise ActionError(f"{shown_url(url)} does not send the part that was asked for.", ErrorKind.EXTERNAL_SERVICE)


async def _take(ctx: Context, response: aiohttp.ClientResponse, part: _Part, start: int) -> None:
    expected = start + response.content_length if response.content_length is not None else None
    done = start
    with await _on_disk(part, open, part.path, "ab") as file:
        async for piece in response.content.iter_chunked(_CHUNK):
            await _on_disk(part, file.write, piece)
            done += len(piece)
            ctx.progress(min(1.0, done / expected) if expected else None, f"{done / 1048576:.1f} MiB")
    if expected is not None and done != expected:
        raise ActionError(f"The connection ended after {done} of {expected} bytes.", ErrorKind.CONNECTION)


async def _on_disk(part: _Part, work: Callable[..., Any], *arguments: Any) -> Any:
    """Do something with files in a thread; while a response is open, a bare OSError would pass for the network's."""
    try:
        return await asyncio.to_thread(work, *arguments)
    except OSError as error:
        raise file_error(error, part.path, "write") from None


def _fits(response: aiohttp.ClientResponse, start: int) -> bool:
    match = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
    return match is not None and int(match[1]) == start


def _mark(response: aiohttp.ClientResponse) -> str:
    """What identifies the file on the server: its strong ETag, else its date, else nothing."""
    tag = response.headers.get("ETag", "")
    if tag and not tag.startswith("W/"):
        return tag
    return response.headers.get("Last-Modified", "")


def _digest(path: str) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
