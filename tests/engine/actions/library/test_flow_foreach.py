from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from floworch import Engine, MemoryStore, WorkflowBuilder
from floworch.actions.item_limit import DEFAULT_LIMIT, LIMIT_SETTING
from floworch.actions.outcome import Expand
from floworch.actions.registry import registry
from floworch.errors import ActionError, LimitExceeded
from floworch.testing.actions import FakeHost, run_action


def test_it_expands_into_its_items() -> None:  # (C10.1)
    host = FakeHost(nodes={"list": {"files": ["a", "b"]}})
    assert run_action("flow.foreach", host, items="{{ nodes.list.output.files }}") == Expand(["a", "b"], 4, "stop")
    assert run_action("flow.foreach", items=[], concurrency=2, on_item_error="collect") == Expand([], 2, "collect")


def test_it_is_a_container() -> None:
    spec = registry.resolve("flow.foreach")
    assert spec.container
    assert spec.output_schema is not None
    assert spec.output_schema["type"] == "array"


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"items": {"a": 1}}, "'items' must be a list, not an object."),
        ({"items": "abc"}, "'items' must be a list, not 'abc'."),
        ({"items": 3}, "'items' must be a list, not 3."),
        ({"items": [], "concurrency": "3"}, "'concurrency': must be a whole number, not the text '3'."),
        ({"items": [], "concurrency": 0}, "'concurrency' must be at least 1, not 0."),
        ({"items": [], "on_item_error": "skip"}, "'on_item_error' must be one of 'stop' or 'collect', not 'skip'."),
    ],
)
def test_wrong_parameters_are_named(params: dict[str, Any], message: str) -> None:
    with pytest.raises(ActionError) as caught:
        run_action("flow.foreach", **params)
    assert caught.value.message == message


def test_the_limit_is_named_with_its_setting(monkeypatch: pytest.MonkeyPatch) -> None:  # (C13)
    host = FakeHost(inputs={"items": [0] * (DEFAULT_LIMIT + 1)})
    with pytest.raises(LimitExceeded, match="'items' has 1000001 entries; at most 1000000 are allowed") as caught:
        run_action("flow.foreach", host, items="{{ inputs.items }}")
    assert LIMIT_SETTING in caught.value.hint
    monkeypatch.setenv(LIMIT_SETTING, "1000001")
    assert len(run_action("flow.foreach", host, items="{{ inputs.items }}").items) == 1_000_001


def test_a_batch_is_a_list_of_items() -> None:
    found = run_action("flow.foreach", items=[1, 2, 3, 4, 5], batch=2)
    assert found.items == [[1, 2], [3, 4], [5]]


def test_a_table_gives_its_rows_or_parts_of_it(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("n\n1\n2\n3\n")
    host = FakeHost(folder=str(tmp_path))
    table = {"path": "a.csv"}
    assert run_action("flow.foreach", host, items=table).items == [{"n": 1}, {"n": 2}, {"n": 3}]
    parts = run_action("flow.foreach", host, items=table, batch=2).items
    place = str(tmp_path / "a.csv")
    assert parts == [{"path": place, "offset": 0, "rows": 2}, {"path": place, "offset": 2, "rows": 1}]
    assert [run_action("data.sort_limit", items=part) for part in parts] == [[{"n": 1}, {"n": 2}], [{"n": 3}]]
    within = run_action("flow.foreach", items=parts[0], batch=1)
    assert within.items == [{"n": 1}, {"n": 2}]
    assert run_action("flow.foreach", items={**parts[0], "offset": 1}, batch=5).items == [{**parts[0], "offset": 1}]


def test_a_table_with_too_many_rows_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # (C13)
    (tmp_path / "a.csv").write_text("n\n" + "1\n" * 100)
    monkeypatch.setenv(LIMIT_SETTING, "99")
    with pytest.raises(LimitExceeded, match="at most 99 are allowed"):
        run_action("flow.foreach", items={"path": str(tmp_path / "a.csv")})


async def test_the_body_works_on_the_parts_of_a_table(tmp_path: Path) -> None:  # (C10.1)
    (tmp_path / "a.csv").write_text("n\n" + "".join(f"{n}\n" for n in range(10)))
    total = {"fn": "sum", "key": "n", "as": "sum"}
    flow = (
        WorkflowBuilder("w")
        .node("each", "flow.foreach", items={"path": "a.csv"}, batch=4)
        .node("add", "data.group", parent="each", items="{{ item }}", by=[], aggregates=[total])
        .build()
    )
    async with Engine(store=MemoryStore()) as engine:
        result = await (await engine.start(flow, folder=str(tmp_path))).result()
    assert result.nodes["each"].output == [[{"sum": 6}], [{"sum": 22}], [{"sum": 17}]]


async def test_what_comes_after_reads_results_and_failed_items_by_name() -> None:  # (C15)
    flow = (
        WorkflowBuilder("w")
        .node("loop", "flow.foreach", items=[1, 0], on_item_error="collect")
        .node("body", "data.set", parent="loop", fields={"half": "{{ 1 // item }}"})
        .node("end", "data.set", after="loop", fields={
            "errors": "{{ nodes.loop.errors }}", "first": "{{ nodes.loop.output.results[0].half }}",
            "count": "{{ nodes.loop.errors | length }}",
        })
        .build()
    )  # fmt: skip
    async with Engine(store=MemoryStore()) as engine:
        output = (await (await engine.start(flow)).result()).nodes["end"].output
    assert (output["first"], output["count"]) == (1, 1)
    assert output["errors"][0]["index"] == 1
    assert output["errors"][0]["node"] == "body"
