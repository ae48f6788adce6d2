"""One HTTP exchange: a session that trusts what the system trusts, and errors worded for people.

The kinds of HTTP statuses are those of contract C15 ("Errors of Python code").
"""

from __future__ import annotations

import math
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from floworch.errors import ActionError, ErrorKind

if TYPE_CHECKING:
    import aiohttp

#: Seconds to wait for a connection. The whole exchange is bounded by the node's timeout.
CONNECT_SECONDS = 30.0
#: Methods that change nothing by definition (RFC 9110, 9.2.1): they carry no Idempotency-Key.
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_PERMISSION, _TIMEOUT = frozenset({401, 403}), frozenset({408, 504})
_SAID = 300


def check_url(url: str) -> str:
    """Return the URL of a request, trimmed.

    Raises:
        ActionError: validation_error when it is not an absolute http or https URL.
    """
    text = url.strip()
    try:
        parts = urlsplit(text)
        good = parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise ActionError(
            f"'{shown_url(text)}' is not a web address.",
            ErrorKind.VALIDATION,
            hint="Write it with its scheme, for example https://example.org/path.",
        )
    return text


def shown_url(url: str) -> str:
    """A URL without user, password, query and fragment: what may be said in messages and logs."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit((parts.scheme, host, parts.path, "", ""))[:_SAID]
    except ValueError:
        return url.partition("?")[0][:_SAID]


@asynccontextmanager
async def exchange(
    method: str, url: str, *, verify: bool = True, follow_redirects: bool = True, **request: Any
) -> AsyncIterator[aiohttp.ClientResponse]:
    """Send one request and give its response; the connection is closed at the end, also on cancellation.

    Args:
        method: The method in upper case.
        url: An absolute URL.
        verify: Whether the server's certificate must be valid.
        follow_redirects: Whether up to ten redirects are followed.
        request: Further arguments of ``aiohttp.ClientSession.request``; ``data`` may be a function that gives a context
            manager of the body.

    Raises:
        ActionError: connection_error, timeout_error or validation_error for what aiohttp raises, inside the block too.
    """
    import aiohttp

    timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS)
    connector = aiohttp.TCPConnector(ssl=trust(verify), limit=0)
    try:
        data: Any = request.pop("data", None)
        made: Any = data() if callable(data) else nullcontext(data)
        with made as body:
            async with (
                aiohttp.ClientSession(connector=connector, timeout=timeout, trust_env=True) as session,
                session.request(method, url, allow_redirects=follow_redirects, data=body, **request) as response,
            ):
                yield response
    except aiohttp.InvalidURL:
        raise ActionError(f"'{shown_url(url)}' is not a web address.", ErrorKind.VALIDATION) from None
    except (aiohttp.ClientError, OSError) as error:
        raise http_error(error, url) from error


def trust(verify: bool = True) -> ssl.SSLContext:
    """A context for TLS that trusts the certificates the operating system trusts, or any when not to ``verify``."""
    if not verify:
        return _blind()
    try:
        import truststore
    except ImportError:  # pragma: no cover - an installation without its dependencies
        return ssl.create_default_context()
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _blind() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def http_error(error: BaseException, url: str) -> ActionError:
    """Return the error of an action for what the client raised."""
    import aiohttp

    where = shown_url(url)
    host = urlsplit(where).netloc or where
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError | ssl.SSLError):
        return ActionError(
            f"The certificate of {host} cannot be trusted: {_reason(error)}.",
            ErrorKind.CONNECTION,
            hint="Check the address and this computer's clock. Set 'verify' to false only for a server of your own.",
        )
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return ActionError(
            f"The name {host} cannot be found.", ErrorKind.CONNECTION, hint="Check the address and the network."
        )
    if isinstance(error, aiohttp.TooManyRedirects):
        return ActionError(f"{where} redirects more than ten times.", ErrorKind.VALIDATION, hint="Check the address.")
    if isinstance(error, TimeoutError):
        return ActionError(f"{host} did not answer in {CONNECT_SECONDS:g} seconds.", ErrorKind.TIMEOUT)
    if isinstance(error, aiohttp.ClientConnectorError):
        return ActionError(
            f"No connection to {host}: {_reason(error)}.", ErrorKind.CONNECTION, hint="Check that the server runs."
        )
    return ActionError(f"The connection to {host} broke: {_reason(error)}.", ErrorKind.CONNECTION)


def _reason(error: BaseException) -> str:
    inner = getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error
    text = (
        getattr(inner, "verify_message", "") or getattr(inner, "strerror", None) or str(inner) or type(inner).__name__
    )
    return str(text)[:_SAID].rstrip(".")


def kind_of_status(status: int) -> ErrorKind:
    """The kind of failure that an HTTP status means (contract C15)."""
    if status in _PERMISSION:
        return ErrorKind.PERMISSION
    if status == 404:
        return ErrorKind.NOT_FOUND
    if status in _TIMEOUT:
        return ErrorKind.TIMEOUT
    if status == 429:
        return ErrorKind.RATE_LIMIT
    return ErrorKind.EXTERNAL_SERVICE if status >= 500 else ErrorKind.VALIDATION


def status_error(method: str, url: str, status: int, reason: str, headers: Mapping[str, str], body: str) -> ActionError:
    """Return the error for a status that was not accepted; Retry-After becomes ``retry_after`` (C4.4)."""
    said = " ".join(body.split())
    said = said if len(said) <= _SAID else f"{said[:_SAID]}…"
    message = f"{method} {shown_url(url)} answered {status} {reason}".rstrip()
    wait = retry_after(headers.get("Retry-After"), datetime.now(UTC))
    return ActionError(f"{message}{f': {said}' if said else ''}.", kind_of_status(status), wait, _advice(status))


def _advice(status: int) -> str:
    """What to do about a status that was not accepted: what the server may do better another time is tried again."""
    if status == 429:
        return "The server wants fewer requests: give the node a 'retry' with a longer delay, or a 'rate_limit' layer."
    if status >= 500:
        return "The server failed; it may not the next time: give the node a 'retry', or look at the server's log."
    return "Add the status to 'ok_status' to accept it."


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for (RFC 9110, 10.2.3), or None when it says nothing usable.

    Args:
        value: A number of seconds or an HTTP date.
        now: The time that a date is compared with.
    """
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            at = parsedate_to_datetime(value)
        except (ValueError, TypeError):
            return None
        seconds = ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds()
    return max(0.0, seconds) if math.isfinite(seconds) else None
