"""What an action's return value means (C6.2, C2.7, C8, C10)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from engine_kit import Kit, chain
from pydantic import BaseModel, Field

from floworch import Expand, Outcome
from floworch.testing import run_action


async def result_of(value: Any) -> Any:
    async def gives() -> Any:
        return value

    return await Kit(gives=gives).run(chain("gives"))


@pytest.mark.parametrize("value", [None, True, 0, -(10**40), 1.5, "ä", b"x", [1, [2]], {"a": {"b": None}}])
async def test_values_come_back_as_they_were(value: Any) -> None:
    view = (await result_of(value)).nodes["a"]
    assert (str(view.status), view.output) == ("completed", value)


class Address(BaseModel):
    city: str
    since: date
    house: int = Field(serialization_alias="houseNumber")


@dataclass
class Person:
    name: str
    lives: list[Address]


PERSON = {"name": "Ada", "lives": [{"city": "London", "since": "1835-07-08", "houseNumber": 12}]}


def person() -> Person:
    return Person("Ada", [Address(city="London", since=date(1835, 7, 8), house=12)])


@pytest.mark.parametrize(
    ("value", "output"),
    [
        (person(), PERSON),
        (person().lives[0], PERSON["lives"][0]),
        ([person()], [PERSON]),
        ({"who": person(), "n": b"x"}, {"who": PERSON, "n": b"x"}),
        (Outcome(person()), PERSON),
    ],
)
async def test_models_and_dataclasses_become_objects(value: Any, output: Any) -> None:
    """Whose return annotation declares the output returns what it declares."""
    assert (await result_of(value)).nodes["a"].output == output

    def gives() -> Any:
        return value

    result = await run_action(gives)
    assert (result.output if isinstance(result, Outcome) else result) == output


async def test_what_is_in_a_model_and_no_value_is_said() -> None:
    error = (await result_of(Person("Ada", [object()]))).nodes["a"].error  # type: ignore[list-item]
    assert error["message"] == "TypeError: the output at lives[0]: object is not a JSON value"


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
