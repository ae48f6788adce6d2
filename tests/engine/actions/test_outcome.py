from __future__ import annotations

import dataclasses

import pytest

from floworch.actions.outcome import Expand, Outcome, Wait


def test_answers_are_values() -> None:
    assert Outcome(1, "true") == Outcome(1, "true", ())
    assert Wait("timer", due=1.0, on_timeout="complete") == Wait("timer", "", 1.0, "complete", {})
    assert Expand([1]) == Expand([1], 4, "stop")
    for answer in (Outcome(), Wait("signal"), Expand([])):
        with pytest.raises(dataclasses.FrozenInstanceError):
            answer.__setattr__(dataclasses.fields(answer)[0].name, 1)
