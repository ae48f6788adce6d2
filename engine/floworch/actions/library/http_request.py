"""``http.request``: one HTTP request and its answer."""

from __future__ import annotations

import json as json_text
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypedDict
from urllib.parse import urlsplit

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.http_body import BODIES, Body, pairs
from floworch.actions.library.http_client import SAFE_METHODS, shown_url, status_error
from floworch.actions.library.http_login import logged_in, login_and_address
from floworch.actions.library.http_pages import Pages, Paginate, check_pages
from floworch.actions.widgets import FilePath, KeyValue, show_if, widget
from floworch.errors import ActionError, ErrorKind
from floworch.model.catalog import ParamIssue
from floworch.model.values import json_text as text_of_json
from floworch.model.values import parse_int

if TYPE_CHECKING:
    import aiohttp

_CHUNK = 256 * 1024
_STATUSES = re.compile(r"\s*[1-5](xx|\d\d)(\s*[,\s]\s*[1-5](xx|\d\d))*\s*", re.IGNORECASE)
_NO_STATUS = "Write statuses or classes, separated by commas: 2xx, 404."


class HttpAnswer(TypedDict):
    """Status, headers with names in lower case, and the body: a JSON value, text or bytes."""

    status: int
    headers: dict[str, str]
    body: Any


class HttpPages(HttpAnswer):
    """The last answer with the items of all; how many there were, and whether that was all of them."""

    pages: int
    complete: bool


def _check(params: Mapping[str, Any]) -> list[ParamIssue]:
    issues = []
    bodies = [name for name in BODIES if params.get(name) is not None]
    if len(bodies) > 1:
        told = f"'{bodies[0]}' and '{bodies[1]}' are both the body."
        issues.append(ParamIssue(bodies[1], told, f"Give one of {', '.join(BODIES)}."))
    if params.get("files") and (other := [name for name in bodies if name != "form"]):
        issues.append(
            ParamIssue(other[0], f"'files' is a form, and '{other[0]}' is the body.", "Give fields in 'form'.")
        )
    issues += check_pages(params)
    wanted = params.get("ok_status")
    if isinstance(wanted, str) and "{{" not in wanted and not _STATUSES.fullmatch(wanted):
        issues.append(ParamIssue("ok_status", f"'{wanted}' is not a list of statuses.", _NO_STATUS))
    return issues


