from __future__ import annotations

from typing import Any

import pytest

from floworch.actions.context import Context
from floworch.actions.decorators import action, spec_of
from floworch.actions.registry import Registry, registry
from floworch.errors import UsageError
from floworch.testing.actions import run_action


def test_a_decorated_function_stays_callable_and_is_found_by_id() -> None:
    mine = Registry()

    @action(
        "orders.double",
        title="Double it",
        category="data",
        effect="pure",
        icon="copy",
        subtitle="n",
        capabilities=["network"],
        example={"n": 1},
        into=mine,
    )
    async def double(ctx: Context, n: int) -> int:
        """Twice the number."""
        return 2 * n

    spec = mine.find_action("orders.double")
    assert spec is not None
    assert spec is spec_of(double)
    assert (spec.title, spec.summary, spec.effect, spec.subtitle) == ("Double it", "Twice the number.", "pure", "n")
    assert (spec.capabilities, spec.output_schema) == ({"network"}, {"type": "integer"})
    assert run_action(double, n=4) == 8
    assert registry.find_action("orders.double") is None


@pytest.mark.parametrize("bad", ["orders", "Orders.check", "a..b", "py:mod:fn", "a b.c", "", None, 5])
def test_an_id_is_namespace_and_name(bad: Any) -> None:
    with pytest.raises(UsageError, match="cannot be the id of an action") as caught:
        action(bad)
    assert caught.value.hint.startswith('Write it as @action("namespace.name")')


def test_a_bare_decorator_is_explained() -> None:
    def check() -> None: ...

    with pytest.raises(UsageError, match="'check' cannot be the id of an action"):
        action(check)  # type: ignore[arg-type]
