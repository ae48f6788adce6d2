from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from floworch.errors import FlowError, WrongArgument
from floworch.model.workflow import Node, RetryPolicy


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"delay": "zz"}, "RetryPolicy: delay: 'zz' is not a duration"),
        ({"max_delay": -1}, "max_delay: -1 is not a duration"),
        ({"max_attempts": 0}, "max_attempts is 0; it must be at least 1"),
        ({"max_attempts": "3"}, "max_attempts is '3'; it must be a whole number"),
        ({"max_attempts": True}, "max_attempts is true; it must be a whole number"),
        ({"max_attempts": 10_001}, "it must be at most 10000"),
        ({"backoff": 0.5}, "backoff is 0.5; it must be at least 1"),
        ({"jitter": 2}, "jitter is 2; it must be at most 1"),
        ({"on": ["transiet"]}, "on: 'transiet' is not an error kind"),
        ({"on": "transient"}, "on is 'transient'; it must be a list"),
        ({"give_up_on": ["nothing"]}, "give_up_on: 'nothing' is not an error kind"),
        ({"attempts": 3}, "a retry policy has no 'attempts'"),
    ],
)
def test_a_policy_that_a_program_makes_is_checked_at_once(given: dict[str, Any], says: str) -> None:
    """(C4.4)"""
    with pytest.raises(WrongArgument) as caught:
        RetryPolicy(**given)
    assert says in caught.value.message
    assert caught.value.hint
    assert isinstance(caught.value, FlowError)
    assert isinstance(caught.value, ValueError)


def test_every_wrong_argument_is_named() -> None:
    """(C4.4)"""
    with pytest.raises(WrongArgument) as caught:
        RetryPolicy(delay="zz", on=("nothing",), max_attempts=20_000)
    assert all(word in caught.value.message for word in ("delay", "on", "max_attempts"))


def test_what_a_file_holds_is_made_and_becomes_a_problem() -> None:
    """(C2.1)"""
    node = Node.model_validate({"action": "util.log", "retry": {"delay": "zz", "mine": 1}})
    assert node.retry is not None
    assert (node.retry.delay, node.retry.model_extra) == ("zz", {"mine": 1})


def test_a_policy_is_copied_and_pickled_as_it_is() -> None:
    policy = RetryPolicy(max_attempts=5, delay="1s", on=("transient",))
    assert copy.deepcopy(policy) == policy == pickle.loads(pickle.dumps(policy))
    assert policy.replace(max_attempts=6).max_attempts == 6
