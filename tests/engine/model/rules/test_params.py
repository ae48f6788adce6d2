from __future__ import annotations

from floworch.actions.registry import Registry
from floworch.model.validate import validate
from floworch.model.workflow import Workflow


def test_an_unknown_action_offers_the_closest(problems) -> None:  # type: ignore[no-untyped-def]
    (found,) = problems({"a": {"action": "util.lgo"}})
    assert (found.code, found.path, found.fix) == ("unknown_action", "nodes.a.action", "Did you mean 'util.log'?")
    assert found.repair == {"op": "set_field", "node": "a", "field": "action", "value": "util.log"}


def test_an_action_like_no_other_says_where_to_look(problems) -> None:  # type: ignore[no-untyped-def]
    (found,) = problems({"a": {"action": "zzzzzzzz"}})
    assert (found.fix, found.repair) == ("'floworch actions list' shows every action.", None)
    (function,) = problems({"a": {"action": "py:mod:fn"}})
    assert "There is no function 'mod:fn'" in function.message


def test_an_action_that_cannot_be_loaded_says_why(problems) -> None:  # type: ignore[no-untyped-def]
    step = {"action": "util.log", "params": {"message": "x"}}
    (found,) = problems({"a": {"action": "shop.torn"}})
    assert (found.code, found.path, found.repair) == ("unknown_action", "nodes.a.action", None)
    assert found.message == "The action 'shop.torn' cannot be loaded: ModuleNotFoundError: No module named 'shop'."
    assert "install what it needs" in found.fix
    (undone,) = problems({"a": {**step, "compensate": {"action": "shop.torn"}}})
    assert "cannot be loaded" in undone.message
    (instead,) = problems({"a": {**step, "middleware": [{"use": "shop.torn"}]}})
    assert instead.message.startswith("The middleware 'shop.torn' cannot be loaded")


def test_parameters_are_checked_by_their_action(codes) -> None:  # type: ignore[no-untyped-def]
    assert codes({"a": {"action": "util.log"}}) == [("bad_param", "nodes.a.params.message")]


def test_compensation_is_checked_likewise(codes) -> None:  # type: ignore[no-untyped-def]
    """(C9)"""
    found = codes({"a": {"compensate": {"action": "util.log"}}, "b": {"compensate": {"action": "nope"}}})
    assert found == [
        ("bad_param", "nodes.a.compensate.params.message"),
        ("unknown_action", "nodes.b.compensate.action"),
    ]


def test_a_compensation_that_waits_or_holds_a_body_is_refused(problems) -> None:  # type: ignore[no-untyped-def]
    """(C9)"""
    (found,) = problems({"a": {"compensate": {"action": "flow.foreach"}}})
    assert (found.code, found.path) == ("bad_compensation", "nodes.a.compensate.action")
    assert "holds a body" in found.message


def test_a_timeout_of_a_compensation_in_a_thread_is_a_warning(problems) -> None:  # type: ignore[no-untyped-def]
    """(C4.5)"""
    (found,) = problems({"a": {"compensate": {"action": "file.read", "timeout": 5}}})
    assert (found.code, found.severity, found.path) == ("thread_timeout", "warning", "nodes.a.compensate.timeout")


def test_a_timeout_on_a_thread_is_a_warning_that_offers_a_process(problems) -> None:  # type: ignore[no-untyped-def]
    """(C4.5)"""
    (found,) = problems({"a": {"action": "file.read", "timeout": 5}})
    assert (found.code, found.severity) == ("thread_timeout", "warning")
    assert found.repair == {"op": "set_field", "node": "a", "field": "run_on", "value": "process"}
    assert problems({"a": {"action": "file.read", "timeout": 5, "run_on": "process"}}) == []
    assert problems({"a": {"timeout": 5}}) == []


def test_the_fix_names_the_action_or_the_field_that_was_meant() -> None:
    nodes = {
        "a": {"action": "util.log", "params": {"message": "x", "level": 3}},
        "b": {"action": "util.log", "params": {"message": "x", "timeout": 3}},
        "c": {"action": "util.log", "params": {"message": "x", "retires": 3}},
    }
    found = validate(Workflow.model_validate({"id": "w", "nodes": nodes}), Registry())
    assert {each.path: each.fix for each in found} == {
        "nodes.a.params.level": "Correct the parameter; 'floworch actions show util.log' describes it.",
        "nodes.b.params.timeout": "'timeout' is a field of the node: give it beside 'params', not in it.",
        "nodes.c.params.retires": "Did you mean 'retry', a field of the node beside 'params'?",
    }


def test_a_word_for_a_parameter_is_taken_by_its_meaning() -> None:
    """Not by its letters: 'every' is no 'retry', and 'verb' no 'verify'."""
    nodes = {
        "a": {"action": "trigger.schedule", "params": {"every": "2s"}},
        "b": {"action": "http.request", "params": {"url": "http://x", "verb": "GET"}},
        "c": {"action": "util.log", "params": {"message": "x", "every": "2s"}},
    }
    found = validate(Workflow.model_validate({"id": "w", "nodes": nodes}), Registry())
    fixes = {each.path: each.fix for each in found}
    assert fixes["nodes.a.params.every"] == "Did you mean 'cron'?"
    assert fixes["nodes.b.params.verb"] == "Did you mean 'method'?"
    assert "retry" not in fixes["nodes.c.params.every"]
