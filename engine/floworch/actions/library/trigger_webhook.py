"""``trigger.webhook``: web requests for which ``floworch serve`` starts a run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypedDict

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.trigger_event import told
from floworch.actions.widgets import widget
from floworch.model.catalog import ParamIssue

_PATH = re.compile(r"/?[A-Za-z0-9._~/-]*")


class Request(TypedDict):
    """The request: its body as JSON value, text or bytes, headers by lower-case name, query parameters by name."""

    body: Any
    headers: dict[str, str]
    query: dict[str, str]
    method: str


def _check(params: Mapping[str, Any]) -> list[ParamIssue]:
    path = params.get("path")
    if isinstance(path, str) and "{{" not in path and not _PATH.fullmatch(path):
        return [ParamIssue("path", f"'{path[:80]}' is no path of an address.", "Write it like /orders/new.")]
    return []


@action(
    "trigger.webhook",
    title="When a web request comes",
    category="trigger",
    icon="webhook",
    subtitle="path",
    effect="pure",
    capabilities=("network",),
    check=_check,
    example={"path": "/orders", "method": "POST", "respond": "end"},
)
async def trigger_webhook(
    ctx: Context,
    path: Annotated[str, Field(title="Path of the address", min_length=1), widget("text")],
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "POST",
    auth: Annotated[Literal["none", "token"], Field(title="Who is let in")] = "token",
    bind: Annotated[str, Field(min_length=1, title="Address")] = "127.0.0.1",
    respond: Annotated[Literal["now", "end"], Field(title="When to answer")] = "now",
    key: Annotated[str, Field(title="Header of the key")] = "Idempotency-Key",
) -> Request:
    """Start a run for each request, while 'floworch serve' runs.

    A request that is sent again with the same key gets the answer of the run that it started, not another run. Started
    by hand, the request is an empty one; pin the node to work with a recorded one.

    Args:
        path: Path of the address, such as /orders.
        method: Which requests.
        auth: token asks for the token that 'floworch serve' shows, as Authorization: Bearer TOKEN; none lets everybody
            in who reaches the address.
        bind: Network address that is listened at; 127.0.0.1 is this machine only, 0.0.0.0 is everybody.
        respond: now answers with the id of the run once it is recorded; end answers with what the run gives, or what
            http.respond says in it.
        key: Header that tells a request that is sent again, such as X-GitHub-Delivery; empty for none.
    """
    event = told(ctx)
    if event is None:
        return Request(body=None, headers={}, query={}, method=method)
    return Request(
        body=event.get("body"),
        headers=dict(event.get("headers") or {}),
        query=dict(event.get("query") or {}),
        method=str(event.get("method")),
    )
