"""A chat model over HTTP: streams, broken answers, busy servers (C4.1, C4.4, C15)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ai_server import USAGE, ai_model, event, said

from floworch.actions.library import ai_client
from floworch.actions.library.ai_client import Model, ask
from floworch.errors import ActionError, ErrorKind
from floworch.testing import FakeHost

MESSAGES = [{"role": "user", "content": "?"}]


async def answered(model: Any, host: FakeHost | None = None, **options: Any) -> Any:
    ctx = (host or FakeHost()).context()
    return await ask(ctx, Model(model.url, "m", **options), MESSAGES)


async def failure(*answers: Any) -> ActionError:
    async with ai_model(*answers) as model:
        with pytest.raises(ActionError) as caught:
            await answered(model)
    return caught.value


async def test_pieces_of_a_stream_are_put_together_and_counted() -> None:
    async with ai_model(said("Gr", "üß", " dich")) as model:
        answer = await answered(model)
        (asked,) = model.asked
    assert (answer.text, answer.usage, answer.finish) == ("Grüß dich", USAGE, "stop")
    assert asked == {
        "model": "m", "messages": MESSAGES, "temperature": 0.0, "stream": True,
        "stream_options": {"include_usage": True},
    }  # fmt: skip


async def test_events_may_be_cut_anywhere() -> None:
    whole = b"".join(said("ä", "ö")).replace(b"\n\n", b"\r\n\r\n") + b": a comment\n"
    async with ai_model([whole[n : n + 1] for n in range(len(whole))]) as model:
        assert (await answered(model)).text == "äö"


async def test_a_server_that_does_not_stream_is_understood_too() -> None:
    body = {"choices": [{"message": {"content": "hi"}, "finish_reason": "stop"}], "usage": {"total_tokens": 9}}
    async with ai_model({"text": json.dumps(body), "content_type": "application/json"}) as model:
        answer = await answered(model)
    assert (answer.text, answer.usage["total_tokens"], answer.usage["prompt_tokens"]) == ("hi", 9, 0)


async def test_progress_tells_how_far_a_long_answer_is() -> None:
    host = FakeHost()
    async with ai_model(said(*["x" * 100] * 10)) as model:
        await answered(model, host)
    assert [message for _, message in host.progressed] == ["asking m", "400 characters", "800 characters"]
    assert host.logs == [("info", "m answered 1000 characters: 3 tokens in, 2 out.")]


async def test_the_key_goes_into_the_header_only() -> None:
    host = FakeHost(secrets={"KEY": "sk-hidden\n"})
    async with ai_model(said("x")) as model:
        await answered(model, host, key="KEY", max_tokens=7)
        headers = model.server.requests[0][2]
        assert (headers["Authorization"], model.asked[0]["max_tokens"]) == ("Bearer sk-hidden", 7)
        await answered(model)
        assert "Authorization" not in model.server.requests[1][2]
    assert "hidden" not in str(host.logs) + str(host.progressed)


async def test_an_answer_that_was_cut_off_is_told_of() -> None:
    host = FakeHost()
    async with ai_model(said("x", finish="length")) as model:
        assert (await answered(model, host)).finish == "length"
    assert host.logs[-1][0] == "warning"


@pytest.mark.parametrize(
    ("status", "kind", "wait"),
    [(429, ErrorKind.RATE_LIMIT, 7.0), (401, ErrorKind.PERMISSION, None), (503, ErrorKind.EXTERNAL_SERVICE, 7.0)],
)
async def test_refusals_say_what_the_server_said_and_when_to_come_back(status: int, kind: Any, wait: Any) -> None:
    headers = {"Retry-After": "7"} if wait else {}
    error = await failure({"status": status, "text": '{"error": {"message": "no more"}}', "headers": headers})
    assert (error.kind, error.retry_after) == (kind, wait)
    assert error.message.endswith(": no more.")


@pytest.mark.parametrize(
    ("answer", "kind", "message"),
    [
        ([b"data: {broken\n\n"], ErrorKind.EXTERNAL_SERVICE, "it is not JSON"),
        ([b"data: [1]\n\n"], ErrorKind.EXTERNAL_SERVICE, "it is no JSON object"),
        ([b'data: {"choices": [1]}\n\n'], ErrorKind.EXTERNAL_SERVICE, "its 'choices' are no list of objects"),
        ([event("a"), b'data: {"error": {"message": "overloaded"}}\n\n'], ErrorKind.EXTERNAL_SERVICE, "overloaded"),
        ([event("a")], ErrorKind.CONNECTION, "broke off"),
        ({"text": "<html>", "content_type": "application/json"}, ErrorKind.EXTERNAL_SERVICE, "it is not JSON"),
        ({"text": "<html>", "content_type": "text/html"}, ErrorKind.CONNECTION, "broke off"),
    ],
)
async def test_answers_that_are_none(answer: Any, kind: ErrorKind, message: str) -> None:
    error = await failure(answer)
    assert error.kind is kind
    assert message in error.message


async def test_an_endless_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ai_client, "ANSWER_LIMIT", 1 << 20)
    error = await failure([event("x" * 4096)] * 400)
    assert "it is over 1 MiB" in error.message
