"""``file.sftp``: files over SSH."""

from __future__ import annotations

import asyncio
import contextlib
import os
import posixpath
import secrets
import stat
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal, NotRequired, TypedDict

from pydantic import Field

from floworch.actions.connections import check_place, place_or_connection
from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.file_errors import file_error
from floworch.actions.library.file_place import make_folder
from floworch.actions.library.file_select import select
from floworch.actions.library.ssh_session import Login, connected
from floworch.actions.widgets import FilePath, Secret, show_if, widget
from floworch.errors import ActionError, ErrorKind

if TYPE_CHECKING:
    import asyncssh

#: Shown only while no connection says it.
_HERE = show_if(connection="")
_WILD = frozenset("*?[")


class RemoteFile(TypedDict):
    """A file: its path there, its size in bytes, its time of change in epoch seconds, its path here for get and put."""

    remote: str
    bytes: int
    mtime: float
    local: NotRequired[str]


class Transferred(TypedDict):
    """The files in the order of their paths, how many they are, and their bytes together."""

    files: list[RemoteFile]
    count: int
    bytes: int


@action(
    "file.sftp",
    title="Files over SFTP",
    category="files",
    icon="cloud",
    subtitle="remote",
    effect="idempotent",
    check=check_place("host", "ssh"),
    capabilities=("network", "files"),
    example={"op": "get", "host": "web.example.org", "user": "backup", "remote": "dumps/*.gz", "local": "dumps"},
)
async def file_sftp(
    ctx: Context,
    *,
    connection: Annotated[str, widget("connection", types=["ssh"])] = "",
    host: Annotated[str, _HERE] = "",
    op: Annotated[Literal["get", "put", "list", "delete"], Field(title="What to do")],
    remote: Annotated[str, Field(title="Files on the other machine", min_length=1)],
    local: Annotated[
        str | list[str], Field(title="Files on this machine"), widget("list"), show_if(op=["get", "put"])
    ] = "",
    user: Annotated[str, Field(title="User name"), _HERE] = "",
    port: Annotated[int, Field(ge=1, le=65535), _HERE] = 22,
    key: Annotated[FilePath | None, Field(title="Private key file"), _HERE] = None,
    password: Annotated[Secret | None, _HERE] = None,
    missing_ok: Annotated[bool, Field(title="Missing files are fine")] = False,
    known_hosts: Annotated[FilePath | None, Field(title="File of known servers"), _HERE] = None,
    verify: Annotated[bool, Field(title="Check the key of the server"), _HERE] = True,
) -> Transferred:
    """Get, put, list or delete files on another machine over SFTP.

    A file gets its name, here or there, when it is whole; what had that name is replaced. A cancel closes the
    connection and leaves no half file under a name that was asked for.

    Args:
        connection: Name of a connection of the type ssh: its machine and login instead of host, user, port, key,
            password, known_hosts and verify.
        host: The machine; names of ~/.ssh/config work, too.
        op: get brings files, put sends them, list looks at them, delete removes them.
        remote: A path there, or for all but put a pattern such as dumps/*.gz; list also takes a folder. For put, a
            folder when it ends with / or several files are sent.
        local: For get, the folder to write into (or the file when one file is named and this is no folder); for put, a
            file, a pattern or a list of paths. A relative path starts in the folder the run was started in.
        user: Name to log in with; by default that of ssh.
        port: Port of the server.
        key: File with the private key; by default the agent and the keys of ssh are tried.
        password: Name of the secret with the password, or with the passphrase of the key.
        missing_ok: Whether nothing to get, put or delete is fine.
        known_hosts: File with the keys of known servers; by default that of ssh.
        verify: Whether the server must have a known key.
    """
    if op in {"get", "put"} and not local:
        raise ActionError(
            "'local' is missing.", ErrorKind.VALIDATION, hint="Name the folder to write into, or the files to send."
        )
    if op == "get" and not isinstance(local, str):
        raise ActionError("'local' must be one folder for get.", ErrorKind.VALIDATION, hint="Use a text.")
    named = place_or_connection(ctx, connection, "ssh", "host", host)
    if named is not None:
        login = Login.of(named)
    else:
        login = Login(host, port, user, key or "", password, known_hosts or "", verify)
    async with connected(ctx, login, "file.sftp") as machine, machine.start_sftp_client() as sftp:
        if op == "put":
            files = await _put(ctx, sftp, local, remote, missing_ok)
        else:
            files = await _look(sftp, remote, op)
            if not files and not missing_ok and op != "list":
                raise ActionError(
                    f"There is no file '{remote}' on {login.host}.",
                    ErrorKind.NOT_FOUND,
                    hint="Correct 'remote', or set missing_ok to true to go on without.",
                )
            for index, each in enumerate(files):
                if op == "delete":
                    await sftp.remove(each["remote"])
                elif op == "get":
                    several = len(files) > 1 or bool(_WILD & set(remote))
                    each["local"] = await _get(ctx, sftp, each, str(local), several, index, len(files))
    ctx.log(f"{op}: {len(files)} files, {sum(each['bytes'] for each in files)} bytes")
    return Transferred(files=files, count=len(files), bytes=sum(each["bytes"] for each in files))


