"""``mqtt.publish`` and ``mqtt.wait``: messages of a broker."""

from __future__ import annotations

import json
from typing import Annotated, Any, TypedDict

from pydantic import Field

from floworch.actions.complaints import show
from floworch.actions.connections import check_place, place_or_connection
from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.mqtt_session import ANSWER_SECONDS, Broker, connected
from floworch.actions.library.util_log import as_text
from floworch.actions.widgets import Secret, show_if, widget
from floworch.errors import ActionError, ErrorKind

#: Shown only while no connection says it.
_HERE = show_if(connection="")
_MOST = 16 << 20  # bytes of a message that is sent

Topic = Annotated[str, Field(min_length=1, max_length=1000)]
Qos = Annotated[int, Field(ge=0, le=2)]


class Published(TypedDict):
    """The topic, the message as it was given, and its size in bytes."""

    topic: str
    message: Any
    bytes: int


class Message(TypedDict):
    """The topic, the message (JSON as its value, else text, else bytes), also as payload, and how many did not fit."""

    topic: str
    message: Any
    payload: Any
    passed: int


@action(
    "mqtt.publish",
    title="Publish MQTT message",
    category="messaging",
    icon="upload",
    subtitle="topic",
    effect="unsafe",
    check=check_place("host", "broker"),
    capabilities=("network",),
    example={"host": "broker.example.org", "topic": "house/door", "payload": {"open": True}},
)
async def mqtt_publish(
    ctx: Context,
    *,
    connection: Annotated[str, widget("connection", types=["broker"])] = "",
    host: Annotated[str, Field(title="Broker"), _HERE] = "",
    topic: Topic,
    payload: Annotated[Any, Field(title="Message"), widget("multiline")] = "",
    qos: Annotated[Qos, Field(title="Delivery (QoS)")] = 1,
    retain: Annotated[bool, Field(title="Keep for later listeners")] = False,
    port: Annotated[int, Field(ge=1, le=65535), _HERE] = 1883,
    user: Annotated[str, Field(title="User name"), _HERE] = "",
    password: Annotated[Secret | None, _HERE] = None,
    tls: Annotated[bool, Field(title="Encrypted (TLS)"), _HERE] = False,
) -> Published:
    """Publish a message on a broker.

    After a crash the node asks before it publishes again. A cancel closes the connection.

    Args:
        connection: Name of a connection of the type broker: its broker and login instead of host, port, user, password
            and tls.
        host: The broker; an address such as mqtts://name:8883 says port and tls, too.
        topic: Where to publish, without wildcards.
        payload: Text, bytes, or any other value, which is sent as JSON.
        qos: 0 at most once, 1 at least once, 2 exactly once; with 1 and 2 the broker has confirmed it.
        retain: Whether the broker keeps it for who comes later.
        port: Port of the broker.
        user: Name to log in with.
        password: Name of the secret that holds the password.
        tls: Whether the connection is encrypted.
    """
    if "#" in topic or "+" in topic:
        raise ActionError(f"'{topic}' holds a wildcard.", ErrorKind.VALIDATION, hint="Publish to one topic.")
    data = payload if isinstance(payload, bytes) else as_text(payload).encode()
    if len(data) > _MOST:
        raise ActionError(
            f"The message has {len(data) / 1048576:.1f} MiB, over the limit of 16 MiB.",
            ErrorKind.VALIDATION,
            hint="Publish a path or an address instead.",
        )
    named = place_or_connection(ctx, connection, "broker", "host", host)
    broker = Broker.at(host, port, user, password, tls) if named is None else Broker.of(named)
    async with connected(ctx, broker) as client:
        await client.publish(topic, data, qos, retain, timeout=ANSWER_SECONDS)
    ctx.log(f"Published {len(data)} bytes on {topic}.")
    return Published(topic=topic, message=payload, bytes=len(data))


@action(
    "mqtt.wait",
    title="Wait for MQTT message",
    category="messaging",
    icon="hourglass",
    subtitle="topic",
    effect="idempotent",
    check=check_place("host", "broker"),
    capabilities=("network",),
    raw_params=("until",),
    example={"host": "broker.example.org", "topic": "house/+", "until": "item.payload.open"},
)
async def mqtt_wait(
    ctx: Context,
    *,
    connection: Annotated[str, widget("connection", types=["broker"])] = "",
    host: Annotated[str, Field(title="Broker"), _HERE] = "",
    topic: Topic,
    until: Annotated[str, Field(title="Wait until"), widget("expression")] = "true",
    qos: Annotated[Qos, Field(title="Delivery (QoS)")] = 1,
    port: Annotated[int, Field(ge=1, le=65535), _HERE] = 1883,
    user: Annotated[str, Field(title="User name"), _HERE] = "",
    password: Annotated[Secret | None, _HERE] = None,
    tls: Annotated[bool, Field(title="Encrypted (TLS)"), _HERE] = False,
) -> Message:
    """Wait for a message on a broker.

    Only what is published while the node waits counts, and what the broker has retained; after a restart it listens
    anew. A cancel closes the connection. Give the node a timeout to bound the wait.

    Args:
        connection: Name of a connection of the type broker: its broker and login instead of host, port, user, password
            and tls.
        host: The broker; an address such as mqtts://name:8883 says port and tls, too.
        topic: Where to listen; + stands for one part, # at the end for all that follow.
        until: Condition on a message, which it sees as item with topic and payload; by default any will do.
        qos: The most certainty asked for: 0 at most once, 1 at least once, 2 exactly once.
        port: Port of the broker.
        user: Name to log in with.
        password: Name of the secret that holds the password.
        tls: Whether the connection is encrypted.
    """
    passed = 0
    named = place_or_connection(ctx, connection, "broker", "host", host)
    broker = Broker.at(host, port, user, password, tls) if named is None else Broker.of(named)
    async with connected(ctx, broker) as client:
        await client.subscribe(topic, qos, timeout=ANSWER_SECONDS)
        ctx.progress(None, f"listening on {topic}")
        async for each in client.messages:
            item = {"topic": str(each.topic), "payload": _value(each.payload)}
            met = ctx.evaluate(until, item)
            if not isinstance(met, bool):
                raise ActionError(
                    f"'until' gave {show(met)} instead of true or false.",
                    ErrorKind.VALIDATION,
                    hint="Compare it: item.payload.state == 'done'.",
                )
            if met:
                payload = item["payload"]
                return Message(topic=item["topic"], message=payload, payload=payload, passed=passed)
            passed += 1
            ctx.progress(None, f"{passed} messages did not fit")
    raise ActionError(f"{broker.host}:{broker.port} closed the connection.", ErrorKind.CONNECTION)


def _value(payload: Any) -> Any:
    data = payload if isinstance(payload, bytes) else str(payload).encode()
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return data
    try:
        return json.loads(text, parse_constant=lambda name: name)
    except (ValueError, RecursionError):
        return text
