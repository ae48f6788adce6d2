"""Logging in over HTTP with a named connection: basic, bearer, API key, OAuth 2 client credentials."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit
from weakref import WeakKeyDictionary

from floworch.actions.connections import connection as find_connection
from floworch.actions.library.http_client import check_url, exchange, shown_url, status_error
from floworch.errors import ActionError, ErrorKind

if TYPE_CHECKING:
    import aiohttp

    from floworch.actions.connections import Connection
    from floworch.actions.context import Context

#: Seconds before its end at which a token is not used any more, and how long one without an end is kept.
_MARGIN, _KEEP = 30.0, 300.0
_MAX = 1 << 20
#: Access tokens of this process by connection and what it says; they are never written down.
_TOKENS: dict[tuple[str, ...], tuple[float, str]] = {}
#: Per loop, so that no lock outlives the loop that it belongs to.
_LOCKS: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[str, ...], asyncio.Lock]] = WeakKeyDictionary()


def login_and_address(ctx: Context, name: str, url: str) -> tuple[Connection | None, str]:
    """The connection of that name, None for an empty one, and the address of a request.

    Raises:
        ActionError: There is no such connection, or the address is none or lies outside of it.
    """
    login = find_connection(ctx, name, "http") if name else None
    return login, check_url(url) if login is None else address(login, url)


@asynccontextmanager
async def logged_in(
    ctx: Context, login: Connection | None, method: str, url: str, *, headers: Mapping[str, str], **more: Any
) -> AsyncIterator[aiohttp.ClientResponse]:
    """``exchange``, logged in; a token that the server does not take is fetched anew, once.

    What is sent must be such that it can be sent again. A redirect is not followed where a key stands in a field of
    its own: whoever it leads to would see the key.

    Raises:
        ActionError: As ``exchange`` and ``login_headers``.
    """
    if login is None:
        async with exchange(method, url, headers=headers, **more) as response:
            yield response
        return
    if login.get("auth") == "api_key":
        more["follow_redirects"] = False
    for fresh in (False, True):
        added = await login_headers(ctx, login, fresh)
        own = {name: value for name, value in headers.items() if name.lower() not in {each.lower() for each in added}}
        async with exchange(method, url, headers=own | added, **more) as response:
            if response.status != 401 or fresh or login.get("auth") != "oauth2":
                yield response
                return


def address(of: Connection, url: str) -> str:
    """The address of a request: below the connection's own, where its password may be sent, and nowhere else.

    Raises:
        ActionError: validation_error when it leads elsewhere.
    """
    base = check_url(of.get("url"))
    target = check_url(urljoin(base.rstrip("/") + "/", url.strip().lstrip("/")) if "://" not in url else url)
    here, there = urlsplit(base), urlsplit(target)
    inside = f"{there.path.rstrip('/')}/".startswith(f"{here.path.rstrip('/')}/") and ".." not in there.path.split("/")
    if (here.scheme, here.netloc) != (there.scheme, there.netloc) or not inside:
        raise ActionError(
            f"{shown_url(target)} does not belong to the connection {of.name!r}, which is for {shown_url(base)}.",
            ErrorKind.VALIDATION,
            hint="Use another connection, or write the address below that one.",
        )
    return target


async def login_headers(ctx: Context, of: Connection, fresh: bool = False) -> dict[str, str]:
    """The header fields that log in; ``fresh`` asks for a new token although the last one should still be good.

    Raises:
        ActionError: A secret is missing, or the token cannot be had.
    """
    auth = of.get("auth", "none")
    if auth == "basic":
        pair = f"{of.get('user')}:{of.secret(ctx, 'password')}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
    if auth == "bearer":
        return {"Authorization": f"Bearer {_line(of.secret(ctx, 'token'))}"}
    if auth == "api_key":
        return {of.get("header"): _line(of.secret(ctx, "key"))}
    if auth == "oauth2":
        return {"Authorization": f"Bearer {await _token(ctx, of, fresh)}"}
    return {}


def _line(value: str | None) -> str:
    return (value or "").strip()


async def _token(ctx: Context, of: Connection, fresh: bool) -> str:
    secret = of.secret(ctx, "client_secret") or ""
    key = (of.name, of.get("token_url"), of.get("client_id"), of.get("scope"), secret)
    before = _TOKENS.get(key)
    lock = _LOCKS.setdefault(asyncio.get_running_loop(), {}).setdefault(key, asyncio.Lock())
    async with lock:  # many nodes that need one at a time ask once
        known = _TOKENS.get(key)
        if known is None or known[0] < time.monotonic() or (fresh and known is before):
            known = _TOKENS[key] = await _fetch(ctx, of, secret)
    ctx.hide(known[1])
    return known[1]


async def _fetch(ctx: Context, of: Connection, secret: str) -> tuple[float, str]:
    url = check_url(of.get("token_url"))
    form = {"grant_type": "client_credentials"} | ({"scope": of.get("scope")} if of.get("scope") else {})
    pair = base64.b64encode(f"{of.get('client_id')}:{secret}".encode()).decode()
    headers = {"Authorization": f"Basic {pair}", "Accept": "application/json"}
    async with exchange("POST", url, data=form, headers=headers, follow_redirects=False) as response:
        said = await response.content.read(_MAX)
        if response.status != 200:
            text = ctx.redact(said.decode("utf-8", "replace")[:2000])
            raise status_error("POST", url, response.status, response.reason or "", response.headers, text)
    try:
        answer = json.loads(said)
        token, life = str(answer["access_token"]), float(answer.get("expires_in", _KEEP + _MARGIN))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise ActionError(f"{shown_url(url)} gave no access token.", ErrorKind.EXTERNAL_SERVICE) from None
    ctx.hide(token)
    ctx.log(f"A new access token for the connection {of.name}.", "debug")
    return time.monotonic() + max(0.0, life - _MARGIN), token
