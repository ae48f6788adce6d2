from __future__ import annotations

import pytest

from floworch.model.rules.draft import Draft, did_you_mean, listing, step


def test_words_for_people() -> None:
    assert did_you_mean("lgo", ["log", "other"]) == ("Did you mean 'log'?", "log")
    assert did_you_mean("zzz", ["log"], "Look.") == ("Look.", None)
    assert listing(["a"]) == "a"
    assert listing(["a", "b", "c"]) == "a, b and c"
    assert listing([]) == ""
    assert listing(map(str, range(12))) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more"
    assert step("a", "b") + step("c", 1) == "a.bc[1]"


def test_only_listed_codes_can_be_used(workflow, catalog) -> None:  # type: ignore[no-untyped-def]
    draft = Draft(workflow({"a": None}), catalog)
    draft.add("exclusive_join", "p", "m")
    assert draft.problems[0].severity == "warning"
    with pytest.raises(KeyError):
        draft.add("not_a_code", "p", "m")


def test_a_rule_is_given_the_nodes_that_it_has_something_to_say_of_and_those_that_changed(workflow, catalog) -> None:  # type: ignore[no-untyped-def]
    """designer.md 5.8: only touched nodes; what hangs on more than the definition is asked every time."""
    seen, other = object(), object()

    def given(draft: Draft, context: object = seen) -> list[str]:
        names = []
        for name, _ in draft.examined("rule", context):
            names.append(name)
            if name == "b":
                draft.add("no_nodes", "p", "m")
            if name == "c":
                draft.look_again()
        return names

    now = workflow(dict.fromkeys("cabd"))
    first = Draft(now, catalog, keep=True)
    assert given(first) == ["c", "a", "b", "d"], "in the order of the definition"
    second = Draft(now, catalog, past=first.kept, keep=True)
    assert given(second) == ["c", "b"]
    edited = now.replace(nodes={**now.nodes, "d": now.nodes["d"].replace(title="D"), "e": now.nodes["a"]})
    third = Draft(edited, catalog, past=second.kept, keep=True)
    assert given(third) == ["c", "b", "d", "e"]
    assert given(Draft(edited, catalog, past=third.kept), other) == ["c", "a", "b", "d", "e"]
    assert given(Draft(edited, catalog)) == ["c", "a", "b", "d", "e"]


def test_a_node_that_went_and_came_back_is_given_again(workflow, catalog) -> None:  # type: ignore[no-untyped-def]
    now = workflow(dict.fromkeys("ab"))
    past = None
    for state, expected in ((now, ["a", "b"]), (now.replace(nodes={"a": now.nodes["a"]}), []), (now, ["b"])):
        draft = Draft(state, catalog, past=past, keep=True)
        assert [name for name, _ in draft.examined("rule")] == expected
        past = draft.kept


def test_a_rule_about_the_whole_rests_while_it_said_nothing_and_sees_the_same(workflow, catalog) -> None:  # type: ignore[no-untyped-def]
    now, ran, says = workflow({"a": None}), [], [True]

    def rule(draft: Draft) -> None:
        ran.append(draft)
        if says[0]:
            draft.add("no_nodes", "p", "m")

    def once(past, *seen):  # type: ignore[no-untyped-def]
        draft = Draft(now, catalog, past=past, keep=True)
        draft.once(rule, *seen)
        return draft.kept

    one, other = object(), object()
    kept = once(once(None, one), one)
    assert len(ran) == 2, "it had something to say"
    says[0] = False
    kept = once(once(kept, one), one)
    kept = once(kept, one)
    assert len(ran) == 3
    once(kept, other)
    assert len(ran) == 4
