"""A place in an object store that speaks the protocol of S3, and what can go wrong with it, for people."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from floworch.actions.context import Context
from floworch.actions.widgets import secret_value
from floworch.errors import ActionError, ErrorKind
from floworch.versions import pip_line

if TYPE_CHECKING:
    from obstore.store import S3Store

    from floworch.actions.connections import Connection

_CONNECT = timedelta(seconds=20)
#: A body may take as long as it needs, while something comes; a service that puts the parts of a large upload together
#: may say nothing for minutes.
_SILENCE, _WHOLE = timedelta(minutes=5), timedelta(days=7)
_RETRY = {"max_retries": 3, "retry_timeout": timedelta(minutes=10)}


@dataclass(frozen=True, slots=True)
class Place:
    """A bucket, or a folder in it, and how to log in; empty texts stand for what the environment says."""

    url: str
    region: str = ""
    endpoint: str = ""
    access_key: str = ""
    secret_key: str | None = None

    @classmethod
    def of(cls, known: Connection) -> Place:
        """What a connection of the type storage says."""
        names = ("url", "region", "endpoint", "access_key")
        url, region, endpoint, access_key = (known.get(name) for name in names)
        return cls(url, region, endpoint, access_key, known.get("secret_key") or None)


def open_store(ctx: Context, place: Place) -> S3Store:
    """The store of a place; nothing is connected yet.

    Raises:
        ActionError: validation_error for an address that is none, or a library that is missing.
    """
    try:
        from obstore.store import S3Store
    except ModuleNotFoundError:
        raise ActionError(
            "file.object needs a library that is not installed.",
            ErrorKind.VALIDATION,
            hint=f"Install it: {pip_line('floworch[cloud]')}",
        ) from None
    parts = urlsplit(place.url.strip())
    if parts.scheme != "s3" or not parts.netloc or "@" in parts.netloc or parts.query or parts.fragment:
        raise ActionError(
            "'url' is no address of a bucket.",
            ErrorKind.VALIDATION,
            hint="Write s3://bucket or s3://bucket/folder; other services that speak S3 are named by 'endpoint'.",
        )
    options: dict[str, Any] = {}
    if place.region or place.endpoint:
        options["region"] = place.region or "us-east-1"
    if place.endpoint:
        options["endpoint"] = place.endpoint
    if place.access_key:
        options["access_key_id"] = place.access_key
    if place.secret_key:
        options["secret_access_key"] = secret_value(ctx, place.secret_key)
    client: Any = {"connect_timeout": _CONNECT, "read_timeout": _SILENCE, "timeout": _WHOLE}
    client["allow_http"] = place.endpoint.startswith("http://")
    retry: Any = _RETRY
    with worded(place):
        return S3Store(
            parts.netloc, prefix=parts.path.strip("/") or None, client_options=client, retry_config=retry, **options
        )


def _said(text: str) -> str:
    """The message in an answer of the service, else the first lines of what the library says."""
    found = re.search(r"<Message>([^<]*)</Message>", text)
    return " ".join((found[1] if found else text.split("\n\n", 1)[0]).split())[:300].rstrip(".")


@contextlib.contextmanager
def worded(place: Place) -> Iterator[None]:
    """Errors of the store in the block become errors of an action, without secrets.

    Raises:
        ActionError: permission_error, not_found_error, validation_error or connection_error.
    """
    from obstore import exceptions as store

    try:
        yield
    except (store.BaseError, FileNotFoundError) as error:
        if getattr(error, "filename", None) is not None:
            raise  # a file here
        said, where = _said(str(error)), place.url
        if isinstance(error, (store.UnauthenticatedError, store.PermissionDeniedError)) or "403 Forbidden" in str(
            error
        ):
            raise ActionError(
                f"{where} did not accept the login, or it may not do this: {said}.",
                ErrorKind.PERMISSION,
                hint="Check 'access_key' and the secret, and what they are allowed to do.",
            ) from None
        if isinstance(error, (store.NotFoundError, FileNotFoundError)) or "NoSuchBucket" in str(error):
            hint = "Check the bucket and 'key'."
            raise ActionError(f"{where}: {said}.", ErrorKind.NOT_FOUND, hint=hint) from None
        if isinstance(error, (store.InvalidPathError, store.UnknownConfigurationKeyError)) or "URL" in said[:60]:
            raise ActionError(f"{where}: {said}.", ErrorKind.VALIDATION, hint="Check 'url' and 'key'.") from None
        raise ActionError(
            f"No connection to {where}, or it broke: {said}.",
            ErrorKind.CONNECTION,
            hint="Check 'endpoint' and 'region', and that the service runs.",
        ) from None
