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
