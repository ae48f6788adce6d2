"""Settings: argument, then environment, then file (interfaces.md section 2)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from engine_kit import Kit
from run_dialogue import workflow

from floworch import Engine, FlatBuffersStore, UsageError
from floworch.executor.settings import (
    breakpoints_of,
    concurrency_of,
    crashes_of,
    durability_of,
    log_level,
    retry_override,
)
from floworch.model.workflow import RetryPolicy


def test_argument_beats_environment_beats_file(monkeypatch: pytest.MonkeyPatch) -> None:
    definition = workflow({"a": {}}, settings={"max_concurrency": 3, "durability": "none"})
    assert (concurrency_of(definition, None), durability_of(definition, None)) == (3, "none")
    monkeypatch.setenv("FLOWORCH_MAX_CONCURRENCY", "5")
    monkeypatch.setenv("FLOWORCH_DURABILITY", "process")
    assert (concurrency_of(definition, None), durability_of(definition, None)) == (5, "process")
    assert (concurrency_of(definition, 7), durability_of(definition, "power")) == (7, "power")


async def test_what_is_usual_in_a_store_or_an_engine_holds_where_nothing_else_is_said(tmp_path: Path) -> None:
    store = FlatBuffersStore(tmp_path / "runs", durability="process")
    silent, said = workflow({"a": {}}), workflow({"a": {}}, settings={"max_concurrency": 16, "durability": "power"})
    kit = Kit()
    async with Engine(store, actions=kit.registry, max_concurrency=3) as engine:
        for number, (definition, argument) in enumerate([(silent, None), (said, None), (silent, "none")]):
            await (await engine.start(definition, run_id=f"r{number}", durability=argument)).result()
    found = [store.header(f"r{number}").options for number in range(3)]
    assert [(each["durability"], each["max_concurrency"]) for each in found] == [
        ("process", 3),
        ("power", 16),
        ("none", 3),
    ]


@pytest.mark.parametrize("value", [0, -1, "abc", True, 1.5, 10_001])
def test_a_senseless_number_is_refused(value: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    says = f"max_concurrency must be a whole number from 1 to 10000, not {value!r}."
    with pytest.raises(UsageError, match=re.escape(says)):
        concurrency_of(workflow({"a": {}}), value)
    with pytest.raises(UsageError, match=re.escape(says)):
        Engine(max_concurrency=value)
    monkeypatch.setenv("FLOWORCH_MAX_CONCURRENCY", str(value))
    with pytest.raises(UsageError, match="max_concurrency must be") as caught:
        concurrency_of(workflow({"a": {}}), None)
    assert caught.value.hint == "It is what FLOWORCH_MAX_CONCURRENCY says."
    with pytest.raises(UsageError):
        durability_of(workflow({"a": {}}), "paper")


def test_crashes_of_one_attempt_come_from_environment_or_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """C7.8"""
    definition = workflow({"a": {}}, settings={"max_crashes": 5})
    assert crashes_of(definition) == 5
    monkeypatch.setenv("FLOWORCH_MAX_CRASHES", "2")
    assert crashes_of(definition) == 2
    monkeypatch.setenv("FLOWORCH_MAX_CRASHES", "none")
    with pytest.raises(UsageError, match="crashes"):
        crashes_of(definition)


def test_breakpoints_are_honoured_unless_somebody_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """C7.7"""
    assert breakpoints_of(None)
    assert not breakpoints_of(None, recorded=False)
    monkeypatch.setenv("FLOWORCH_NO_BREAKPOINTS", "1")
    assert not breakpoints_of(None)
    assert breakpoints_of(True, recorded=False)


def test_the_environment_overrides_every_retry_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOWORCH_RETRY_COUNT", "4")
    monkeypatch.setenv("FLOWORCH_RETRY_DELAY", "5m")
    changed = retry_override().of(RetryPolicy(max_attempts=2, on=("transient",)))
    assert (changed.max_attempts, changed.delay_before(2), changed.on) == (5, 300.0, ("transient",))
    monkeypatch.setenv("FLOWORCH_RETRY_COUNT", "0")
    monkeypatch.setenv("FLOWORCH_RETRY_DELAY", "")
    assert retry_override().of(RetryPolicy()) == RetryPolicy(max_attempts=1)
    monkeypatch.delenv("FLOWORCH_RETRY_COUNT")
    policy = RetryPolicy()
    assert retry_override().of(policy) is policy


@pytest.mark.parametrize(
    ("variable", "value"),
    [("COUNT", "-1"), ("COUNT", "many"), ("COUNT", "1.5"), ("COUNT", "٣"), ("DELAY", "soon"), ("DELAY", "-1s")],
)
def test_a_senseless_retry_in_the_environment_is_refused(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"FLOWORCH_RETRY_{variable}", value)
    with pytest.raises(UsageError, match=f"FLOWORCH_RETRY_{variable}"):
        retry_override()


@pytest.mark.parametrize("fields", [
    {"retry": {"max_attempts": 5, "delay": 1, "jitter": 0}},
    {"middleware": [{"use": "retry", "with": {"max_attempts": 5, "delay": 1, "jitter": 0}}]},
    {},
])  # fmt: skip
async def test_a_run_takes_count_and_delay_from_the_environment(
    fields: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a written field, of a layer and of the default of safe actions."""
    from engine_kit import Kit

    async def down() -> None:
        raise ConnectionError("down")

    kit = Kit(down=down)
    definition = workflow({"a": {"action": "t.down", **fields}})
    assert (await kit.run(definition)).nodes["a"].attempts == (5 if fields else 3)
    monkeypatch.setenv("FLOWORCH_RETRY_COUNT", "1")
    monkeypatch.setenv("FLOWORCH_RETRY_DELAY", "100s")
    async with kit.engine() as engine:  # the same value again: what was prepared for it is not reused
        result = await (await engine.start(definition, run_id="s")).result()
    assert result.nodes["a"].attempts == 2
    delays = [event.payload["delay"] for event in kit.store.events("s") if event.payload and "delay" in event.payload]
    assert [delay for delay in delays if 90 <= delay <= 110] == delays != []


async def test_what_is_not_retried_stays_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unsafe work is never repeated because of a variable."""
    from engine_kit import Kit

    async def down() -> None:
        raise ConnectionError("down")

    monkeypatch.setenv("FLOWORCH_RETRY_COUNT", "9")
    kit = Kit()
    kit.add("down", down, effect="unsafe")
    assert (await kit.run(workflow({"a": {"action": "t.down"}}))).nodes["a"].attempts == 1


def test_the_log_level_is_one_of_four_words(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (log_level(), log_level("WARNING")) == (None, "WARNING")
    monkeypatch.setenv("FLOWORCH_LOG_LEVEL", "debug")
    assert log_level("WARNING") == "DEBUG"
    monkeypatch.setenv("FLOWORCH_LOG_LEVEL", "loud")
    with pytest.raises(UsageError, match="loud"):
        log_level()
