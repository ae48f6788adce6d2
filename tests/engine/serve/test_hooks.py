"""Web requests against the real server on a free port."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from engine_kit import Door
from serve_kit import ServeKit, webhook

from floworch.errors import UsageError

TOKEN = {"Authorization": "Bearer secret"}
ECHO = {"action": "data.set", "params": {"fields": {"body": "{{ nodes.hook.output.body }}"}}}


class Web:
    """A client of a service. Asks give ``(status, JSON)``."""

    def __init__(self, kit: ServeKit, address: str, session: aiohttp.ClientSession) -> None:
        self.kit = kit
        self.address = address
        self._session = session

    async def ask(self, path: str = "/x", method: str = "POST", **options: Any) -> tuple[int, Any]:
        headers = {**TOKEN, **options.pop("headers", {})}
        async with self._session.request(method, self.address + path, headers=headers, **options) as answer:
            self.headers = answer.headers
            return answer.status, await answer.json(content_type=None)

    async def output(self, **options: Any) -> dict[str, Any]:
        """What the trigger puts out for a request."""
        _, told = await self.ask(**options)
        await self.kit.until(lambda: told["run_id"] in self.kit.told("ended"))
        output: dict[str, Any] = self.kit.store.load(told["run_id"]).node("hook").output
        return output


@asynccontextmanager
async def web(kit: ServeKit, hook: dict[str, Any], after: dict[str, Any] = ECHO, **options: Any) -> AsyncIterator[Web]:
    served = kit.plan({"hook": hook, "a": after}, "hook>a")
    async with kit.serving(served, real=True, **options) as service, aiohttp.ClientSession() as session:
        yield Web(kit, service.hooks.address("127.0.0.1"), session)


async def test_a_request_starts_a_run_that_sees_it() -> None:
    kit = ServeKit()
    async with web(kit, webhook()) as client:
        status, told = await client.ask(json={"a": [1, None]})
        assert (status, told["repeated"]) == (202, False)
        output = await client.output(
            json={"a": 1}, params={"q": "1", "token": "secret"}, headers={"X-Id": "7", "Cookie": "c"}
        )
        assert (output["body"], output["query"], output["method"]) == ({"a": 1}, {"q": "1"}, "POST")
        assert output["headers"]["x-id"] == "7"
        assert "secret" not in str(output)
        assert "cookie" not in output["headers"]
        assert (await client.output(data={"f": "ä"}))["body"] == {"f": "ä"}
        assert (await client.output(data="text"))["body"] == "text"
        assert (await client.output(data=b"\0\1"))["body"] == b"\0\1"
        assert (await client.output())["body"] is None


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic secret"}])
async def test_without_the_token_nothing_starts(headers: dict[str, str]) -> None:
    kit = ServeKit()
    async with web(kit, webhook()) as client:
        status, told = await client.ask(headers={"Authorization": "", **headers})
        assert (status, client.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert "token" in told["error"]
        for allowed in (
            {"headers": {"Authorization": "", "X-Floworch-Token": "secret"}},
            {"params": {"token": "secret"}},
        ):
            assert (await client.ask(**{"headers": {"Authorization": ""}, **allowed}))[0] == 202
    assert len(kit.told("started")) == 2


async def test_a_request_that_is_sent_again_with_its_key_starts_nothing() -> None:
    kit = ServeKit()
    async with web(kit, webhook(respond="end")) as client:
        first = await client.ask(json=1, headers={"Idempotency-Key": "k"})
        assert await client.ask(json=2, headers={"Idempotency-Key": "k"}) == first
        assert first[0] == 200
        assert (await client.ask(json=2, headers={"Idempotency-Key": "l"}))[1]["run_id"] != first[1]["run_id"]
    async with web(kit, webhook(respond="end")) as client:  # and after a restart
        assert await client.ask(json=3, headers={"Idempotency-Key": "k"}) == first
    assert len(kit.told("started")) == 2


async def test_a_request_whose_run_was_deleted_starts_nothing_when_it_is_sent_again() -> None:
    kit = ServeKit()
    async with web(kit, webhook(respond="end")) as client:
        _, told = await client.ask(json=1, headers={"Idempotency-Key": "k"})
        kit.store.delete(told["run_id"])
        again = await client.ask(json=1, headers={"Idempotency-Key": "k"})
        assert again == (200, {"run_id": told["run_id"], "status": "deleted", "repeated": True})
    assert len(kit.told("started")) == 1


async def test_what_is_not_served_is_refused() -> None:
    async with web(ServeKit(), webhook()) as client:
        assert (await client.ask("/y"))[0] == 404
        assert (await client.ask(method="PUT"))[0] == 405
        assert client.headers["Allow"] == "POST"
        for body in (b"{", b"[NaN]", b"[" * 5000, b'"\\ud800"'):
            assert (await client.ask(data=body, headers={"Content-Type": "application/json"}))[0] == 400
        assert (await client.ask(data=io.BytesIO(b"x" * (2 << 20))))[0] == 400


async def test_without_a_token_pages_of_other_sites_and_other_names_are_kept_out() -> None:
    async with web(ServeKit(), webhook(auth="none")) as client:
        assert (await client.ask(headers={"Origin": "http://evil.example"}))[0] == 403
        assert (await client.ask(headers={"Host": "evil.example"}))[0] == 403
        assert (await client.ask(headers={"Origin": client.address}))[0] == 202


async def test_when_every_place_is_taken_the_caller_comes_back_later() -> None:
    door = Door()
    kit = ServeKit(door=door)
    async with web(kit, webhook(), {"action": "t.door"}, most=1) as client:
        assert (await client.ask())[0] == 202
        assert (await client.ask())[0] == 503
        assert client.headers["Retry-After"] == "5"
        door.open()


async def test_two_triggers_for_the_same_requests_and_a_taken_port_are_said() -> None:
    kit = ServeKit()
    one, two = kit.plan({"hook": webhook()}), kit.plan({"hook": webhook()}, name="v")
    with pytest.raises(UsageError, match=r"POST /x starts both 'w' \(hook\) and 'v'"):
        kit.service(kit.engine(), one, two)
    async with kit.serving(one, real=True) as service:
        port = int(service.hooks.address("127.0.0.1").rpartition(":")[2])
        with pytest.raises(UsageError, match=f"127.0.0.1:{port} cannot be listened at: another program does"):
            await kit.service(kit.engine(), one, port=port).hooks.start()
