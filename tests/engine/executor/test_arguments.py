from __future__ import annotations

from typing import Any

import pytest
from engine_kit import Kit
from run_dialogue import workflow

from floworch.errors import UsageError


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"to": 5}, "to= is the id of a node or a list of ids, not 5."),
        ({"from_": [5]}, "from_= is the id of a node or a list of ids, not [5]."),
        ({"folder": 5}, "folder= is a path, not 5."),
        ({"secrets": "API_KEY"}, "secrets= is a list of names, not 'API_KEY'."),
        ({"called_secrets": 5}, "called_secrets= is a list of names, not 5."),
        ({"trigger": 5}, "trigger= is the id of a trigger or an object, not 5."),
        ({"cluster": 5}, "cluster= is a text, not 5."),
        ({"reuse": 5, "from_": "a"}, "reuse= is a text, not 5."),
        ({"durability": 5}, "durability= is a text, not 5."),
        ({"breakpoints": "no"}, "breakpoints= is True or False, not 'no'."),
        ({"step": 1}, "step= is True or False, not 1."),
        ({"only_changed": "yes"}, "only_changed= is True or False, not 'yes'."),
        ({"explain": "no"}, "explain= is True or False, not 'no'."),
    ],
)
async def test_a_wrong_argument_of_a_start_is_named_and_nothing_is_written(given: dict[str, Any], says: str) -> None:
    """(interfaces 2)"""
    kit = Kit(act=lambda: 1)
    async with kit.engine() as engine:
        with pytest.raises(UsageError) as caught:
            await engine.start(workflow({"a": {"action": "t.act"}}), **given)
    assert caught.value.message == says
    assert caught.value.hint
    assert kit.store.list() == []


async def test_flags_of_a_run_are_no_texts() -> None:
    """(C7.1, C7.3: ``compensate="no"`` would compensate)"""
    kit = Kit(act=lambda: 1)
    async with kit.engine() as engine:
        handle = await engine.start(workflow({"a": {"action": "t.act"}}), run_id="r")
        for call in (
            handle.pause(now="no"),
            handle.cancel(compensate="no"),
            engine.pause("r", now="no"),
            engine.cancel("r", compensate="no"),
            engine.resume("r", allow_removed="no"),
        ):
            with pytest.raises(UsageError, match="is True or False, not 'no'"):
                await call


async def test_events_are_asked_for_by_their_number() -> None:
    """(interfaces 2: from seq 0 or any seq)"""
    kit = Kit(act=lambda: 1)
    async with kit.running(workflow({"a": {"action": "t.act"}})) as (_, handle):
        await handle.result()
        assert [event.seq async for event in handle.events(2)] == list(range(2, len(kit.story())))
        for wrong in ("2", 1.5, None, True):
            with pytest.raises(UsageError, match="from_seq= is a whole number, not"):
                await anext(aiter(handle.events(wrong)))  # type: ignore[arg-type]
