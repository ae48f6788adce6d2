from __future__ import annotations


def test_unknown_layers_and_bad_options_are_found_in_both_lists(problems) -> None:  # type: ignore[no-untyped-def]
    """(C5)"""
    found = problems(
        {"a": {"middleware": [{"use": "logging", "with": {"level": "loud"}}, {"use": "retyr"}]}},
        [],
        middleware=[{"use": "nothing-like-it"}],
    )
    assert [(each.code, each.path) for each in found] == [
        ("unknown_layer", "middleware[0].use"),
        ("bad_option", "nodes.a.middleware[0].with.level"),
        ("unknown_layer", "nodes.a.middleware[1].use"),
    ]
    assert found[2].fix == "Did you mean 'retry'?"


def test_a_retry_inside_a_retry_is_a_warning(problems) -> None:  # type: ignore[no-untyped-def]
    """(C15)"""
    retry = {"use": "retry"}
    (own,) = problems({"a": {"retry": {"max_attempts": 2}, "middleware": [retry]}})
    assert (own.code, own.severity, own.path) == ("two_retries", "warning", "nodes.a.retry")
    assert [each.path for each in problems({"a": {"middleware": [retry, retry]}})] == ["nodes.a.middleware"]
    assert [each.path for each in problems({"a": {"retry": {}}, "b": None}, [], middleware=[retry])] == [
        "nodes.a.retry"
    ]
    assert [each.path for each in problems({"a": None}, [], middleware=[retry, retry])] == ["middleware"]
    assert problems({"a": {"middleware": [retry]}, "b": {"retry": {}}}) == []
