"""``mail.read``: the messages of a folder over IMAP."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import time
from dataclasses import dataclass
from typing import Annotated, Any, TypedDict, cast

from pydantic import Field

from floworch.actions.connections import check_place, place_or_connection
from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.cut_line import CutLine
from floworch.actions.library.file_errors import file_error
from floworch.actions.library.file_place import make_folder, temporary
from floworch.actions.library.imap_parts import Part, parts
from floworch.actions.library.imap_session import Account, Mailbox, Security, opened
from floworch.actions.library.mail_parts import content, decoded, headers, safe_name
from floworch.actions.proctree import to_the_end
from floworch.actions.widgets import Folder, Secret, secret_value, show_if, widget
from floworch.errors import ActionError, ErrorKind

_PORTS = {"tls": 993, "starttls": 143, "none": 143}
_BATCH = 50
#: Shown only while no connection says it.
_HERE = show_if(connection="")
_TEXT_BYTES = 256 << 10
_TOLD_SECONDS = 0.2


class Attachment(TypedDict):
    """A file of a message: its type, its size as it was sent, and its place here when it was saved, else empty.

    ``name`` is safe for a file system; the sender chose what it is made of.
    """

    name: str
    type: str
    bytes: int
    path: str


class Message(TypedDict):
    """A message; ``date`` is ISO 8601, ``text`` and ``html`` are what it says, of each at most 256 KiB."""

    uid: int
    message_id: str
    date: str
    sender: str
    to: list[str]
    cc: list[str]
    subject: str
    text: str
    html: str
    seen: bool
    bytes: int
    attachments: list[Attachment]


class Read(TypedDict):
    """The messages, newest first, how many they are, and whether more fit than the limit let through."""

    messages: list[Message]
    count: int
    more: bool


@action(
    "mail.read",
    title="Read mail",
    category="messaging",
    icon="mail",
    subtitle="folder",
    effect="idempotent",
    check=check_place("host", "mail"),
    capabilities=("network", "files"),
    example={
        "host": "imap.example.org",
        "user": "reports@example.org",
        "password": "MAIL_PASSWORD",
        "search": 'SUBJECT "Invoice" SINCE 1-Jan-2026',
        "save_attachments": "invoices",
    },
)
async def mail_read(
    ctx: Context,
    *,
    connection: Annotated[str, widget("connection", types=["mail"])] = "",
    host: Annotated[str, Field(title="Mail server (IMAP)"), _HERE] = "",
    user: Annotated[str, Field(title="User name"), _HERE] = "",
    password: Annotated[Secret | None, _HERE] = None,
    folder: Annotated[str, Field(min_length=1, max_length=1000), widget("text")] = "INBOX",
    search: Annotated[str, Field(title="Search (IMAP)")] = "",
    unseen: Annotated[bool, Field(title="Unread messages only")] = True,
    limit: Annotated[int, Field(title="Most messages", ge=1, le=1000)] = 50,
    save_attachments: Annotated[Folder | None, Field(title="Save attachments in")] = None,
    mark_read: Annotated[bool, Field(title="Mark as read")] = False,
    security: Annotated[Security, Field(title="Encryption"), _HERE] = "tls",
    port: Annotated[int | None, Field(ge=1, le=65535), _HERE] = None,
    verify: Annotated[bool, Field(title="Check the certificate")] = True,
    max_mb: Annotated[float, Field(title="Most attachments (MiB)", gt=0)] = 1024.0,
) -> Read:
    """Read the messages of a folder, newest first.

    Only headers and texts are loaded; attachments go piece by piece to a folder of their own for each message, when
    that is asked for. Reading leaves the folder as it was, unless 'mark_read' is true: the messages are then marked
    once all of them are read, and an attempt after that does not find them with 'unseen'. Cancelling the node cuts the
    connection and leaves no half file.

    Args:
        connection: Name of a connection of the type mail: its server (IMAP) and login instead of host, security, port,
            user and password.
        host: The mail server (IMAP).
        user: Name to log in with.
        password: Name of the secret that holds the password.
        folder: The folder.
        search: Criteria of IMAP, such as FROM ada SUBJECT "monthly report" SINCE 1-Jan-2026; empty takes all.
        unseen: Whether only messages count that nobody has read.
        limit: Most messages to read.
        save_attachments: Folder to save attachments in; empty saves none. A relative path starts in the folder the run
            was started in.
        mark_read: Whether the messages are marked as read afterwards.
        security: tls is encrypted from the start, starttls turns to TLS, none never is.
        port: By default 993 for tls, 143 for the others.
        verify: Whether the certificate of the server must be valid.
        max_mb: Most that the attachments may have together, in MiB as they were sent.
    """
    if re.search(r"[\x00\r\n]", search + folder):
        raise ActionError("'search' and 'folder' must be one line.", ErrorKind.VALIDATION, hint="Remove line breaks.")
    named = place_or_connection(ctx, connection, "mail", "host", host)
    if named is not None:
        host, user, password = named.get("host"), named.get("user"), named.get("password") or None
        port, security = int(named.get("port", "0")) or None, cast("Security", named.get("security", "tls"))
    if not user or not password:
        raise ActionError(
            "'user' and 'password' are needed to read a mailbox.",
            ErrorKind.VALIDATION,
            hint="Give both, or the name of a connection of the type mail that has them.",
        )
    account = Account(host, port or _PORTS[security], user, secret_value(ctx, password), security, verify)
    into = ctx.path(save_attachments) if save_attachments else ""
    line = CutLine()
    job = _Job(ctx, into, int(max_mb * 1048576))
    criteria = " ".join(filter(None, ["UNSEEN" if unseen else "", search.strip()])) or "ALL"

    def work() -> Read:
        with opened(account, folder, mark_read, line) as mailbox:
            job.home = hashlib.sha256(f"{account.user}@{host}/{folder}/{mailbox.validity}".encode()).hexdigest()[:8]
            return job.run(mailbox, criteria, limit, mark_read)

    thread = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        found = await asyncio.shield(thread)
    except asyncio.CancelledError:
        line.cut()
        await to_the_end(_over(thread))
        raise
    ctx.log(f"Read {found['count']} messages of {folder}{', there are more' if found['more'] else ''}.")
    return found


async def _over(thread: asyncio.Future[Any]) -> None:
    """Wait a little for a thread whose connection was cut; one that still looks for its server is left alone."""
    await asyncio.wait([thread], timeout=2.0)
    thread.add_done_callback(lambda done: done.cancelled() or done.exception())


@dataclass(slots=True)
class _Job:
    """Reads messages in a thread; what it does on the network fails once the connection is cut."""

    ctx: Context
    into: str
    left: int
    home: str = ""
    told: float = 0.0

    def run(self, mailbox: Mailbox, criteria: str, limit: int, mark: bool) -> Read:
        uids, more = mailbox.search(criteria, limit)
        found: list[Message] = []
        for start in range(0, len(uids), _BATCH):
            batch = uids[start : start + _BATCH]
            described = mailbox.describe(batch)
            for uid in batch:
                if uid in described:
                    self.tell(len(found) / len(uids), f"{len(found)} of {len(uids)} messages")
                    found.append(self.message(mailbox, uid, described[uid]))
        if mark:
            mailbox.mark_read([each["uid"] for each in found])
        return Read(messages=found, count=len(found), more=more)

    def tell(self, fraction: float | None, text: str) -> None:
        if time.monotonic() - self.told > _TOLD_SECONDS:
            self.told = time.monotonic()
            self.ctx.progress(fraction, text)

    def message(self, mailbox: Mailbox, uid: int, said: dict[str, Any]) -> Message:
        leaves = parts(said["BODYSTRUCTURE"])
        texts = [each for each in leaves if not each.attached]
        header = said.get("HEADER")
        flags = [str(each).lower() for each in said.get("FLAGS") or []]
        attachments: list[Attachment] = []
        for each in leaves:
            if each.attached:
                name = safe_name(each.name, len(attachments) + 1, [one["name"] for one in attachments])
                path = self.save(mailbox, uid, each, name) if self.into else ""
                attachments.append(Attachment(name=name, type=each.type, bytes=each.bytes, path=path))
        return Message(
            uid=uid,
            **headers(header if isinstance(header, bytes) else b""),
            text=self.text(mailbox, uid, texts, "text/plain"),
            html=self.text(mailbox, uid, texts, "text/html"),
            seen="\\seen" in flags,
            bytes=int(str(said.get("RFC822.SIZE") or 0)),
            attachments=attachments,
        )

    def text(self, mailbox: Mailbox, uid: int, texts: list[Part], kind: str) -> str:
        for each in texts:
            if each.type == kind:
                pieces = mailbox.pieces(uid, each.number, min(each.bytes, _TEXT_BYTES))
                data = b"".join(content(pieces, each.encoding))
                return decoded(data, each.charset).replace("\r\n", "\n")
        return ""

    def save(self, mailbox: Mailbox, uid: int, part: Part, name: str) -> str:
        self.left -= part.bytes
        if self.left < 0:
            raise ActionError(
                f"The attachments are too large: with '{name}' of message {uid} they are over max_mb.",
                ErrorKind.VALIDATION,
                hint="Raise 'max_mb', or read fewer messages.",
            )
        target = os.path.join(self.into, f"{self.home}-{uid}", name)
        done = 0
        try:
            make_folder(os.path.dirname(target))
            with temporary(target) as (fd, place):
                for data in content(mailbox.pieces(uid, part.number, part.bytes), part.encoding):
                    _write(fd, data, target)
                    done += len(data)
                    self.tell(None, f"{name}: {done / 1048576:.1f} MiB")
                os.replace(place, target)
        except OSError as error:
            if error.filename is None:  # it is the connection's
                raise
            raise file_error(error, target, "write", folder=self.ctx.folder) from None
        return target


def _write(fd: int, data: bytes, target: str) -> None:
    try:
        with open(fd, "wb", closefd=False) as file:
            file.write(data)
    except OSError as error:
        raise file_error(error, target, "write") from None
