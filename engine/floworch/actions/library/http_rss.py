"""``http.rss``: the items of a feed."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Any, TypedDict

from pydantic import BeforeValidator, Field, WithJsonSchema

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.flow_wait import moment_of
from floworch.actions.library.http_client import shown_url, status_error
from floworch.actions.library.http_feed import FeedItem, parse_feed
from floworch.actions.library.http_login import logged_in, login_and_address
from floworch.actions.library.http_request import read_body
from floworch.actions.library.state_shelf import MISSING, shelf_of
from floworch.actions.widgets import widget
from floworch.errors import ActionError, ErrorKind

LAST_RUN = "last_run"
_DATES = [{"type": "string", "format": "date-time"}, {"type": "number"}, {"const": LAST_RUN}]
#: A point in time as epoch seconds, or ``LAST_RUN``.
Since = Annotated[
    float | str,
    BeforeValidator(lambda value: value if value == LAST_RUN else moment_of(value)),
    WithJsonSchema({"anyOf": _DATES, "widget": "expression"}),
]


class Feed(TypedDict):
    """The items, how many they are, the feed's title, and when the newest of them was published."""

    items: list[FeedItem]
    count: int
    title: str
    newest: str | None


@action(
    "http.rss",
    title="Read feed",
    category="http",
    icon="list",
    subtitle="url",
    effect="idempotent",
    capabilities=("network",),
    example={"url": "https://example.org/feed.xml", "since": "last_run", "limit": 20},
)
async def http_rss(
    ctx: Context,
    url: Annotated[str, Field(min_length=1), widget("multiline", placeholder="https://")],
    since: Annotated[Since | None, Field(title="Newer than")] = None,
    limit: Annotated[int, Field(title="Most items", ge=1)] = 100,
    verify: Annotated[bool, Field(title="Check the certificate")] = True,
    max_mb: Annotated[float, Field(title="Largest feed (MiB)", gt=0)] = 16.0,
    connection: Annotated[str, widget("connection", types=["http"])] = "",
) -> Feed:
    """Read the items of an RSS or Atom feed, in the order of the feed.

    Cancelling the node closes the connection at once.

    Args:
        url: Address of the feed; http or https.
        since: Only items published later than this, in ISO 8601 with a zone (2026-01-31T18:00:00Z) or as seconds since
            1970; items without a date stay. last_run: later than the newest that an earlier run of this step has given;
            it is remembered beside the store, and a step that is repeated gives the same items again.
        limit: Most items; the rest of the feed is left out.
        verify: Whether the certificate of the server must be valid.
        max_mb: A larger feed is refused, in MiB.
        connection: Name of a connection of the type http that logs in; 'url' lies below its address, or is the rest of
            it.
    """
    login, target = login_and_address(ctx, connection, url)
    headers = {"Accept": "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5"}
    async with logged_in(ctx, login, "GET", target, verify=verify, headers=headers) as response:
        data = await read_body(ctx, response, target, int(max_mb * 1024 * 1024), max_mb)
        if response.status != 200:
            said = data.decode("utf-8", "replace")
            raise status_error("GET", target, response.status, response.reason or "", response.headers, said)
    try:
        title, found = await asyncio.to_thread(parse_feed, data)
    except ValueError as error:
        raise ActionError(
            f"{shown_url(target)} is not a feed: {error}.",
            ErrorKind.VALIDATION,
            hint="Look for the address of the RSS or Atom feed on the page.",
        ) from None
    after = await _since_last(ctx, found, limit) if isinstance(since, str) else since
    items = _chosen(found, after, limit)
    newest = max((each["published"] for each in items if each["published"]), default=None)
    ctx.log(f"{len(items)} of {len(found)} items of {title or shown_url(target)}")
    return Feed(items=items, count=len(items), title=title, newest=newest)


def _chosen(found: list[FeedItem], since: float | None, limit: int) -> list[FeedItem]:
    return [each for each in found if since is None or _later(each, since)][:limit]


async def _since_last(ctx: Context, found: list[FeedItem], limit: int) -> float | None:
    """When the newest item was published that an earlier run has given; from now on those of this one count."""

    def change(old: Any) -> tuple[Any, Any]:
        since = None if old is MISSING else float(old)
        published = (each["published"] for each in _chosen(found, since, limit))
        newest = max((datetime.fromisoformat(each).timestamp() for each in published if each), default=None)
        return (old if newest is None else newest), {"since": since}

    shelf, owner = shelf_of(ctx.home("store")), f"workflow:{ctx.workflow_id}/feed"
    try:
        kept = await asyncio.to_thread(
            shelf.change, owner, ctx.node, change, f"{ctx.idempotency_key}:{ctx.node}", ctx.now()
        )
    except OSError as error:
        raise ActionError(
            f"What earlier runs have given cannot be used: {error}.",
            ErrorKind.PROCESSING,
            hint="Check that the store's folder can be written and has free space.",
        ) from None
    since: float | None = kept["since"]
    return since


def _later(item: FeedItem, since: float) -> bool:
    published = item["published"]
    return published is None or datetime.fromisoformat(published).timestamp() > since