@action(
    "http.request",
    title="HTTP request",
    category="http",
    icon="http",
    subtitle="url",
    effect="idempotent",
    capabilities=("files", "network"),
    check=_check,
    example={"method": "GET", "url": "https://api.example.org/orders", "query": {"status": "open"}},
)
async def http_request(
    ctx: Context,
    url: Annotated[str, Field(min_length=1), widget("multiline", placeholder="https://")],
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"] = "GET",
    headers: Annotated[KeyValue, Field(default_factory=dict)] = {},  # noqa: B006 - pydantic copies it
    query: Annotated[KeyValue, Field(title="Query parameters", default_factory=dict)] = {},  # noqa: B006 - likewise
    json: Annotated[Any, Field(title="JSON body"), widget("expression")] = None,
    form: Annotated[dict[str, Any] | None, Field(title="Form fields"), widget("keyvalue")] = None,
    body: Annotated[
        str | bytes | dict[str, Any] | list[Any] | None, Field(title="Plain body"), widget("multiline")
    ] = None,
    file: Annotated[FilePath | None, Field(title="File as body")] = None,
    files: Annotated[dict[str, str | list[str]] | None, Field(title="Files in the form"), widget("keyvalue")] = None,
    parse: Annotated[Literal["auto", "json", "text", "bytes"], Field(title="Read the answer as")] = "auto",
    ok_status: Annotated[str, Field(title="Statuses that are fine")] = "2xx",
    follow_redirects: bool = True,
    verify: Annotated[bool, Field(title="Check the certificate")] = True,
    max_mb: Annotated[float, Field(title="Largest answer (MiB)", gt=0)] = 16.0,
    connection: Annotated[str, widget("connection", types=["http"])] = "",
    paginate: Annotated[Paginate, Field(title="Next pages")] = "none",
    items: Annotated[str, Field(title="Field of the items"), show_if(paginate=["link", "cursor", "page"])] = "",
    cursor: Annotated[str, Field(title="Field of the next page"), show_if(paginate="cursor")] = "",
    page_param: Annotated[str, Field(title="Parameter of the page"), show_if(paginate=["cursor", "page"])] = "",
    max_pages: Annotated[
        int, Field(title="Most pages", ge=1, le=10_000), show_if(paginate=["link", "cursor", "page"])
    ] = 100,
) -> HttpAnswer:
    """Send an HTTP request and give status, headers and body of the answer.

    A status outside 'ok_status' fails the node; 429 and 503 wait as long as their Retry-After says before the next
    attempt. Requests that change something carry an Idempotency-Key that stays the same over attempts and resumes.
    Cancelling the node closes the connection at once.

    Args:
        url: Where to; http or https.
        method: What to do there.
        headers: Header fields; for a token write Bearer {{ secrets.TOKEN }} as Authorization.
        query: Parameters added to the address; a list repeats its name.
        json: A value sent as JSON.
        form: Fields sent like a web form.
        body: Text or bytes sent as they are; an object or a list is sent as JSON.
        file: A file of any size that is sent as the body, in pieces.
        files: Files sent with 'form' as multipart/form-data: fields, and the path or paths of each.
        parse: What the body of the answer is; auto goes by its content type.
        ok_status: Statuses that are a success, such as 2xx, 404.
        follow_redirects: Whether redirects are followed, at most ten.
        verify: Whether the certificate of the server must be valid.
        max_mb: A larger answer is refused, in MiB; http.download takes any size.
        connection: Name of a connection of the type http that logs in; 'url' lies below its address, or is the rest of
            it.
        paginate: How answers that come in pages are asked for, so that the body is the list of all their items: link
            follows the Link header, cursor sends back what an answer says, page counts up until a page is empty. A file
            may also hold all that is about pages in it: {"cursor": {"cursor": "meta.next", "items": "data"}}.
        items: The field of an answer that holds its items, such as data.orders; empty when the answer is the list.
        cursor: The field of an answer that says how the next one is asked, such as meta.next_cursor.
        page_param: The query parameter that asks for it; by default page or cursor. Pages are counted from the value
            in 'query', else from 1.
        max_pages: More pages are not read; then 'complete' of the output is false.
    """
    sent: dict[str, Any] = {"headers": _headers(ctx, method, headers)}
    content = Body(ctx, sent["headers"], json, form, body, file, files)
    options: dict[str, Any] = {"verify": verify, "follow_redirects": follow_redirects}
    first = ""
    pages = Pages(paginate, items, cursor, page_param, max_pages)
    while True:
        login, target = login_and_address(ctx, connection, url)
        if urlsplit(target)[:2] != urlsplit(first := first or target)[:2]:
            raise ActionError(
                f"The next page, at {shown_url(target)}, is on another server than the first.",
                ErrorKind.EXTERNAL_SERVICE,
                hint="What is sent along, such as a token, is not for that one.",
            )
        sent["data"] = content.data
        async with logged_in(ctx, login, method, target, params=pairs(query) or None, **options, **sent) as response:
            data = await read_body(ctx, response, target, int(max_mb * 1024 * 1024), max_mb)
            if not accepted(ok_status, response.status):
                said = _decoded(response, data, "replace")
                raise status_error(method, target, response.status, response.reason or "", response.headers, said)
            answer = _parsed(response, data, parse, target)
            found = _lower(response.headers)
            ctx.log(f"{method} {shown_url(target)}: {response.status}, {len(data)} bytes", "debug")
        if paginate == "none":
            return HttpAnswer(status=response.status, headers=found, body=answer)
        more = pages.add(answer, found, target, query)
        if more is None:
            break
        url, query = more
        ctx.progress(None, f"{pages.count} pages, {len(pages.items)} items")
    if not pages.complete:
        ctx.log(f"There are more pages than {max_pages}; raise max_pages to read them.", "warning")
    return HttpPages(
        status=response.status, headers=found, body=pages.items, pages=pages.count, complete=pages.complete
    )


