"""Every built-in action against parameters that do not fit: what a person reads, to the letter (C2.7, C4.1)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from bad_input.every import CASES
from hypothesis import given, settings
from hypothesis import strategies as st

from floworch.actions.library import BUILTIN_ACTIONS
from floworch.actions.registry import registry
from floworch.errors import ActionError, ExpressionError, FlowError
from floworch.model.catalog import ParamIssue
from floworch.testing import run_action


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder of the cases: it holds a file ``a.txt`` and a folder ``sub``."""
    (tmp_path / "a.txt").write_text("hello", encoding="utf-8")
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.skipif(sys.platform == "win32", reason="names POSIX commands and errors")
@pytest.mark.parametrize(("action", "params", "kind", "message", "hint"), CASES)
def test_what_is_wrong_is_said_with_its_place_and_a_way_out(
    folder: Path, action: str, params: dict[str, Any], kind: str, message: str, hint: str
) -> None:
    with pytest.raises(FlowError) as caught:
        run_action(action, **params)
    error = caught.value
    assert (error.message, getattr(error, "kind", "")) == (message, kind)
    assert error.hint.startswith(hint)
    assert isinstance(error, ActionError if kind else ExpressionError)
    assert {path.name for path in folder.iterdir()} == {"a.txt", "sub"}


def test_every_action_has_such_cases() -> None:
    assert {action for action, *_ in CASES} == set(BUILTIN_ACTIONS)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from([10**400, -(10**400)]) | st.text(max_size=8)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["key", "as", "fn", "when", "match", "port", "x"]), inner, max_size=3
    ),
    max_leaves=6,
)  # fmt: skip


@pytest.mark.parametrize("action", sorted(BUILTIN_ACTIONS))
@settings(max_examples=30)
@given(data=st.data())
def test_the_static_check_never_raises_and_speaks_in_sentences(action: str, data: st.DataObject) -> None:
    """C2.1: whatever a file holds as parameters, checking it gives issues and no exception."""
    spec = registry.resolve(action)
    names = [field.alias or name for name, field in spec.params.model_fields.items()]
    params = data.draw(st.dictionaries(st.sampled_from([*names, "unheard of"]), JSON, max_size=4))
    issues = spec.check_params(params)
    assert all(isinstance(issue, ParamIssue) and issue.message.endswith((".", "!", "?")) for issue in issues)
    assert ("unheard of" in params) <= any("unheard of" in issue.path for issue in issues)
    ports = spec.success_ports(params)
    assert len(set(ports)) == len(ports)
    assert "error" not in ports or any("error" in issue.message for issue in issues)


@pytest.mark.proof
@pytest.mark.parametrize("action", sorted(BUILTIN_ACTIONS))
@settings(max_examples=300)
@given(data=st.data())
def test_the_static_check_of_many_more_parameters(action: str, data: st.DataObject) -> None:
    test_the_static_check_never_raises_and_speaks_in_sentences.hypothesis.inner_test(action, data)  # type: ignore[attr-defined]


@pytest.mark.parametrize("action", sorted(BUILTIN_ACTIONS))
def test_an_expression_anywhere_counts_as_fitting(action: str) -> None:
    """C6.4: what only the run can know is not refused before it."""
    spec = registry.resolve(action)
    names = [field.alias or name for name, field in spec.params.model_fields.items()]
    literal = {("flow.switch", "cases"), ("flow.switch", "default"), ("data.group", "by")}  # known before a run
    exclusive = {
        ("util.hash", "file"),
        ("flow.wait", "until"),
        ("http.request", "form"),
        ("data.validate", "items"),
        ("http.request", "body"),
        ("http.request", "file"),
        ("http.request", "files"),
    }
    params = {name: "{{ inputs.x }}" for name in names if (action, name) not in literal | exclusive}
    if action == "ai.classify":
        params |= {"labels": ["a"], "otherwise": "b"}  # type: ignore[dict-item]
    if action == "flow.switch":
        params["cases"] = [{"match": "{{ inputs.y }}", "port": "a"}]  # type: ignore[assignment]
    assert list(spec.check_params(params)) == []
