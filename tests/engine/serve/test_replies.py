from __future__ import annotations

import json
from typing import Any

from serve_kit import ServeKit, webhook

from floworch.serve.replies import Reply, json_reply, reply_of

FAIL = {"action": "flow.fail", "params": {"message": "No stock."}}
SIGNAL = {"action": "flow.signal", "params": {"name": "go"}}


def respond(**params: Any) -> dict[str, Any]:
    return {"action": "http.respond", "params": params}


async def reply(after: dict[str, Any], trusted: bool = True, more: dict[str, Any] | None = None) -> Reply:
    kit = ServeKit()
    nodes = {"hook": webhook(respond="end"), "a": after, **({"b": more} if more else {})}
    served = kit.plan(nodes, "hook>a", *(["a>b"] if more else []))
    async with kit.engine() as engine:
        trigger = {"node": "hook", "event": {"kind": "webhook", "respond": "end"}}
        handle = await engine.start(served.workflow, run_id="r", trigger=trigger)
        return await reply_of(handle, served.workflow, trusted)


async def test_what_the_run_says_is_answered_before_it_ends() -> None:
    found = await reply(respond(status=201, body={"id": 7}, headers={"X-A": "b"}), more=SIGNAL)
    assert found == Reply(201, b'{"id":7}', {"X-A": "b", "Content-Type": "application/json"})


async def test_text_and_bytes_are_sent_as_they_are() -> None:
    assert await reply(respond(body="ä")) == Reply(200, "ä".encode(), {"Content-Type": "text/plain; charset=utf-8"})
    html = await reply(respond(body="<p>", headers={"content-type": "text/html"}))
    assert (html.body, html.headers) == (b"<p>", {"content-type": "text/html"})
    assert (await reply(respond(status=204))).body == b""


async def test_else_it_is_how_the_run_ended() -> None:
    done = await reply({"action": "t.any"})
    assert (done.status, json.loads(done.body)) == (200, {"run_id": "r", "status": "completed", "outputs": {}})
    failed = await reply(FAIL)
    assert failed.status == 500
    assert json.loads(failed.body)["error"]["message"] == "No stock."
    assert "error" not in json.loads((await reply(FAIL, trusted=False)).body)


async def test_a_run_that_waits_for_somebody_is_not_waited_for() -> None:
    found = await reply(SIGNAL)
    assert (found.status, json.loads(found.body)) == (202, {"run_id": "r", "status": "suspended"})


def test_headers_are_named_by_keywords() -> None:
    assert json_reply(503, {}, Retry_After="5").headers == {"Content-Type": "application/json", "Retry-After": "5"}
