"""``chat.send``: a message into a chat, over the service's webhook. The webhook's address is a secret itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypedDict, cast
from urllib.parse import parse_qs, urlsplit, urlunsplit

from pydantic import Field

from floworch.actions.connections import check_place, place_or_connection
from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.http_client import check_url, exchange, kind_of_status, retry_after, shown_url
from floworch.actions.widgets import Multiline, Secret, secret_value, show_if, widget
from floworch.errors import ActionError, ErrorKind

Service = Literal["slack", "teams", "discord", "mattermost", "telegram", "ntfy"]
#: Most characters of a message, title included, that a service takes.
LIMITS: dict[str, int] = {
    "slack": 40_000, "teams": 20_000, "discord": 2000, "mattermost": 16_000, "telegram": 4096, "ntfy": 1300,
}  # fmt: skip
_CUT = " … (cut)"


class Posted(TypedDict):
    """The HTTP status of the service's answer, and whether the text was too long for it and was cut."""

    status: int
    cut: bool


@action(
    "chat.send",
    title="Send chat message",
    category="messaging",
    icon="message",
    subtitle="text",
    effect="unsafe",
    check=check_place("webhook", "chat"),
    capabilities=("network",),
    example={
        "service": "slack",
        "webhook": "SLACK_WEBHOOK",
        "title": "Nightly report",
        "text": "{{ inputs.count }} files were checked.",
    },
)
async def chat_send(
    ctx: Context,
    *,
    connection: Annotated[str, widget("connection", types=["chat"])] = "",
    webhook: Annotated[Secret | None, Field(title="Secret with the webhook address"), show_if(connection="")] = None,
    text: Annotated[Multiline, Field(title="Message", min_length=1)],
    service: Annotated[Service, Field(title="Chat service"), show_if(connection="")] = "slack",
    title: str = "",
) -> Posted:
    """Send a message into a chat.

    The address of the webhook is kept as a secret, since whoever knows it can write there; it is in no message and
    no log. After a crash the node asks before it sends again. A text that is too long for the service is cut.

    Args:
        connection: Name of a connection of the type chat: its webhook and service instead of those below.
        webhook: Name of the secret that holds the address of the webhook. For telegram it is
            https://api.telegram.org/bot<token>/sendMessage?chat_id=<chat>, for ntfy https://ntfy.sh/<topic>.
        text: The message, with the marks for bold and links that the service knows.
        service: Which chat it is.
        title: Stands before the message in bold.
    """
    named = place_or_connection(ctx, connection, "chat", "webhook", webhook)
    if named is not None:
        service = cast("Service", named.get("service", "slack"))
    address = _address((named.secret(ctx, "webhook") if named else secret_value(ctx, webhook or "")) or "", service)
    whole = LIMITS[service] - len(title) - 8  # the marks around the title
    cut = len(text) > whole
    if cut:
        text = text[: max(0, whole - len(_CUT))] + _CUT
        ctx.log(f"The text is too long for {service} and was cut after {len(text)} characters.", "warning")
    url, body = _BODIES[service](address, title, text)
    status = await _post(url, body, service)
    ctx.log(f"Sent to {service}.")
    return Posted(status=status, cut=cut)


def _address(webhook: str, service: str) -> str:
    try:
        return check_url(webhook)
    except ActionError:  # its message would show the address
        raise ActionError(
            f"The secret with the webhook of {service} does not hold a web address.",
            ErrorKind.VALIDATION,
            hint="Set it again, as the service shows it, with https:// in front.",
        ) from None


async def _post(url: str, body: dict[str, Any], service: str) -> int:
    """Send a body as JSON; in what is raised, the host alone stands for the address."""
    host = urlsplit(url).netloc.rpartition("@")[2]
    try:
        async with exchange("POST", url, json=body, follow_redirects=False) as response:
            said = (await response.content.read(2000)).decode("utf-8", "replace")
            if response.status // 100 == 2:
                return response.status
            wait = retry_after(response.headers.get("Retry-After"), datetime.now(UTC)) or _wait_in(said)
            words = " ".join(said.split())[:200].replace(urlsplit(url).path, "…")
            raise ActionError(
                f"{service} at {host} answered {response.status}{f': {words}' if words else ''}.",
                kind_of_status(response.status),
                wait,
                "Check that the webhook still exists and belongs to this service.",
            )
    except ActionError as error:
        message = error.message.replace(url, host).replace(shown_url(url), host)
        raise ActionError(message, error.kind, error.retry_after, error.hint) from None


def _wait_in(body: str) -> float | None:
    """The seconds to wait that Discord and Telegram write into the body of a 429."""
    try:
        found = json.loads(body)
        seconds = found.get("retry_after") or found["parameters"]["retry_after"]
        return max(0.0, float(seconds))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _joined(mark: str, title: str, text: str) -> str:
    return f"{mark}{title}{mark}\n{text}" if title else text


def _slack(url: str, title: str, text: str) -> tuple[str, dict[str, Any]]:
    return url, {"text": _joined("*", title, text)}


def _mattermost(url: str, title: str, text: str) -> tuple[str, dict[str, Any]]:
    return url, {"text": _joined("**", title, text)}


def _discord(url: str, title: str, text: str) -> tuple[str, dict[str, Any]]:
    return url, {"content": _joined("**", title, text), "allowed_mentions": {"parse": []}}


def _teams(url: str, title: str, text: str) -> tuple[str, dict[str, Any]]:
    blocks: list[dict[str, Any]] = [{"type": "TextBlock", "text": text, "wrap": True}]
    if title:
        blocks.insert(0, {"type": "TextBlock", "text": title, "weight": "Bolder", "size": "Medium", "wrap": True})
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": blocks,
    }
    kind = "application/vnd.microsoft.card.adaptive"
    return url, {"type": "message", "attachments": [{"contentType": kind, "content": card}]}


def _telegram(url: str, title: str, text: str) -> tuple[str, dict[str, Any]]:
    parts = urlsplit(url)
    chat = parse_qs(parts.query).get("chat_id", [""])[0]
    if not chat:
        raise ActionError(
            "The webhook of telegram names no chat.",
            ErrorKind.VALIDATION,
            hint="Let it end in /sendMessage?chat_id= and the number of the chat.",
        )
    return urlunsplit(parts._replace(query="")), {"chat_id": chat, "text": f"{title}\n{text}" if title else text}


def _ntfy(url: str, title: str, text: str) -> tuple[str, dict[str, Any]]:
    parts = urlsplit(url)
    folder, _, topic = parts.path.rstrip("/").rpartition("/")
    if not topic:
        raise ActionError(
            "The webhook of ntfy names no topic.", ErrorKind.VALIDATION, hint="Write it like https://ntfy.sh/my-topic."
        )
    body = {"topic": topic, "message": text} | ({"title": title} if title else {})
    return urlunsplit(parts._replace(path=f"{folder}/")), body


_BODIES: dict[str, Callable[[str, str, str], tuple[str, dict[str, Any]]]] = {
    "slack": _slack, "teams": _teams, "discord": _discord, "mattermost": _mattermost, "telegram": _telegram,
    "ntfy": _ntfy,
}  # fmt: skip
