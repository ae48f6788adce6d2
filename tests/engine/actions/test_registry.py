from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from pydantic import BaseModel, ConfigDict

from floworch.actions.build import build_spec
from floworch.actions.context import Context
from floworch.actions.registry import Registry, builtin_actions, registry
from floworch.actions.spec import LayerSpec
from floworch.errors import UsageError


async def nothing(ctx: Context) -> None: ...


class Options(BaseModel):
    model_config = ConfigDict(extra="forbid")
    limit: int = 1


def layer(name: str = "t_limit") -> LayerSpec:
    return LayerSpec(name, lambda options: nothing, Options)


def test_importing_the_registry_imports_no_action() -> None:
    code = (
        "import sys, floworch.actions.registry as r\n"
        "ids = r.registry.action_ids()\n"
        "assert 'data.set' in ids\n"
        "print([m for m in sys.modules if m.startswith('floworch.actions.library.')])\n"
        "r.registry.find_action('data.set')\n"
        "print(sorted(m for m in sys.modules if m.startswith('floworch.actions.library.')))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "['floworch.actions.library.data_set']"]


def test_every_built_in_can_be_loaded_and_describes_itself() -> None:
    mine = Registry()
    specs = {spec.id: spec for spec in mine.all_actions()}
    assert mine.broken == {}
    assert specs.keys() >= builtin_actions().keys()
    for name in builtin_actions():
        spec = specs[name]
        assert spec.title, name
        assert spec.summary.endswith("."), name
        assert spec.icon, name
        assert spec.category in {name.partition(".")[0], "code", "files", "database", "messaging", "utility"}, name
        assert spec.check_params(spec.example) == [], name
        properties = spec.params.model_json_schema()["properties"]
        assert all("description" in part for part in properties.values()), name


def test_unknown_actions_are_none_or_an_error_with_the_closest_id() -> None:
    assert registry.find_action("data.sett") is None
    with pytest.raises(UsageError, match=r"There is no action 'data\.sett'") as caught:
        registry.resolve("data.sett")
    assert caught.value.hint == "Did you mean 'data.set'?"
    assert registry.suggestion("switch") == "Did you mean 'flow.switch'?"


def test_an_id_belongs_to_the_module_that_took_it() -> None:
    mine = Registry()
    mine.register(build_spec(nothing, "t.taken"))
    mine.register(build_spec(nothing, "t.taken"))

    async def other(ctx: Context) -> None: ...

    other.__module__ = "elsewhere"
    with pytest.raises(UsageError, match=r"'t\.taken' is taken by"):
        mine.register(build_spec(other, "t.taken"))
    with pytest.raises(UsageError, match=r"'data\.set' is taken by floworch\.actions\.library\.data_set"):
        mine.register(build_spec(other, "data.set"))
    assert mine.register(build_spec(other, "data.set"), replace=True).fn is other
    assert mine.find_action("data.set") is not registry.find_action("data.set")


def test_a_layer_is_replaced_also_before_the_built_in_ones_were_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "layer_loader", Registry.layer_loader)
    monkeypatch.setattr(registry, "_layers", {})
    mine = layer("retry")
    registry.register_layer(mine, replace=True)
    assert registry.find_layer("retry") is mine
    assert registry.find_layer("timeout") is not None


def test_a_copy_is_independent() -> None:
    first = Registry()
    first.register(build_spec(nothing, "t.first"))
    second = first.copy()
    second.register(build_spec(nothing, "t.second"))
    second.register_layer(layer())
    assert second.find_action("t.first") is not None
    assert first.find_action("t.second") is None
    assert first.find_layer("t_limit") is None
    assert "t.second" in second.action_ids()


def test_a_built_in_that_cannot_be_loaded_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(builtin_actions(), "t.broken", "floworch.actions.library.no_such_module")
    monkeypatch.setitem(builtin_actions(), "t.empty", "floworch.actions.library.data_set")
    mine = Registry()
    assert mine.find_action("t.broken") is None
    assert mine.find_action("t.empty") is None
    assert "t.broken" not in [spec.id for spec in mine.all_actions()]
    with pytest.raises(UsageError, match=r"'t\.broken' cannot be loaded: ModuleNotFoundError"):
        mine.resolve("t.broken")
    with pytest.raises(UsageError, match="does not define it"):
        mine.resolve("t.empty")


def test_layers_are_loaded_before_the_first_look_up(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def load() -> None:
        calls.append("loaded")
        registry.register_layer(layer("t_loaded"))

    monkeypatch.setattr(registry, "layer_loader", load)
    monkeypatch.setattr(registry, "_layers", dict(registry._layers))
    mine = Registry()
    assert calls == []
    assert mine.find_layer("t_loaded") is not None
    assert mine.find_layer("t_none") is None
    assert "t_loaded" in mine.layer_ids()
    assert "t_loaded" in [spec.id for spec in mine.all_layers()]
    assert calls == ["loaded"]


def test_a_thread_that_asks_while_another_loads_the_layers_waits_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Large definitions are made ready on a thread while the loop makes others ready (C2.1): none misses a layer."""
    loading, go_on = threading.Event(), threading.Event()

    def load() -> None:
        loading.set()
        assert go_on.wait(30)
        registry.register_layer(layer("t_loaded"))

    monkeypatch.setattr(registry, "layer_loader", load)
    monkeypatch.setattr(registry, "_layers", {})
    found: list[object] = []
    first = threading.Thread(target=lambda: found.append(registry.find_layer("t_loaded")))
    second = threading.Thread(target=lambda: found.append(registry.find_layer("t_loaded")))
    first.start()
    assert loading.wait(30)
    second.start()
    second.join(0.05)
    assert second.is_alive()
    go_on.set()
    first.join(30)
    second.join(30)
    assert [each is not None for each in found] == [True, True]


def test_layer_options_are_checked() -> None:
    mine = Registry()
    mine.register_layer(layer())
    assert mine.check_layer("unknown_layer", {}) is None
    assert mine.check_layer("t_limit", {"limit": 3}) == []
    (issue,) = mine.check_layer("t_limit", {"limit": "{{ inputs.n }}"}) or ()  # options are used as they are written
    assert "whole number" in issue.message
    (issue,) = mine.check_layer("t_limit", {"limt": 2}) or ()
    assert (issue.path, issue.fix) == ("limt", "Did you mean 'limit'?")


def test_a_layer_says_what_expressions_in_its_options_see_besides_the_run() -> None:
    mine = Registry()
    mine.register_layer(LayerSpec("shadow", lambda options: options, BaseModel, names=frozenset({"error"})))
    assert mine.layer_names("shadow") == {"error"}
    assert mine.layer_names("timeout") == frozenset()
    assert mine.layer_names("no such layer") == frozenset()
