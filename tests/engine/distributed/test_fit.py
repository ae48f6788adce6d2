"""Which workers can take an attempt; what is missing is listed (C14)."""

from __future__ import annotations

import pytest

from floworch.distributed.fit import WorkerFacts, fitting
from floworch.errors import ActionError
from floworch.versions import VERSION


def worker(address: str, *tags: str, action: int | str = 1, floworch: str = VERSION) -> WorkerFacts:
    found = {"version": action} if isinstance(action, int) else {"missing": action}
    return WorkerFacts(address, f"name-{address}", dict.fromkeys(tags, 1), 1, {"floworch": floworch}, {"a.b": found})


def fit(*workers: WorkerFacts, tags: tuple[str, ...] = ()) -> list[str]:
    return fitting("tcp://c", "node", workers, tags, "a.b", 1)


def test_those_with_every_tag_and_the_version_are_taken() -> None:
    assert fit(worker("one"), worker("two", "gpu"), worker("three", "gpu", action=2), tags=("gpu",)) == ["two"]
    assert fit(worker("one"), worker("two", "gpu")) == ["one", "two"]


def test_no_worker_at_all_is_a_lost_cluster() -> None:
    with pytest.raises(ActionError, match="has no worker") as raised:
        fit()
    assert raised.value.kind == "connection_error"
    assert "floworch worker tcp://c" in raised.value.hint


@pytest.mark.parametrize(
    ("workers", "tags", "said"),
    [
        ([worker("one", "disk")], ("gpu", "tpu"), ["the tags gpu, tpu", "offered: disk"]),
        ([worker("one", "disk"), worker("two", "gpu")], ("disk", "gpu"), ["all of the tags disk, gpu together"]),
        ([worker("one", action=2)], (), ["a.b is there in version 2 where 1 is needed (name-one)"]),
        ([worker("one", action="no module")], (), ["a.b is missing: no module (name-one)"]),
        ([worker("one", floworch="0.0.1")], ("gpu",), ["the tag gpu (offered: none)", "floworch 0.0.1 is installed"]),
        ([WorkerFacts("one", "n", problem="it cannot be asked")], (), ["it cannot be asked (n)"]),
        ([worker(str(n), action=2) for n in range(7)], (), ["name-4, ...)"]),
    ],
)
def test_everything_that_is_missing_is_in_one_message(
    workers: list[WorkerFacts], tags: tuple[str, ...], said: list[str]
) -> None:
    with pytest.raises(ActionError) as raised:
        fit(*workers, tags=tags)
    assert raised.value.kind == "validation_error"
    for words in said:
        assert words in raised.value.message
    assert "floworch cluster check" in raised.value.hint
