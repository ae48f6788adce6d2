from __future__ import annotations

import re
import threading
from collections.abc import Callable

import pytest

from floworch.errors import ExpressionError
from floworch.expr import engine
from floworch.expr.depth import MAX_BRANCHES, MAX_CHAIN

CHAINS: list[Callable[[int], str]] = [
    lambda n: "1" + "+1" * n,
    lambda n: "1" + " and 1" * n,
    lambda n: "1" + "~1" * n,
    lambda n: "1" + " ** 1" * n,
    lambda n: "a" + ".a" * n,
    lambda n: "a" + "[0]" * n,
    lambda n: "dict" + "()" * n,
    lambda n: "1" + "|string" * n,
    lambda n: "not " * n + "true",
    lambda n: "-" * n + "1",
    lambda n: "1 if 1 else " * n + "1",
    lambda n: "[1, (2" + "+1" * n + ")]",
    lambda n: "(" * 100 + "1" + "".join("+1" * (n // 100) + ")" for _ in range(100)),
]


@pytest.mark.parametrize("chain", CHAINS)
def test_a_chain_of_any_length_is_refused_and_never_ends_the_process(chain: Callable[[int], str]) -> None:
    """C13: the engine walks its tree by recursion in native code, where too much of it is a segmentation fault"""
    for source, whole in ((chain(100_000), True), (f"Sum: {{{{ {chain(100_000)} }}}}", False)):
        with pytest.raises(ExpressionError, match=r"nested too deep: it may have 400"):
            engine.names(source, whole)
    with pytest.raises(ExpressionError, match="nested too deep"):
        engine.evaluate(chain(100_000), {"a": 1})
    with pytest.raises(ExpressionError, match="nested too deep"):
        engine.render(f"{{{{ {chain(100_000)} }}}}", {"a": 1})


@pytest.mark.parametrize("chain", CHAINS)
def test_what_is_not_refused_fits_a_small_stack(chain: Callable[[int], str]) -> None:
    """C13: a thread of musl or of macOS has little more"""
    failed: list[Exception] = []

    def work() -> None:
        source = chain(MAX_CHAIN // 2 - 10)
        for call in (lambda: engine.names(source, whole=True), lambda: engine.evaluate(source, {"a": 1})):
            try:
                call()
            except ExpressionError as error:
                if not re.search("undefined|callable|maximum recursion limits", error.message):
                    failed.append(error)

    before = threading.stack_size(1024 * 1024)
    try:
        thread = threading.Thread(target=work)
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    assert failed == []


def test_branches_in_a_row_are_bounded() -> None:
    """C13"""

    def branches(count: int) -> str:
        return "{% if a == -1 %}x" + "".join(f"{{% elif a == {n} %}}{n}" for n in range(count)) + "{% endif %}"

    assert engine.render(branches(MAX_BRANCHES), {"a": 140}) == "140"
    assert engine.render(branches(MAX_BRANCHES) * 3, {"a": 140}) == "140" * 3
    for source in (branches(100_000), "{% if 1 %}{% elif 2 %}" + branches(MAX_BRANCHES) + "{% endif %}"):
        with pytest.raises(ExpressionError, match="more than 150 elif"):
            engine.render(source, {"a": 1})


def test_what_is_long_without_being_deep_is_no_matter() -> None:
    """C13: only what stands in a row counts, not what stands side by side, in texts, comments or raw blocks"""
    assert engine.evaluate("[" + ", ".join(["1 + 1"] * 5000) + "] | sum", {}) == 10_000
    assert engine.evaluate("'" + "+-" * 5000 + "' | length", {}) == 10_000
    assert len(engine.render("{{ 1 + 1 }}" * 5000, {})) == 5000
    assert (
        engine.render("{# " + "+" * 5000 + " #}{% raw %}" + "{{ 1" + "+1" * 3000 + " }}{% endraw %}", {}).count("+")
        == 3000
    )
    assert engine.names("{" + ", ".join(f"'k{n}': a.b.c" for n in range(2000)) + "}", whole=True) == {"a"}


@pytest.mark.parametrize("operator", ["+", "*", "~"])
def test_a_sum_of_many_terms_that_is_valid_can_be_evaluated(operator: str) -> None:
    """C6.4: what validation lets pass does not fail for the way the engine is guarded"""
    assert engine.evaluate(f" {operator} ".join(["a"] * 300), {"a": 1}) == {"+": 300, "*": 1, "~": "1" * 300}[operator]
