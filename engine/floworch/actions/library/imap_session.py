"""A mailbox over IMAP, for a thread: every call blocks, and ``CutLine.cut`` ends whichever is going on."""

from __future__ import annotations

import base64
import contextlib
import imaplib
import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from floworch.actions.library.cut_line import CutLine
from floworch.actions.library.http_client import trust
from floworch.actions.library.imap_parts import messages
from floworch.errors import ActionError, ErrorKind

Security = Literal["tls", "starttls", "none"]
ANSWER_SECONDS = 60.0
#: Messages that one search looks at: its answer then stays within what a line may hold.
_WINDOW = 20_000
_PIECE = 1 << 20
_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|[^\s"()]+')
_ASKED = "(UID FLAGS RFC822.SIZE BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID DATE FROM TO CC SUBJECT)])"


@dataclass(frozen=True, slots=True)
class Account:
    """Where a mailbox is and how to log in."""

    host: str
    port: int
    user: str
    password: str
    security: Security
    verify: bool

    @property
    def where(self) -> str:
        """For messages."""
        return f"{self.host}:{self.port}"


class _Client(imaplib.IMAP4):
    def __init__(self, account: Account, line: CutLine) -> None:
        self._account, self._line = account, line
        super().__init__(account.host, account.port, ANSWER_SECONDS)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        account = self._account
        tls = trust(account.verify) if account.security == "tls" else None
        return self._line.connect(account.host, account.port, timeout or ANSWER_SECONDS, tls)


class Mailbox:
    """One folder of an account, open."""

    def __init__(self, client: imaplib.IMAP4, count: int) -> None:
        self._client = client
        self._count = count
        self.validity = str((client.response("UIDVALIDITY")[1] or [b""])[-1] or b"")

    def search(self, criteria: str, most: int) -> tuple[list[int], bool]:
        """UIDs that fit, newest first and at most so many, and whether there are more.

        Raises:
            ActionError: validation_error when the server does not understand the criteria.
        """
        found: list[int] = []
        for last in range(self._count, 0, -_WINDOW):
            window = f"{max(1, last - _WINDOW + 1)}:{last}"
            asked: list[Any] = [window, criteria]
            if not criteria.isascii():
                asked = ["CHARSET", "UTF-8", window, _WORD.sub(_in_quotes, criteria).encode()]
            try:
                status, answer = self._client.uid("SEARCH", *asked)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as error:
                raise _misunderstood(criteria, str(error)) from None
            if status != "OK":
                raise _misunderstood(criteria, _said(answer))
            found += sorted((int(each) for each in b" ".join(one or b"" for one in answer).split()), reverse=True)
            if len(found) > most:
                return found[:most], True
        return found, False

    def describe(self, uids: list[int]) -> dict[int, dict[str, Any]]:
        """What the server says about messages, by UID; one that is gone meanwhile is not in it."""
        answer = self._fetch(",".join(map(str, uids)), _ASKED)
        return {int(each["UID"]): each for each in messages(answer) if "BODYSTRUCTURE" in each}

    def pieces(self, uid: int, number: str, size: int) -> Iterator[bytes]:
        """The encoded bytes of a part, at most ``size`` of them, in pieces of a mebibyte."""
        at = 0
        while at < size:
            asked = min(_PIECE, size - at)
            found = list(messages(self._fetch(str(uid), f"(UID BODY.PEEK[{number}]<{at}.{asked}>)")))
            piece = next((each["PIECE"] for each in found if "PIECE" in each), None) or b""
            data = piece.encode() if isinstance(piece, str) else piece
            if data:
                yield data
            at += len(data)
            if len(data) < asked:
                return

    def mark_read(self, uids: list[int]) -> None:
        """Set the flag that says a message was read."""
        if uids:
            status, answer = self._client.uid("STORE", ",".join(map(str, uids)), "+FLAGS.SILENT", r"(\Seen)")
            if status != "OK":
                raise ActionError(f"The messages cannot be marked as read: {_said(answer)}.", ErrorKind.PERMISSION)

    def _fetch(self, uids: str, what: str) -> list[Any]:
        status, answer = self._client.uid("FETCH", uids, what)
        if status != "OK":
            raise ActionError(f"The messages cannot be read: {_said(answer)}.", ErrorKind.EXTERNAL_SERVICE)
        return answer


@contextlib.contextmanager
def opened(account: Account, folder: str, writable: bool, line: CutLine) -> Iterator[Mailbox]:
    """Connect, log in and open a folder; what fails in the body, too, is worded for people.

    Raises:
        ActionError: connection_error, permission_error, timeout_error, not_found_error, validation_error or
            external_service_error.
    """
    client: imaplib.IMAP4 | None = None
    try:
        client = _Client(account, line)
        if account.security == "starttls":
            client.starttls(trust(account.verify))
        _login(client, account)
        status, answer = client.select(_quoted(folder), readonly=not writable)
        if status != "OK":
            raise ActionError(
                f"{account.where} cannot open the folder '{folder}': {_said(answer)}.",
                ErrorKind.NOT_FOUND,
                hint="Correct 'folder'; folders within others are written with the separator of the server.",
            )
        yield Mailbox(client, int(answer[0] or 0))
    except (imaplib.IMAP4.error, OSError, ValueError) as error:
        raise _worded(error, account.where) from None
    finally:
        if client is not None and not line.is_cut:
            with contextlib.suppress(imaplib.IMAP4.error, OSError):
                client.logout()
        if client is not None:
            with contextlib.suppress(OSError):
                client.shutdown()
        line.cut()


def _login(client: imaplib.IMAP4, account: Account) -> None:
    if re.search(r"[\x00\r\n]", account.user + account.password):
        raise ActionError("The user or the password holds a line break or a null.", ErrorKind.VALIDATION)
    try:
        if "AUTH=PLAIN" in client.capabilities:
            plain = f"\0{account.user}\0{account.password}".encode()
            client.authenticate("PLAIN", lambda challenge: plain)
        else:
            client.login(account.user, account.password)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        said = str(error).removeprefix("b'").rstrip("'.")
        raise ActionError(
            f"{account.where} did not accept the login of {account.user}: {said}.",
            ErrorKind.PERMISSION,
            hint="Check 'user' and the secret; many providers want a password made for programs.",
        ) from None


def _in_quotes(found: re.Match[str]) -> str:
    """Letters beyond ASCII may stand in quotes only."""
    word = found[0]
    return word if word.isascii() or word.startswith('"') else f'"{word}"'


def _quoted(folder: str) -> str:
    """A folder's name as IMAP writes it: quoted, in its own form of UTF-7."""

    def shifted(found: re.Match[str]) -> str:
        code = base64.b64encode(found[0].encode("utf-16-be", "surrogatepass")).decode().rstrip("=").replace("/", ",")
        return f"&{code}-"

    text = re.sub(r"[^\x20-\x7e]+", shifted, folder.replace("&", "&-"))
    return '"' + text.replace("\\", r"\\").replace('"', r"\"") + '"'


def _said(answer: Any) -> str:
    last = answer[-1] if answer else b""
    return (last.decode("utf-8", "replace") if isinstance(last, bytes) else str(last)).rstrip(".")[:300]


def _misunderstood(criteria: str, said: str) -> ActionError:
    return ActionError(
        f"The server does not understand the search {criteria!r}: {said}.",
        ErrorKind.VALIDATION,
        hint='Write criteria of IMAP, such as FROM ada SUBJECT "monthly report" SINCE 1-Jan-2026.',
    )


def _worded(error: Exception, where: str) -> ActionError:
    said = str(error).rstrip(".") or type(error).__name__
    if isinstance(error, TimeoutError):
        return ActionError(f"{where} did not answer in {ANSWER_SECONDS:g} seconds.", ErrorKind.TIMEOUT)
    if isinstance(error, ssl.SSLCertVerificationError):
        return ActionError(
            f"The certificate of {where} cannot be trusted: {said}.",
            ErrorKind.CONNECTION,
            hint="Check the name of the server. Set 'verify' to false only for a server of your own.",
        )
    return ActionError(
        f"No connection to {where}, or it broke: {said}.",
        ErrorKind.CONNECTION,
        hint="Check 'host', 'port' and 'security', and that the server runs.",
    )