def _row(path: str, status: Any) -> RemoteFile:
    return RemoteFile(remote=path, bytes=status.size or 0, mtime=float(status.mtime or 0))


async def _look(sftp: asyncssh.SFTPClient, remote: str, op: str) -> list[RemoteFile]:
    import asyncssh

    try:
        status = await sftp.stat(remote)
    except asyncssh.SFTPNoSuchFile:
        status = None
    if status is not None and stat.S_ISDIR(status.permissions or 0):
        if op != "list":
            raise ActionError(
                f"'{remote}' is a folder.", ErrorKind.VALIDATION, hint=f"Name the files in it, such as {remote}/*."
            )
        pattern = posixpath.join(_escaped(remote), "*")
    elif status is not None:
        return [_row(remote, status)]
    else:
        pattern = remote
    if not _WILD & set(pattern):
        return []
    entries = await sftp.glob_sftpname(pattern, error_handler=lambda error: None)
    found = [_row(str(each.filename), each.attrs) for each in entries if stat.S_ISREG(each.attrs.permissions or 0)]
    return sorted(found, key=lambda each: each["remote"])


def _escaped(path: str) -> str:
    return "".join(f"[{letter}]" if letter in _WILD else letter for letter in path)


def _teller(ctx: Context, name: str, before: float, share: float) -> Callable[[Any, Any, int, int], None]:
    def tell(source: Any, target: Any, done: int, total: int) -> None:
        ctx.progress(before + share * (done / total if total else 1.0), f"{name}: {done / 1048576:.1f} MiB")

    return tell


async def _get(
    ctx: Context, sftp: asyncssh.SFTPClient, each: RemoteFile, local: str, several: bool, index: int, count: int
) -> str:
    place = os.path.abspath(ctx.path(local))  # noqa: ASYNC240 - it looks at nothing
    name = posixpath.basename(each["remote"])
    if several or local.endswith(("/", os.sep)) or await asyncio.to_thread(os.path.isdir, place):
        if name in {"", ".", ".."} or "\\" in name or os.sep in name:
            raise ActionError(f"'{name}' is no name for a file here.", ErrorKind.VALIDATION)
        place = os.path.join(place, name)
    waiting = f"{place}.{secrets.token_hex(4)}.part"
    try:
        await asyncio.to_thread(make_folder, os.path.dirname(place))
        tell = _teller(ctx, name, index / count, 1 / count)
        await sftp.get(each["remote"], waiting, progress_handler=tell)
        await asyncio.to_thread(os.replace, waiting, place)
    except OSError as error:
        if error.filename is None:
            raise
        raise file_error(error, place, "write", folder=ctx.folder) from None
    finally:
        with contextlib.suppress(OSError):
            os.unlink(waiting)
    return place


async def _put(
    ctx: Context, sftp: asyncssh.SFTPClient, local: str | list[str], remote: str, missing_ok: bool
) -> list[RemoteFile]:
    found = await asyncio.to_thread(select, ctx, local, name="local", missing_ok=missing_ok)
    into = remote.endswith("/") or not isinstance(local, str) or len(found) > 1 or await sftp.isdir(remote)
    files = []
    for index, each in enumerate(found):
        if each.kind == "dir":
            raise ActionError(
                f"'{each.path}' is a folder.", ErrorKind.VALIDATION, hint="Name the files in it with a pattern."
            )
        goal = posixpath.join(remote, each.relative) if into else remote
        await sftp.makedirs(posixpath.dirname(goal) or ".", exist_ok=True)
        waiting = f"{goal}.{secrets.token_hex(4)}.part"
        try:
            tell = _teller(ctx, each.relative, index / len(found), 1 / len(found))
            await sftp.put(each.path, waiting, progress_handler=tell)
            await sftp.posix_rename(waiting, goal)
        except BaseException:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(2):
                    await sftp.remove(waiting)
            raise
        files.append(RemoteFile(remote=goal, bytes=each.status.st_size, mtime=each.status.st_mtime, local=each.path))
    return files
