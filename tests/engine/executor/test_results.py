"""What an action's return value means (C6.2, C2.7, C8, C10)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from engine_kit import Kit, chain

from floworch import Expand, Outcome


async def result_of(value: Any) -> Any:
    async def gives() -> Any:
        return value

    return await Kit(gives=gives).run(chain("gives"))


@pytest.mark.parametrize("value", [None, True, 0, -(10**40), 1.5, "ä", b"x", [1, [2]], {"a": {"b": None}}])
async def test_values_come_back_as_they_were(value: Any) -> None:
    view = (await result_of(value)).nodes["a"]
    assert (str(view.status), view.output) == ("completed", value)


async def test_an_outcome_fires_its_port() -> None:
    result = await result_of(Outcome({"k": 1}, port="out", also=("more",)))
    assert result.nodes["a"].output == {"k": 1}
    assert result.state.ports == {0: ("out", "more")}


async def test_only_containers_list_items() -> None:
    error = (await result_of(Expand([1]))).nodes["a"].error
    assert error["kind"] == "internal_error"


async def test_results_are_redacted() -> None:
    """C6.5: a secret that was read is in no event."""
    from floworch.actions.context import Context

    async def leaks(ctx: Context) -> dict[str, str]:
        ctx.data.set("k", ctx.secret("TOKEN"))
        ctx.log("token is " + ctx.secret("TOKEN"))
        return {"token": "Bearer " + ctx.secret("TOKEN")}

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FLOWORCH_SECRET_TOKEN", "hush-hush")
        kit = Kit(leaks=leaks)
        await kit.run(chain("leaks"))
    await asyncio.sleep(0)
    assert "hush" not in repr(list(kit.store.events("r")))
