"""ai.classify fires the port of the label that fits (C2.7, C4.5)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from ai_server import PATH, ai_model, said
from aiohttp import web

from floworch import Engine, MemoryStore, Workflow
from floworch.actions.library.ai_classify import label_ports
from floworch.actions.registry import registry
from floworch.errors import ActionError, ErrorKind
from floworch.testing import call_action


async def classify(model: Any, **params: Any) -> Any:
    given = {"url": model.url, "model": "m", "text": "My order is broken", "labels": ["order", "complaint"], **params}
    return await call_action("ai.classify", given)


async def test_the_label_is_the_port() -> None:
    async with ai_model(said('{"labels": ["complaint"]}')) as model:
        outcome = await classify(model, instructions="Broken things are complaints.")
        assert model.asked[0]["messages"][0]["content"].endswith("Broken things are complaints.")
    assert (outcome.port, outcome.also) == ("complaint", ())
    assert (outcome.output["label"], outcome.output["labels"]) == ("complaint", ["complaint"])


async def test_several_labels_fire_several_ports() -> None:
    async with ai_model(said('{"labels": ["complaint", "order"]}')) as model:
        outcome = await classify(model, multi=True)
    assert (outcome.port, outcome.also) == ("order", ("complaint",))


async def test_what_fits_nothing_has_a_port_of_its_own() -> None:
    async with ai_model(said('{"labels": ["neither"]}')) as model:
        assert (await classify(model, otherwise="neither")).port == "neither"


@pytest.mark.parametrize(
    "bad", ['{"labels": ["praise"]}', '{"labels": []}', '{"labels": ["order", "complaint"]}', "order"]
)
async def test_an_answer_that_is_no_label_is_repaired_once(bad: str) -> None:
    async with ai_model(said(bad), said('{"labels": ["order"]}')) as model:
        outcome = await classify(model)
    assert (outcome.port, outcome.output["repaired"]) == ("order", True)
    async with ai_model(said(bad)) as model:
        with pytest.raises(ActionError) as caught:
            await classify(model)
    assert caught.value.kind is ErrorKind.PROCESSING


def test_ports_are_known_before_a_run() -> None:
    assert label_ports({"labels": ["b", "a", "b"], "otherwise": "c"}) == ("b", "a", "c")
    assert label_ports({"labels": "{{ inputs.x }}"}) == ()
    assert registry.resolve("ai.classify").success_ports({"labels": ["a"]}) == ("a",)


@pytest.mark.parametrize(
    ("params", "path"),
    [
        ({"labels": "{{ inputs.x }}"}, "labels"),
        ({"labels": ["done"]}, "labels[0]"),
        ({"labels": ["Not OK"]}, "labels[0]"),
    ],
)
def test_labels_that_cannot_be_ports(params: dict[str, Any], path: str) -> None:
    base = {"url": "http://h", "model": "m", "text": "t"}
    assert path in [issue.path for issue in registry.resolve("ai.classify").check_params({**base, **params})]


async def test_a_text_of_a_megabyte_goes_whole() -> None:
    async with ai_model(said('{"labels": ["order"]}')) as model:
        await classify(model, text="x" * 1_000_000)
        assert len(model.asked[0]["messages"][-1]["content"]) == 1_000_000


async def test_a_cancel_closes_the_stream() -> None:
    """(C4.5)"""

    async def silent(request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError

    async with ai_model([]) as model:
        model.server.on(PATH, silent)
        task = asyncio.ensure_future(classify(model))
        await asyncio.wait_for(model.server.arrived.wait(), 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(model.server.gone.wait(), 10)


async def test_a_run_follows_the_label() -> None:
    async with ai_model(said('{"labels": ["order"]}')) as model:
        params = {"url": model.url, "model": "m", "text": "t", "labels": ["order", "complaint"]}
        nodes = {
            "n": {"action": "ai.classify", "params": params},
            "yes": {"action": "util.log", "params": {"message": "yes"}},
            "no": {"action": "util.log", "params": {"message": "no"}},
        }
        edges = [{"from": "n", "port": label, "to": to} for label, to in (("order", "yes"), ("complaint", "no"))]
        flow = Workflow.model_validate({"id": "w", "nodes": nodes, "edges": edges})
        async with Engine(store=MemoryStore()) as engine:
            result = await (await engine.start(flow)).result()
    assert {name: str(node.status) for name, node in result.nodes.items()} == {
        "n": "completed",
        "yes": "completed",
        "no": "bypassed",
    }
