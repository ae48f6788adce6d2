"""ai.chat against a model behind a real HTTP server (C4.1, C4.4, C4.5)."""

from __future__ import annotations

import asyncio
import base64
import os
from pathlib import Path
from typing import Any

import pytest
from ai_server import PATH, USAGE, ai_model, event, said
from aiohttp import web

from floworch import Engine, MemoryStore, Workflow
from floworch.errors import ActionError, ErrorKind
from floworch.testing import run_action


async def chat(model: Any, **params: Any) -> Any:
    return await run_action("ai.chat", **{"url": model.url, "model": "m", "prompt": "Why?", **params})


async def test_a_question_and_its_answer() -> None:
    async with ai_model(said("Be", "cause")) as model:
        output = await chat(model, system="Be brief.", temperature=0.5, max_tokens=9)
        (asked,) = model.asked
    assert output == {"text": "Because", "usage": USAGE, "finish": "stop"}
    assert asked["messages"] == [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Why?"}]
    assert (asked["temperature"], asked["max_tokens"]) == (0.5, 9)


@pytest.mark.parametrize("text", ['{"a": [1, 2.5]}', '```json\n{"a": [1, 2.5]}\n```'])
async def test_json_comes_as_a_value(text: str) -> None:
    async with ai_model(said(text)) as model:
        output = await chat(model, json=True)
        assert model.asked[0]["response_format"] == {"type": "json_object"}
    assert output["value"] == {"a": [1, 2.5]}


@pytest.mark.parametrize(("text", "why"), [("{oops", "Expecting"), ("[1]", "no object"), ('{"a": NaN}', "NaN")])
async def test_json_that_is_none_fails_with_what_it_is(text: str, why: str) -> None:
    async with ai_model(said(text)) as model:
        with pytest.raises(ActionError, match="not a JSON object") as caught:
            await chat(model, json=True)
    assert caught.value.kind is ErrorKind.PROCESSING
    assert why in caught.value.message


async def test_images_go_along(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(b"\x89PNG")
    async with ai_model(said("a cat")) as model:
        await chat(model, images=[str(path), "https://example.org/y.jpg"])
        content = model.asked[0]["messages"][0]["content"]
    data = base64.b64encode(b"\x89PNG").decode()
    assert content == [
        {"type": "text", "text": "Why?"},
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}},
        {"type": "image_url", "image_url": {"url": "https://example.org/y.jpg"}},
    ]


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        ("none.png", "not_found_error", "does not exist"),
        ("huge.png", "validation_error", "The images are over the limit of 20 MiB."),
        ("x.txt", "validation_error", "is not an image"),
    ],
)
async def test_images_that_cannot_go_along(tmp_path: Path, name: str, kind: str, message: str) -> None:
    (tmp_path / "huge.png").touch()
    os.truncate(tmp_path / "huge.png", 1 << 40)
    with pytest.raises(ActionError, match=message) as caught:
        await run_action("ai.chat", url="http://127.0.0.1:9", model="m", prompt="?", images=[str(tmp_path / name)])
    assert caught.value.kind == kind


async def test_a_long_answer_arrives_whole() -> None:
    async with ai_model(said(*["0123456789" * 1000] * 200)) as model:
        assert len((await chat(model))["text"]) == 2_000_000


async def test_a_cancel_closes_the_stream() -> None:
    """(C4.5)"""

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        while True:
            await response.write(event("x"))
            await asyncio.sleep(0.01)

    async with ai_model([]) as model:
        model.server.on(PATH, endless)
        task = asyncio.ensure_future(chat(model))
        await asyncio.wait_for(model.server.arrived.wait(), 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(model.server.gone.wait(), 10)


async def test_a_busy_model_is_asked_again_when_it_says() -> None:
    """(C4.4) 429 is transient, and Retry-After sets the delay."""
    busy = {"status": 429, "text": "slow down", "headers": {"Retry-After": "0"}}
    async with ai_model(busy, said("done")) as model:
        node = {"action": "ai.chat", "params": {"url": model.url, "model": "m", "prompt": "?"}}
        flow = Workflow.model_validate({"id": "w", "nodes": {"n": node}})
        async with Engine(store=MemoryStore()) as engine:
            result = await (await engine.start(flow)).result()
    assert (str(result.status), result.nodes["n"].output["text"], result.nodes["n"].attempts) == (
        "completed",
        "done",
        2,
    )
