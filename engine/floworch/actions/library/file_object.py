"""``file.object``: files in an object store."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import secrets
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated, Any, Literal, NotRequired, TypedDict

from pydantic import Field

from floworch.actions.connections import check_place, place_or_connection
from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.file_errors import file_error
from floworch.actions.library.file_match import translate
from floworch.actions.library.file_place import make_folder
from floworch.actions.library.file_select import Selected, select
from floworch.actions.library.object_store import Place, open_store, worded
from floworch.actions.widgets import Secret, show_if, widget
from floworch.errors import ActionError, ErrorKind

if TYPE_CHECKING:
    from obstore.store import S3Store

#: Shown only while no connection says it.
_HERE = show_if(connection="")
_WILD = re.compile(r"[*?\[{]")
_PIECE = 4 << 20
_PART = 8 << 20
_PARTS = 9_000  # S3 takes 10 000
_AT_ONCE = 3
_RESUMES = 5


class Stored(TypedDict):
    """An object: its key, its size in bytes, its time of change in epoch seconds, its path here for get and put."""

    key: str
    bytes: int
    mtime: float
    local: NotRequired[str]


class Objects(TypedDict):
    """The objects in the order of their keys, how many, their bytes together, and whether the list was cut."""

    objects: list[Stored]
    count: int
    bytes: int
    more: bool


@action(
    "file.object",
    title="Object store",
    category="files",
    icon="cloud",
    subtitle="key",
    effect="idempotent",
    check=check_place("url", "storage"),
    capabilities=("network", "files"),
    example={
        "op": "get",
        "url": "s3://reports",
        "region": "eu-central-1",
        "access_key": "AKIAEXAMPLE",
        "secret_key": "S3_SECRET",
        "key": "2026/*.csv",
        "local": "reports",
    },
)
async def file_object(
    ctx: Context,
    *,
    connection: Annotated[str, widget("connection", types=["storage"])] = "",
    url: Annotated[str, Field(title="Bucket"), _HERE] = "",
    op: Annotated[Literal["get", "put", "list", "delete"], Field(title="What to do")],
    key: Annotated[str, Field(title="Key or pattern")] = "",
    local: Annotated[
        str | list[str], Field(title="Files on this machine"), widget("list"), show_if(op=["get", "put"])
    ] = "",
    region: Annotated[str, _HERE] = "",
    endpoint: Annotated[str, Field(title="Address of the service"), _HERE] = "",
    access_key: Annotated[str, Field(title="Access key ID"), _HERE] = "",
    secret_key: Annotated[Secret | None, Field(title="Secret access key"), _HERE] = None,
    missing_ok: Annotated[bool, Field(title="Missing objects are fine")] = False,
    limit: Annotated[int, Field(title="Most objects", ge=1, le=1_000_000), show_if(op=["list"])] = 10_000,
) -> Objects:
    """Get, put, list or delete objects of a store that speaks the protocol of S3.

    Large files go in parts, with little memory. A download that breaks off goes on where it was, as long as the object
    stays the same; a file gets its name when it is whole. A cancel drops the connection; the store shows no half object
    (parts of an upload that was broken off are removed by a lifecycle rule of the bucket).

    Args:
        connection: Name of a connection of the type storage: its bucket and login instead of url, region, endpoint,
            access_key and secret_key.
        url: The bucket, or a folder in it: s3://bucket/folder.
        op: get brings objects, put sends files, list looks at objects, delete removes them.
        key: A key below 'url', or for all but put a pattern such as 2026/*.csv; one that ends with / means all below
            it, and empty all. For put, a folder when it is empty, ends with / or several files are sent.
        local: For get, the folder to write into (or the file when one object is named and this is no folder); for put,
            a file, a pattern or a list of paths. A relative path starts in the folder the run was started in.
        region: Region of the bucket.
        endpoint: Address of the service, when it is not that of Amazon.
        access_key: Id of the access key; without it, the environment says how to log in.
        secret_key: Name of the secret that holds the secret access key.
        missing_ok: Whether nothing to get, put or delete is fine.
        limit: Most objects that list gives.
    """
    named = place_or_connection(ctx, connection, "storage", "url", url)
    place = Place(url, region, endpoint, access_key, secret_key) if named is None else Place.of(named)
    _check(op, key, local)
    store = open_store(ctx, place)
    more = False
    if op == "put":
        found = await _put(ctx, store, place, local, key, missing_ok)
    else:
        found, more = await _look(store, place, key, limit if op == "list" else 0)
        if not found and not missing_ok and op != "list":
            raise ActionError(
                f"There is no object '{key}' in {place.url}.",
                ErrorKind.NOT_FOUND,
                hint="Correct 'key', or set missing_ok to true to go on without.",
            )
        if op == "get":
            await _get(ctx, store, place, found, key, str(local))
        elif op == "delete":
            with worded(place):
                await store.delete_async([each["key"] for each in found])
    size = sum(each["bytes"] for each in found)
    ctx.log(f"{op}: {len(found)} objects, {size} bytes")
    return Objects(objects=found, count=len(found), bytes=size, more=more)


def _check(op: str, key: str, local: str | list[str]) -> None:
    if op in {"get", "put"} and not local:
        raise ActionError(
            "'local' is missing.", ErrorKind.VALIDATION, hint="Name the folder to write into, or the files to send."
        )
    if op == "get" and not isinstance(local, str):
        raise ActionError("'local' must be one folder for get.", ErrorKind.VALIDATION, hint="Use a text.")
    if op == "delete" and not key:
        raise ActionError("'key' is missing.", ErrorKind.VALIDATION, hint="To delete everything, write ** on purpose.")


async def _look(store: S3Store, place: Place, key: str, limit: int) -> tuple[list[Stored], bool]:
    """The objects that a key or a pattern names, and whether there are more than the limit, if there is one."""
    import obstore

    if key and not key.endswith("/") and not _WILD.search(key):
        with worded(place):
            try:
                return [_row(await obstore.head_async(store, key))], False
            except FileNotFoundError:
                return [], False
    wild = _WILD.search(key)
    fixed = key[: wild.start()] if wild else key
    fits = re.compile(translate(key) if wild else ".*", re.DOTALL).fullmatch
    found: list[Stored] = []
    with worded(place):
        async for batch in obstore.list(store, prefix=fixed.rpartition("/")[0] or None):
            found += [_row(each) for each in batch if each["path"].startswith(fixed) and fits(each["path"])]
            if limit and len(found) > limit:
                break
    found.sort(key=lambda each: each["key"])
    return (found[:limit], True) if limit and len(found) > limit else (found, False)


def _row(meta: Any) -> Stored:
    return Stored(key=meta["path"], bytes=meta["size"], mtime=meta["last_modified"].timestamp())


async def _get(ctx: Context, store: S3Store, place: Place, found: list[Stored], key: str, local: str) -> None:
    target = os.path.abspath(ctx.path(local))  # noqa: ASYNC240 - it looks at nothing
    wild = _WILD.search(key)
    below = (key[: wild.start()] if wild else key).rpartition("/")[0]
    several = len(found) > 1 or bool(wild) or not key or key.endswith(("/", os.sep))
    folder = several or local.endswith(("/", os.sep)) or await asyncio.to_thread(os.path.isdir, target)
    for index, each in enumerate(found):
        name = each["key"].removeprefix(f"{below}/" if below else "")
        if any(part in {"", ".", ".."} for part in name.split("/")) or "\\" in name or "\0" in name:
            raise ActionError(f"'{each['key']}' is no name for a file here.", ErrorKind.VALIDATION)
        path = os.path.join(target, *name.split("/")) if folder else target
        await _bring(ctx, store, place, each, path, (index / len(found), 1 / len(found)))
        each["local"] = path


async def _bring(
    ctx: Context, store: S3Store, place: Place, each: Stored, path: str, share: tuple[float, float]
) -> None:
    """Download one object to a file beside its place; it gets its name when it is whole."""
    waiting = f"{path}.{secrets.token_hex(4)}.part"
    try:
        await asyncio.to_thread(make_folder, os.path.dirname(path))
        with open(waiting, "xb") as file, worded(place):  # noqa: ASYNC230 - nobody waits for a file that is new
            async for piece in _pieces(store, each):
                await asyncio.to_thread(file.write, piece)
                done = file.tell()
                part = done / each["bytes"] if each["bytes"] else 1.0
                ctx.progress(share[0] + share[1] * part, f"{each['key']}: {done / 1048576:.1f} MiB")
        await asyncio.to_thread(os.replace, waiting, path)
    except OSError as error:
        raise file_error(error, path, "write", folder=ctx.folder) from None
    finally:
        with contextlib.suppress(OSError):
            os.unlink(waiting)


async def _pieces(store: S3Store, each: Stored) -> AsyncIterator[Any]:
    """The bytes of one object; when the connection breaks, from where it broke, if the object is still the same."""
    import obstore
    from obstore.exceptions import GenericError

    at, tag, left = 0, None, _RESUMES
    while True:
        options: Any = {"range": {"offset": at}, "if_match": tag} if at else {}
        before = at
        try:
            answer = await obstore.get_async(store, each["key"], options=options)
            tag = answer.meta["e_tag"]
            async for piece in answer.stream(min_chunk_size=_PIECE):
                yield piece
                at += len(piece)
            return
        except GenericError:
            left = left - 1 if at == before else _RESUMES
            if not at or left <= 0 or tag is None:
                raise


async def _put(
    ctx: Context, store: S3Store, place: Place, local: str | list[str], key: str, missing_ok: bool
) -> list[Stored]:
    found = await asyncio.to_thread(select, ctx, local, name="local", missing_ok=missing_ok)
    into = not key or key.endswith("/") or not isinstance(local, str) or len(found) > 1
    rows = []
    for index, each in enumerate(found):
        if each.kind == "dir":
            raise ActionError(
                f"'{each.path}' is a folder.", ErrorKind.VALIDATION, hint="Name the files in it with a pattern."
            )
        goal = f"{key.rstrip('/')}/{each.relative}".lstrip("/") if into else key
        await _send(ctx, store, place, each, goal, (index / len(found), 1 / len(found)))
        rows.append(Stored(key=goal, bytes=each.status.st_size, mtime=each.status.st_mtime, local=each.path))
    return rows


async def _send(
    ctx: Context, store: S3Store, place: Place, each: Selected, goal: str, share: tuple[float, float]
) -> None:
    import obstore

    size = each.status.st_size

    async def pieces() -> AsyncIterator[bytes]:
        with open(each.path, "rb") as file:  # noqa: ASYNC230 - opening is quick, reading is in a thread
            done = 0
            while piece := await asyncio.to_thread(file.read, _PIECE):
                yield piece
                done += len(piece)
                ctx.progress(share[0] + share[1] * done / max(size, done), f"{goal}: {done / 1048576:.1f} MiB")

    try:
        if size <= _PART:
            with open(each.path, "rb") as file:  # noqa: ASYNC230 - it is small
                whole = await asyncio.to_thread(file.read)
            with worded(place):
                await obstore.put_async(store, goal, whole)
        else:
            part = max(_PART, size // _PARTS + 1)
            with worded(place):
                await obstore.put_async(store, goal, pieces(), chunk_size=part, max_concurrency=_AT_ONCE)
    except OSError as error:
        raise file_error(error, each.path, "read", folder=ctx.folder) from None
