"""Logging in to a broker, and what a person reads when that does not work."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from mqtt_broker import mqtt_broker
from odd_server import odd_server

from floworch.actions.connections import checked, save_connection
from floworch.actions.library.mqtt_session import Broker, connected
from floworch.errors import ActionError, ErrorKind
from floworch.testing import FakeHost, run_action

SECRETS = {"RIGHT": "right horse", "WRONG": "hunter2"}


async def refusal(broker: Broker) -> ActionError:
    with pytest.raises(ActionError) as caught:
        async with connected(FakeHost(secrets=SECRETS).context(), broker):
            pass
    assert not any(secret in f"{caught.value} {caught.value.hint}" for secret in SECRETS.values())
    return caught.value


async def test_only_who_knows_the_password_gets_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path))
    with mqtt_broker(tmp_path, "ada", SECRETS["RIGHT"]) as port:
        for password in ("WRONG", None):
            error = await refusal(Broker("127.0.0.1", port, "ada", password))
            assert (error.kind, "did not accept the login" in str(error)) == (ErrorKind.PERMISSION, True), str(error)
        fields = {"host": "127.0.0.1", "port": str(port), "user": "ada", "password": "RIGHT"}
        save_connection(checked("house", "broker", fields))
        said = {"payload": "hello", "topic": "a", "retain": True, "connection": "house"}
        await run_action("mqtt.publish", FakeHost(secrets=SECRETS), **said)
        async with connected(FakeHost(secrets=SECRETS).context(), Broker("127.0.0.1", port, "ada", "RIGHT")) as client:
            await client.publish("b", b"x", 1)
        output = await run_action("mqtt.wait", FakeHost(secrets=SECRETS), topic="a", connection="house")
        assert output["payload"] == "hello"


@pytest.mark.parametrize("greeting", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\xf0\xff\xff\xff\xff\xff"])
async def test_a_server_that_says_nothing_or_something_else_is_given_up(
    monkeypatch: pytest.MonkeyPatch, greeting: bytes
) -> None:
    monkeypatch.setattr("floworch.actions.library.mqtt_session.ANSWER_SECONDS", 0.2)
    async with odd_server(greeting) as odd:
        assert (await refusal(Broker("127.0.0.1", odd.port))).kind is ErrorKind.TIMEOUT


async def test_a_missing_library_is_told_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "aiomqtt", None)
    assert (await refusal(Broker("h"))).hint == "Install it: pip install 'floworch[mqtt]'"


def test_a_connection_says_whether_it_is_encrypted() -> None:
    assert Broker.of(checked("house", "broker", {"host": "b", "tls": "true"})) == Broker("b", 8883, "", None, True)
    assert Broker.of(checked("house", "broker", {"host": "b"})) == Broker("b")


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("b", Broker("b", 1884)),
        ("b:1885", Broker("b", 1885)),
        ("mqtt://b", Broker("b", 1884)),
        ("mqtts://b.example.org/", Broker("b.example.org", 8883, tls=True)),
        ("mqtts://[::1]:99", Broker("::1", 99, tls=True)),
    ],
)
def test_an_address_says_port_and_encryption(host: str, found: Broker) -> None:
    assert Broker.at(host, 1884, "", None, False) == found


@pytest.mark.parametrize("host", ["b:x", "http://b", "mqtt://", "mqtt://ada:pw@b", "b/path"])
def test_what_is_no_address_is_refused(host: str) -> None:
    with pytest.raises(ActionError, match="no address of a broker"):
        Broker.at(host, 1883, "", None, False)
