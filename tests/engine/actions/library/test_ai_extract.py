"""ai.extract gives values that fit the fields, or fails (C4.1)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from ai_server import PATH, USAGE, ai_model, said
from aiohttp import web

from floworch.errors import ActionError, ErrorKind
from floworch.testing import run_action

FIELDS = {
    "order": {"type": "string", "description": "such as A-1", "required": True},
    "amount": {"type": "number"},
    "state": {"choices": ["new", "old"], "default": "new"},
}


async def extract(model: Any, **params: Any) -> Any:
    given = {"url": model.url, "model": "m", "text": "Order A-7 over 3 euro", "schema": FIELDS, **params}
    return await run_action("ai.extract", **given)


async def test_values_come_out_whole_and_the_rest_is_null_or_its_default() -> None:
    async with ai_model(said('{"order": "A-7"}')) as model:
        output = await extract(model, instructions="Amounts are in euro.")
        system, user = model.asked[0]["messages"]
    assert output == {"object": {"order": "A-7", "amount": None, "state": "new"}, "usage": USAGE, "repaired": False}
    assert '"description":"such as A-1"' in system["content"].replace('": "', '":"')
    assert system["content"].endswith("Amounts are in euro.")
    assert user["content"] == "Order A-7 over 3 euro"


@pytest.mark.parametrize(
    "bad", ['{"amount": 3}', '{"order": 7}', '{"order": "A", "state": "odd"}', '{"order": "A", "x": 1}']
)
async def test_an_object_that_does_not_fit_is_repaired_once(bad: str) -> None:
    async with ai_model(said(bad), said('{"order": "A-7", "amount": null}')) as model:
        output = await extract(model)
    assert (output["object"]["order"], output["repaired"]) == ("A-7", True)
    async with ai_model(said(bad)) as model:
        with pytest.raises(ActionError) as caught:
            await extract(model)
    assert caught.value.kind is ErrorKind.PROCESSING


async def test_examples_are_turns_of_the_talk() -> None:
    async with ai_model(said('{"order": "A-7"}')) as model:
        await extract(model, examples=[{"text": "B-1", "object": {"order": "B-1"}}])
        roles = [message["role"] for message in model.asked[0]["messages"]]
    assert roles == ["system", "user", "assistant", "user"]


async def test_a_text_of_a_megabyte_goes_whole() -> None:
    async with ai_model(said('{"order": "A-7"}')) as model:
        await extract(model, text="x" * 1_000_000)
        assert len(model.asked[0]["messages"][-1]["content"]) == 1_000_000


async def test_a_cancel_closes_the_stream() -> None:
    """(C4.5)"""

    async def silent(request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError

    async with ai_model([]) as model:
        model.server.on(PATH, silent)
        task = asyncio.ensure_future(extract(model))
        await asyncio.wait_for(model.server.arrived.wait(), 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(model.server.gone.wait(), 10)