def accepted(wanted: str, status: int) -> bool:
    """Whether a status is in a list such as ``"2xx, 404"``.

    Raises:
        ActionError: validation_error when it is no such list.
    """
    if not _STATUSES.fullmatch(wanted):
        raise ActionError(f"'{wanted}' is not a list of statuses.", ErrorKind.VALIDATION, hint=_NO_STATUS)
    words = re.split(r"[,\s]+", wanted.strip().lower())
    return any(word == str(status) or (word.endswith("xx") and int(word[0]) == status // 100) for word in words)


def _headers(ctx: Context, method: str, headers: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in headers.items():
        if value is None:
            continue
        text = value if isinstance(value, str) else text_of_json(value)
        if any(mark in name + text for mark in "\r\n\0"):
            raise ActionError(
                f"The header '{name.splitlines()[0] if name else ''}' holds a line break.",
                ErrorKind.VALIDATION,
                hint="A header is one line; use the filter 'trim' on values that end with a line break.",
            )
        found[name] = text
    names = {name.lower() for name in found}
    if method not in SAFE_METHODS and "idempotency-key" not in names:
        found["Idempotency-Key"] = ctx.idempotency_key
    if "user-agent" not in names:
        from floworch.versions import VERSION

        found["User-Agent"] = f"floworch/{VERSION}"
    return found


async def read_body(ctx: Context, response: aiohttp.ClientResponse, url: str, limit: int, max_mb: float) -> bytes:
    """Read the body of an answer, telling progress. Raises ActionError validation_error when it is over the limit."""
    parts: list[bytes] = []
    total = 0
    expected = response.content_length
    async for part in response.content.iter_chunked(_CHUNK):
        parts.append(part)
        total += len(part)
        if total > limit:
            raise ActionError(
                f"The answer of {shown_url(url)} is over the limit of {max_mb:g} MiB.",
                ErrorKind.VALIDATION,
                hint="Raise 'max_mb', or save it to a file with http.download.",
            )
        if expected and expected > _CHUNK:
            ctx.progress(min(1.0, total / expected))
    return b"".join(parts)


def _parsed(response: aiohttp.ClientResponse, data: bytes, parse: str, url: str) -> Any:
    kind = response.content_type.lower()
    if parse == "auto":
        parse = _guess(kind, response.charset)
        if parse == "json" and not data.strip():
            return None
    if parse == "bytes":
        return data
    text = _decoded(response, data, "strict" if parse == "json" else "replace")
    if parse == "text":
        return text
    try:
        # Not our own encoding: a "$type" in it is the server's word and stays what it is.
        return json_text.loads(text, parse_int=parse_int, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ActionError(
            f"The answer of {shown_url(url)} is not JSON: {error}.",
            ErrorKind.EXTERNAL_SERVICE,
            hint="Set 'parse' to text to see what it is.",
        ) from None


def _guess(kind: str, charset: str | None) -> str:
    if kind == "application/json" or kind.endswith("+json"):
        return "json"
    if kind.startswith("text/") or kind.endswith(("xml", "javascript", "x-www-form-urlencoded")) or charset:
        return "text"
    return "bytes"


def _decoded(response: aiohttp.ClientResponse, data: bytes, errors: str) -> str:
    try:
        return data.decode(response.charset or "utf-8", errors).removeprefix("\ufeff")
    except LookupError:  # a character set nobody knows
        return data.decode("utf-8", "replace")


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON value")


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    """Header fields by name in lower case; repeated ones are joined with a comma, as RFC 9110 allows."""
    found: dict[str, str] = {}
    for name, value in headers.items():
        key = name.lower()
        found[key] = f"{found[key]}, {value}" if key in found else value
    return found
