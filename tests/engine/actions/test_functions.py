from __future__ import annotations

import functools
import gc
import sys
from pathlib import Path
from typing import Any

import pytest

from floworch import Workflow, WorkflowBuilder
from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.functions import FUNCTIONS, find_function, import_function, is_portable, spec_of
from floworch.actions.registry import Registry, registry
from floworch.errors import ActionError, UsageError
from floworch.testing.actions import run_action


async def greet(ctx: Context, name: str) -> str:
    """Say hello."""
    return f"hello {name}"


class Greeter:
    def greet(self, name: str) -> str:
        return f"{name}!"


def test_a_plain_function_is_known_by_module_and_name() -> None:
    spec = spec_of(greet)
    assert spec.id == f"py:{__name__}:greet"
    assert (spec.effect, spec.run_on, spec.summary) == ("idempotent", "loop", "Say hello.")
    assert spec_of(greet) is spec
    assert registry.find_action(spec.id) is spec
    assert Registry().resolve(spec.id) is spec
    assert is_portable(spec.id)


def test_local_functions_run_but_are_not_portable() -> None:
    def local(a: int) -> int:
        return a + 1

    others: list[Any] = [lambda a: a + 1, functools.partial(local), Greeter().greet]
    specs = [spec_of(fn) for fn in (local, *others)]
    assert len({spec.id for spec in specs}) == 4
    assert not any(is_portable(spec.id) for spec in specs)
    assert all(registry.resolve(spec.id) is spec for spec in specs)
    assert run_action(local, a=1) == 2
    assert run_action(others[0], a=1) == 2


def test_a_decorated_function_keeps_its_own_spec() -> None:
    @action("t_functions.own", into=Registry())
    async def own(ctx: Context) -> None: ...

    assert spec_of(own).id == "t_functions.own"


def test_an_object_that_cannot_be_a_key_is_an_action_too() -> None:
    class Adder:
        __hash__ = None  # type: ignore[assignment]

        def __call__(self, a: int) -> int:
            return a + 1

    assert run_action(Adder(), a=1) == 2


def test_a_callable_without_a_readable_signature_is_refused() -> None:
    with pytest.raises(UsageError, match="its parameters cannot be read from it"):
        spec_of(dict.update)


def test_what_is_not_callable_is_refused() -> None:
    with pytest.raises(UsageError, match="must be a function or an action id, not int"):
        spec_of(5)  # type: ignore[arg-type]


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    source = (
        "from pathlib import Path\n"
        f"Path({str(tmp_path)!r}, 'imported').touch()\n"
        "def double(n: int) -> int:\n    return 2 * n\n"
        "class Tools:\n    @staticmethod\n    async def triple(ctx, n: int) -> int:\n        return 3 * n\n"
        "constant = 5\n"
    )
    name = f"user_{tmp_path.name.replace('-', '_')}"
    (tmp_path / f"{name}.py").write_text(source)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield name
    sys.modules.pop(name, None)


def test_looking_an_id_up_imports_nothing(module: str, tmp_path: Path) -> None:
    spec = registry.find_action(f"py:{module}:double")
    assert spec is not None
    assert spec.check_params({"n": "{{ x }}", "whatever": 1}) == []
    assert spec.capabilities == {"code"}
    assert (spec.title, spec.summary) == ("Double", f"The function double of the module {module}.")
    assert not (tmp_path / "imported").exists()


def test_the_stand_in_imports_at_its_first_call(module: str, tmp_path: Path) -> None:
    stand_in = find_function(f"py:{module}:double")
    assert stand_in is not None
    assert run_action(stand_in.fn, n="4") == 8
    assert (tmp_path / "imported").exists()
    assert registry.find_action(f"py:{module}:double") is not stand_in
    triple = find_function(f"py:{module}:Tools.triple")
    assert triple is not None
    assert run_action(triple.fn, n=2) == 6
    with pytest.raises(ActionError, match="'n' must be a whole number"):
        run_action(stand_in.fn, n="x")


def test_a_run_resolves_the_real_function(module: str) -> None:
    spec = registry.resolve(f"py:{module}:double")
    assert (spec.is_async, spec.run_on) == (False, "thread")
    assert spec.prepare({"n": 1}) == {"n": 1}


@pytest.mark.parametrize(
    ("suffix", "message", "hint"),
    [
        (":tripple", "has no function 'tripple'", "Was it renamed or moved?"),
        (":constant", "'constant' of the module '.*' is not a function", ""),
        (":<lambda>#3", "is a lambda or a local function of another process", "top level of a module"),
    ],
)
def test_an_id_that_leads_nowhere_says_why(module: str, suffix: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        registry.resolve(f"py:{module}{suffix}")
    assert hint in caught.value.hint


def test_a_module_that_is_missing_or_broken_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken_module_x.py").write_text("1 / 0\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(UsageError, match="'no_such_module_x' cannot be imported: ModuleNotFoundError"):
        import_function("py:no_such_module_x:f")
    with pytest.raises(UsageError, match="cannot be imported: ZeroDivisionError: division by zero"):
        import_function("py:broken_module_x:f")
    with pytest.raises(UsageError, match="has no function 'zz'") as caught:
        import_function("py:__main__:zz")
    assert "move it into a module" in caught.value.hint


def test_text_of_another_form_is_no_function() -> None:
    assert find_function("py:os") is None
    assert find_function("py:os:path; import x") is None
    with pytest.raises(UsageError, match="is not the id of a function"):
        import_function("orders.check")


def made(order: Any) -> Any:
    def act() -> Any:
        return order

    return act


def local(order: Any) -> Workflow:
    return WorkflowBuilder("orders").node("a", made(order)).build()


def test_a_process_that_builds_a_workflow_for_every_order_keeps_so_many_functions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """(C7.5: each build with a function of a function adds one)"""
    monkeypatch.setattr("floworch.actions.functions.MOST_LOCAL", 5)
    kept = local("kept")
    gone = [local(number).nodes["a"].action for number in range(20)]
    again = local("again")
    for number in range(20, 40):
        local(number)
        spec_of(find_function(again.nodes["a"].action).fn)  # type: ignore[union-attr]
    assert sum("#" in name for name in FUNCTIONS) <= 5
    gc.collect()
    assert find_function(gone[0]) is None
    assert kept.run().nodes["a"].output == "kept"  # as long as the workflow is there
    assert kept.replace(name="Other").run().nodes["a"].output == "kept"
    assert again.nodes["a"].action in FUNCTIONS  # it is in use


def test_the_id_of_a_function_that_holds_what_is_not_known_is_never_given_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """(C7.5: a run that goes on finds its own function or none)"""
    monkeypatch.setattr("floworch.actions.functions.MOST_LOCAL", 2)
    ids = [local([number]).nodes["a"].action for number in range(8)]
    assert len(set(ids)) == 8
    gc.collect()
    assert find_function(ids[0]) is None
