"""Layers of one's own by the name of their function, as functions are named (C5.4, interfaces section 2)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from floworch import UsageError, Workflow, WorkflowBuilder, dumps, loads, middleware, registry
from floworch.actions.own_layers import LAYERS, find_named_layer, import_layer, name_of
from floworch.actions.registry import Registry
from floworch.executor.prepare import validate

SOURCE = """
from pathlib import Path
from floworch import middleware
Path({folder!r}, "imported").touch()

@middleware("stopwatch")
async def stopwatch(call_next, ctx, *, label: str = "took"):
    "Measures."
    return {{label: await call_next(ctx)}}

async def plain(call_next, ctx):
    return ["plain", await call_next(ctx)]

def fetch(n: int = 1) -> int:
    return n

constant = 5
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of a module that nothing has imported yet."""
    name = f"layers_{tmp_path.name.replace('-', '_')}"
    (tmp_path / f"{name}.py").write_text(SOURCE.format(folder=str(tmp_path)))
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(registry, "_layers", dict(registry._layers))
    yield name
    sys.modules.pop(name, None)


def flow(use: str, **options: Any) -> Workflow:
    entry = {"use": use, "with": options} if options else {"use": use}
    return WorkflowBuilder("w").node("a", "data.set", fields={"x": 1}, middleware=[entry]).build()


def test_looking_one_up_imports_nothing_and_a_run_does(module: str, tmp_path: Path) -> None:
    workflow = flow(f"py:{module}:stopwatch", label="t")
    assert validate(workflow) == []
    stand_in = find_named_layer(f"py:{module}:stopwatch")
    assert stand_in is not None
    assert (stand_in.title, stand_in.summary) == ("Stopwatch", f"The layer stopwatch of the module {module}.")
    assert not (tmp_path / "imported").exists()
    assert workflow.run().nodes["a"].output == {"t": {"x": 1}}
    assert registry.find_layer(f"py:{module}:stopwatch") is not stand_in
    assert flow(f"py:{module}:plain").run().nodes["a"].output == ["plain", {"x": 1}]


@pytest.mark.parametrize(
    ("suffix", "options", "says"),
    [
        (":stopwotch", {}, "has no function 'stopwotch'"),
        (":constant", {}, "'constant' of the module '{module}' is not a middleware. Decorate it"),
        (":fetch", {}, "'fetch' of the module '{module}' is not a middleware"),
        (":stopwatch", {"lable": "x"}, "There is no parameter 'lable'. Did you mean 'label'?"),
        ("_gone:stopwatch", {}, "the module '{module}_gone' cannot be imported"),
    ],
)
def test_one_that_leads_nowhere_fails_the_node_with_the_words_of_functions(
    module: str, suffix: str, options: dict[str, Any], says: str
) -> None:
    error = flow(f"py:{module}{suffix}", **options).run().error
    assert error is not None
    assert says.format(module=module) in f"{error['message']} {error.get('hint', '')}"


def test_what_python_built_is_written_by_the_name_of_the_function(module: str) -> None:
    own = __import__(module)
    built = WorkflowBuilder("w").middleware(own.stopwatch).node("a", own.stopwatch(label="x")(own.fetch)).build()
    text = dumps(built)
    assert f'{{"use": "py:{module}:stopwatch", "with": {{"label": "x"}}}}' in text
    assert f'{{"use": "py:{module}:stopwatch"}}' in text
    named = WorkflowBuilder("w").node("a", own.fetch, middleware=["stopwatch"]).build()
    assert '"use": "stopwatch"' in dumps(named), "text stays text"
    assert loads(text).run().nodes["a"].output == {"took": {"x": 1}}


def test_one_of_a_function_runs_here_and_refuses_to_be_saved() -> None:
    @middleware("t_local", target=Registry())
    async def local(call_next: Any, ctx: Any) -> Any:
        return ["local", await call_next(ctx)]

    built = WorkflowBuilder("w").node("a", "data.set", fields={"x": 1}, middleware=[local]).build()
    assert built.run().nodes["a"].output == ["local", {"x": 1}]
    with pytest.raises(UsageError, match=r"runs inside the layer .*local.*, which no other process can find") as caught:
        dumps(built)
    assert "top level of a module" in caught.value.hint
    assert name_of(local) in LAYERS
    with pytest.raises(UsageError, match="of another process"):
        import_layer("py:mod:f.<locals>.g#12")


def test_one_of_a_script_is_found_by_that_script_only(monkeypatch: pytest.MonkeyPatch) -> None:
    @middleware("t_main", target=Registry())
    async def shown(call_next: Any, ctx: Any) -> Any:
        return ["main", await call_next(ctx)]

    entry = {"id": "w", "middleware": [{"use": "py:__main__:shown"}], "nodes": {"a": {"action": "py:__main__:act"}}}
    workflow = Workflow.model_validate(entry)
    found = {problem.path: problem for problem in validate(workflow)}
    assert set(found) == {"middleware[0].use", "nodes.a.action"}
    assert all(each.severity == "error" and "move it into a module" in each.fix for each in found.values())

    monkeypatch.setattr(sys.modules["__main__"], "shown", shown, raising=False)
    monkeypatch.setattr(sys.modules["__main__"], "act", lambda: 1, raising=False)
    assert validate(workflow) == []
    for part in ({"middleware": ()}, {"nodes": {}}):
        with pytest.raises(UsageError, match="the script that was started") as caught:
            dumps(workflow.model_copy(update=part))
        assert "move it into a module" in caught.value.hint
    assert "py:__main__:shown" in dumps(workflow, portable=False)
