"""Where mistakes stand; the rest is tested through ``floworch.preview`` in ``tests/engine/run``."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from floworch import ExpressionError, loads
from floworch.actions.registry import registry
from floworch.model.completion.mistakes import mistake_in, mistake_of
from floworch.model.completion.names import Scope

FLOW = loads('{"id": "f", "inputs": {"order": {}}, "nodes": {"a": {"action": "util.log"}}}')
SCOPE = Scope(FLOW, "a", "params.message", registry)


def test_loops_and_sets_bind_names() -> None:
    assert (
        mistake_in("{% for row in inputs.order %}{% set twice = row %}{{ row }}{{ twice }}{% endfor %}", SCOPE) is None
    )


def test_a_place_behind_the_end_is_the_last_character() -> None:
    mistake = mistake_of(ExpressionError("It ends.", "abc", 99), "abc")
    assert (mistake.start, mistake.end) == (2, 3)


@given(st.text(alphabet=st.sampled_from("{}%|.[]'ab0 +-(inputs"), max_size=25))
def test_every_place_lies_in_the_text(text: str) -> None:
    found = mistake_in(text, SCOPE)
    assert found is None or (0 <= found.start <= found.end <= len(text) and found.message)
