"""Objects out of a model: found, checked, repaired once."""

from __future__ import annotations

from typing import Any

import pytest
from ai_server import ai_model, said

from floworch.actions.library.ai_client import Model
from floworch.actions.library.ai_object import ask_object, complaints, object_in
from floworch.errors import ActionError, ErrorKind
from floworch.testing import FakeHost

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
MESSAGES = [{"role": "user", "content": "?"}]


async def asked_for(model: Any, host: FakeHost | None = None) -> Any:
    return await ask_object((host or FakeHost()).context(), Model(model.url, "m"), MESSAGES, SCHEMA)


@pytest.mark.parametrize(
    ("text", "found"),
    [(' {"n": 1} ', {"n": 1}), ('```\n{"n": 1}\n```', {"n": 1}), ("1", {}), ("", {}), ("[" * 100_000, {})],
)
def test_the_object_in_an_answer(text: str, found: dict[str, Any]) -> None:
    value, wrong = object_in(text)
    assert (value, bool(wrong)) == (found, not found)


def test_complaints_name_the_place() -> None:
    assert complaints({"n": "x"}, SCHEMA) == ["$.n: 'x' is not of type 'integer'"]
    assert complaints({"n": 1}, SCHEMA) == []


async def test_a_good_answer_needs_no_repair() -> None:
    async with ai_model(said('{"n": 1}')) as model:
        value, used, repaired = await asked_for(model)
    assert (value, used["total_tokens"], repaired) == ({"n": 1}, 5, False)


@pytest.mark.parametrize("bad", ['{"n": "one"}', "one", "{}"])
async def test_a_bad_answer_goes_back_once_with_what_is_wrong(bad: str) -> None:
    host = FakeHost()
    async with ai_model(said(bad), said('{"n": 1}')) as model:
        value, used, repaired = await asked_for(model, host)
        first, second = model.asked
    assert (value, used["total_tokens"], repaired) == ({"n": 1}, 10, True)
    assert first["messages"] == MESSAGES
    assert second["messages"][1] == {"role": "assistant", "content": bad}
    assert "That does not fit" in second["messages"][2]["content"]
    assert [level for level, _ in host.logs] == ["info", "warning", "info"]


async def test_a_second_bad_answer_fails() -> None:
    async with ai_model(said("{}")) as model:
        with pytest.raises(ActionError, match="after a repair, too") as caught:
            await asked_for(model)
        assert len(model.asked) == 2
    assert caught.value.kind is ErrorKind.PROCESSING
