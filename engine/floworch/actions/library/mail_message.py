"""A mail as bytes: addresses checked, Markdown turned into HTML with a text beside it, files attached."""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr
from typing import TYPE_CHECKING, Any, Literal

from floworch.actions.library.file_errors import file_error
from floworch.errors import ActionError, ErrorKind

if TYPE_CHECKING:
    from datetime import datetime

Format = Literal["markdown", "text", "html"]


@dataclass(frozen=True, slots=True)
class Mail:
    """What a mail says and to whom; addresses as written, ``files`` are absolute paths."""

    sender: str
    to: Sequence[str]
    subject: str
    body: str
    format: Format
    message_id: str
    date: datetime
    cc: Sequence[str] = ()
    bcc: Sequence[str] = ()
    reply_to: str = ""
    files: Sequence[str] = field(default=())

    @property
    def recipients(self) -> list[str]:
        """Every bare address it goes to, once each."""
        return list(dict.fromkeys(bare(each) for each in (*self.to, *self.cc, *self.bcc)))


def addresses(value: Any) -> Any:
    """Return a list of addresses from one text with commas between them; anything else as it is."""
    if not isinstance(value, str):
        return value
    parts: list[str] = []
    for piece in value.replace(";", ",").split(","):
        if parts and parts[-1].count('"') % 2:  # a comma inside a quoted name
            parts[-1] += f",{piece}"
        else:
            parts.append(piece)
    return [part.strip() for part in parts if part.strip()]


def bare(address: str) -> str:
    """The address without its name.

    Raises:
        ActionError: validation_error when it is none.
    """
    found = parseaddr(address)[1]
    local, at, domain = found.rpartition("@")
    if not (local and at and domain) or any(mark in address for mark in "\r\n\0") or " " in found:
        shown = address.splitlines()[0][:80] if address.strip() else ""
        raise ActionError(
            f"'{shown}' is not a mail address.",
            ErrorKind.VALIDATION,
            hint='Write it like ada@example.org, or "Ada Lovelace <ada@example.org>".',
        )
    return found


def as_bytes(mail: Mail, limit: int, stop: Callable[[], None]) -> bytes:
    """Return the mail as it goes over the wire. Reads files: for a thread.

    Args:
        mail: What to send.
        limit: Most bytes of all files together.
        stop: Called between files; raises when the work is not wanted any more.

    Raises:
        ActionError: An address, the subject or a file cannot be used.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = _written([mail.sender])
    message["To"] = _written(mail.to)
    if mail.cc:
        message["Cc"] = _written(mail.cc)
    if mail.reply_to:
        message["Reply-To"] = _written([mail.reply_to])
    if any(mark in mail.subject for mark in "\r\n\0"):
        raise ActionError(
            "The subject holds a line break.", ErrorKind.VALIDATION, hint="Use the filter 'trim', or shorten it."
        )
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.date)
    message["Message-ID"] = mail.message_id
    if mail.format == "html":
        message.set_content(mail.body, subtype="html")
    else:
        message.set_content(mail.body)
    if mail.format == "markdown":
        message.add_alternative(html_of(mail.body), subtype="html")
    left = limit
    for path in mail.files:
        stop()
        left -= _attach(message, path, left, limit)
    return message.as_bytes()


def html_of(markdown: str) -> str:
    """Return Markdown as HTML; HTML in it is shown as text, so that a value cannot bring markup of its own."""
    from markdown_it import MarkdownIt

    return str(MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).render(markdown))


def _written(found: Sequence[str]) -> str:
    return ", ".join(formataddr((parseaddr(each)[0], bare(each))) for each in found)


def _attach(message: EmailMessage, path: str, left: int, limit: int) -> int:
    try:
        if os.path.isdir(path):
            raise IsADirectoryError(path)
        if os.path.getsize(path) > left:
            raise ActionError(
                f"The attachments are over the limit of {limit / 1048576:g} MiB.",
                ErrorKind.VALIDATION,
                hint="Raise 'max_mb' if the mail server takes it, or send a link.",
            )
        with open(path, "rb") as file:
            data = file.read(left + 1)
    except OSError as error:
        raise file_error(error, path, "read") from None
    kind, packed = mimetypes.guess_type(path)
    main, _, sub = ("application/octet-stream" if packed or not kind else kind).partition("/")
    message.add_attachment(data, maintype=main, subtype=sub, filename=os.path.basename(path))
    return len(data)
