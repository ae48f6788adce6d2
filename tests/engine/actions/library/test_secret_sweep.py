"""The actions on machines, brokers, buckets and mailboxes, and those with keys: no byte holds a secret (C6.5)."""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from imap_server import PASSWORD, imap_server
from mqtt_broker import mqtt_broker
from s3_server import s3_server
from secret_sweep import assert_hidden, keep, run, written
from serve_kit import ServeKit, webhook
from ssh_server import ssh_server

from floworch import FlatBuffersStore, RunResult
from floworch.actions.registry import registry

SECRETS = {
    "MAIL_PW": PASSWORD, "KEY_PW": "open sésame ssh", "BROKER_PW": "broker-pass-word", "S3_KEY": "s3/secret+key/0123",
    "ZIP_PW": "zip pass word", "SIGN": "signing-key-9876", "WRONG": "not-the-right-one",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _own_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path / "config"))
    for name, value in SECRETS.items():
        monkeypatch.setenv(f"FLOWORCH_SECRET_{name}", value)


def kinds(result: RunResult) -> dict[str, str | None]:
    """How each node ended: None, or the kind of its error."""
    return {name: node.error and node.error["kind"] for name, node in result.nodes.items()}


async def test_machines_are_logged_in_with_a_key_that_a_passphrase_opens(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with ssh_server() as server:
        key = str(server.login["key"])
        change = ["ssh-keygen", "-q", "-p", "-P", "", "-N", SECRETS["KEY_PW"], "-f", key]
        await asyncio.to_thread(subprocess.run, change, check=True, capture_output=True)
        login = {"host": "127.0.0.1", "port": str(server.port), "user": str(server.login["user"]), "key_file": key,
                 "known_hosts": str(server.login["known_hosts"])}  # fmt: skip
        keep("box", "ssh", **login, passphrase="KEY_PW")
        keep("shut", "ssh", **login, passphrase="WRONG")
        (tmp_path / "up.txt").write_text("up")
        remote = str(server.folder / "got.txt")
        result = await run(
            tmp_path,
            echo={"action": "ssh.run", "connection": "box", "command": "echo {{ secrets.KEY_PW }} | rev | rev"},
            put={"action": "file.sftp", "connection": "box", "op": "put", "local": str(tmp_path / "up.txt"),
                 "remote": remote},
            shut={"action": "ssh.run", "connection": "shut", "command": "true"},
            barred={"action": "file.sftp", "connection": "shut", "op": "list", "remote": "/"},
        )  # fmt: skip
        got = await asyncio.to_thread(Path(remote).read_text)
    assert got == "up"
    assert kinds(result) == {"echo": None, "put": None, "shut": "validation_error", "barred": "validation_error"}
    assert result.nodes["echo"].output["code"] == 0
    assert_hidden(written(tmp_path, result, caplog), SECRETS["KEY_PW"], SECRETS["WRONG"])


async def test_a_broker_takes_and_gives_messages(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "broker").mkdir()
    with mqtt_broker(tmp_path / "broker", "flow", SECRETS["BROKER_PW"]) as port:
        login = {"host": "127.0.0.1", "port": str(port), "user": "flow"}
        keep("bus", "broker", **login, password="BROKER_PW")
        keep("shut", "broker", **login, password="WRONG")
        result = await run(
            tmp_path,
            tell={"action": "mqtt.publish", "connection": "bus", "topic": "a/b", "retain": True,
                  "payload": {"key": "{{ secrets.BROKER_PW }}"}},
            hear={"action": "mqtt.wait", "connection": "bus", "topic": "a/+"},
            shut={"action": "mqtt.publish", "connection": "shut", "topic": "a/b"},
            deaf={"action": "mqtt.wait", "connection": "shut", "topic": "a/b"},
        )  # fmt: skip
    assert kinds(result) == {"tell": None, "hear": None, "shut": "permission_error", "deaf": "permission_error"}
    assert SECRETS["BROKER_PW"] not in json.dumps(result.nodes["hear"].output)
    assert_hidden(written(tmp_path, result, caplog), SECRETS["BROKER_PW"], SECRETS["WRONG"])


async def test_a_bucket_takes_and_gives_objects(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "a.csv").write_text("a\n1\n")
    with s3_server() as server:
        place = {name: str(server[name]) for name in ("url", "endpoint", "access_key")}
        keep("bucket", "storage", **place, secret_key="S3_KEY")
        keep("gone", "storage", **{**place, "url": "s3://no-such-bucket"}, secret_key="S3_KEY")
        result = await run(
            tmp_path,
            put={"action": "file.object", "connection": "bucket", "op": "put", "key": "a.csv",
                 "local": str(tmp_path / "a.csv")},
            look={"action": "file.object", "connection": "bucket", "op": "list"},
            gone={"action": "file.object", "connection": "gone", "op": "list"},
        )  # fmt: skip
    assert kinds(result) == {"put": None, "look": None, "gone": "not_found_error"}
    assert_hidden(written(tmp_path, result, caplog), SECRETS["S3_KEY"])


async def test_a_mailbox_is_read(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with imap_server() as server:
        server.deliver(f"From: a@b.c\r\nSubject: {SECRETS['MAIL_PW']}\r\n\r\ntext\r\n".encode())
        login = {"host": "127.0.0.1", "port": str(server.port), "user": "ada", "security": "none"}
        keep("box", "mail", **login, password="MAIL_PW")
        keep("shut", "mail", **login, password="WRONG")
        result = await run(
            tmp_path,
            read={"action": "mail.read", "connection": "box"},
            shut={"action": "mail.read", "connection": "shut"},
        )
    assert kinds(result) == {"read": None, "shut": "permission_error"}
    assert result.nodes["read"].output["count"] == 1
    assert_hidden(written(tmp_path, result, caplog), SECRETS["MAIL_PW"], SECRETS["WRONG"])


async def test_passwords_of_archives_and_keys_of_hashes(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "a.txt").write_text("a")
    zipped = str(tmp_path / "a.zip")
    result = await run(
        tmp_path,
        pack={"action": "file.archive", "op": "zip", "source": str(tmp_path / "a.txt"), "target": zipped,
              "password": "ZIP_PW"},
        open={"action": "file.archive", "op": "unzip", "source": zipped, "target": str(tmp_path / "out"),
              "password": "ZIP_PW"},
        sign={"action": "util.hash", "value": "{{ secrets.SIGN }}", "hmac_key": "SIGN"},
        open_wrongly={"action": "file.archive", "op": "unzip", "source": zipped, "target": str(tmp_path / "no"),
                      "password": "WRONG"},
    )  # fmt: skip
    assert kinds(result)["sign"] is None
    assert_hidden(written(tmp_path, result, caplog), *SECRETS.values())


class _Kit(ServeKit):
    """A service whose runs are kept in files."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.store = FlatBuffersStore(folder / "store")  # type: ignore[assignment]


async def test_a_web_request_and_its_answer(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The token is kept nowhere; an answer may carry a secret to whoever asked, and no copy of it stays here."""
    token = "webhook-token-4711"
    kit = _Kit(tmp_path)
    answer = {"action": "http.respond", "params": {"body": {"key": "{{ secrets.SIGN }}"}}}
    served = kit.plan({"hook": webhook(respond="end"), "a": answer}, "hook>a", folder=tmp_path)
    async with (
        kit.serving(served, real=True, token=token, port=0) as service,
        aiohttp.ClientSession(service.hooks.address("127.0.0.1")) as session,
    ):
        for options in ({"headers": {"Authorization": f"Bearer {token}"}}, {"params": {"token": token}}):
            given: dict[str, Any] = {**options, "json": {"a": 1}}
            async with session.post("/x", **given) as replied:
                assert replied.status == 200
        async with session.post("/x", headers={"X-Floworch-Token": "guessed-4712"}) as replied:
            assert replied.status == 401
    assert len(kit.store.list()) == 2
    text = written(tmp_path, kit.store.load(kit.store.list()[0].run_id), caplog) + repr(kit.said).encode()
    assert_hidden(text, token, SECRETS["SIGN"])


def test_every_action_with_a_connection_or_a_secret_is_swept() -> None:
    here = Path(__file__)
    swept = here.read_text("utf-8") + here.with_name("test_named_connections.py").read_text("utf-8")
    wanted = set()
    for spec in registry.all_actions():
        fields = json.dumps(spec.params.model_json_schema())
        if '"widget": "connection"' in fields or '"widget": "secret"' in fields:
            wanted.add(spec.id)
    assert wanted
    assert {name for name in wanted if f'{{"action": "{name}"' not in swept} == set()
