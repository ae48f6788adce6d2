"""What a definition needs before it can run (C2.1)."""

from __future__ import annotations

import pytest
from engine_kit import Kit, chain
from run_dialogue import workflow

from floworch import DefinitionError, validate
from floworch.executor.prepare import prepare


def test_the_same_value_is_prepared_once_per_registry() -> None:
    one, two = Kit(), Kit()
    definition = chain("any")
    assert prepare(definition, one.registry) is prepare(definition, one.registry)
    assert prepare(definition, two.registry) is not prepare(definition, one.registry)


def test_every_problem_is_told() -> None:
    bad = workflow({"a": {"action": "no.such"}, "b": {"action": "no.other"}})
    with pytest.raises(DefinitionError) as caught:
        prepare(bad, Kit().registry)
    assert {problem.node for problem in caught.value.problems} >= {"a", "b"}
    assert validate(bad)
