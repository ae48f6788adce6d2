from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("node", "path"),
    [
        ({"timeout": "soon"}, "timeout"),
        ({"timeout": -1}, "timeout"),
        ({"timeout": 0}, "timeout"),
        ({"retry": {"delay": "1 fortnight"}}, "retry.delay"),
        ({"retry": {"max_delay": "-1s"}}, "retry.max_delay"),
        ({"compensate": {"action": "data.set", "timeout": "x"}}, "compensate.timeout"),
        ({"compensate": {"action": "data.set", "retry": {"delay": "x"}}}, "compensate.retry.delay"),
    ],
)
def test_bad_durations(codes, node: dict[str, object], path: str) -> None:  # type: ignore[no-untyped-def]
    assert codes({"a": node}) == [("bad_duration", f"nodes.a.{path}")]


def test_no_delay_between_attempts_is_fine(codes) -> None:  # type: ignore[no-untyped-def]
    assert (
        codes({"a": {"retry": {"delay": 0, "max_delay": 0}, "timeout": "250ms"}}, [], settings={"timeout": "1h"}) == []
    )


def test_limits(codes) -> None:  # type: ignore[no-untyped-def]
    """(C13)"""
    assert codes(
        {"a": {"retry": {"max_attempts": 10**6}}}, [], settings={"max_concurrency": 10**6, "timeout": "x"}
    ) == [
        ("bad_duration", "settings.timeout"),
        ("out_of_range", "settings.max_concurrency"),
        ("out_of_range", "nodes.a.retry.max_attempts"),
    ]


def test_error_kinds_of_a_retry_policy_exist(problems) -> None:  # type: ignore[no-untyped-def]
    """(C4.1)"""
    (found,) = problems({"a": {"retry": {"on": ["transient", "timout_error"], "give_up_on": ["permission_error"]}}})
    assert (found.code, found.path) == ("unknown_error_kind", "nodes.a.retry.on[1]")
    assert found.fix == "Did you mean 'timeout_error'?"


@pytest.mark.parametrize(("node", "says"), [
    ({"action": "flow.fail", "params": {"message": "no"}, "retry": {"max_attempts": 3}}, "fails whenever it runs"),
    ({"retry": {"on": ["transient", "timeout_error"], "give_up_on": ["transient"]}}, "nothing is ever tried again"),
    ({"retry": {"give_up_on": ["all"]}}, "nothing is ever tried again"),
])  # fmt: skip
def test_a_retry_that_never_helps_is_a_warning(problems, node: dict[str, object], says: str) -> None:  # type: ignore[no-untyped-def]
    """(C4.4)"""
    (found,) = [each for each in problems({"a": node}) if each.code != "unknown_action"]
    assert (found.code, found.severity, found.path) == ("useless_retry", "warning", "nodes.a.retry")
    assert says in found.message


def test_a_retry_that_may_help_is_none(codes) -> None:  # type: ignore[no-untyped-def]
    """(C4.4)"""
    retry = {"on": ["transient"], "give_up_on": ["timeout_error"]}
    fail = {"action": "flow.fail", "params": {"message": "no"}, "retry": {"max_attempts": 1}}
    assert codes({"a": {"retry": retry}, "b": fail}) == [("unknown_action", "nodes.b.action")]


@pytest.mark.parametrize(
    ("declared", "default", "fits"),
    [
        ("string", 1, False),
        ("integer", 1, True),
        ("integer", True, False),
        ("integer", 1.5, False),
        ("number", 1.5, True),
        ("boolean", 0, False),
        ("object", {}, True),
        ("array", {}, False),
        ("any", [1], True),
        ("string", None, True),
    ],
)
def test_defaults_have_the_declared_type(codes, declared: str, default: object, fits: bool) -> None:  # type: ignore[no-untyped-def]
    found = codes({"a": None}, [], inputs={"x": {"type": declared, "default": default}})
    assert found == ([] if fits else [("bad_default", "inputs.x.default")])
