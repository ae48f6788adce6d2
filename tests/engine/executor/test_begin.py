"""What the header of a new run says about how it is to run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from floworch import Workflow
from floworch.errors import UsageError
from floworch.executor.begin import begin_options


def test_only_what_differs_from_every_run_is_written(tmp_path: Path) -> None:
    workflow = Workflow(id="w").at(tmp_path / "w.flow.json")
    plain = begin_options(workflow, "none", 4, ("t",), tmp_path, False, None, None)
    assert plain == {
        "durability": "none", "max_concurrency": 4, "tags": ["t"], "source": str(tmp_path / "w.flow.json"),
        "folder": str(tmp_path),
    }  # fmt: skip
    more = begin_options(workflow, "none", 4, (), tmp_path, True, False, {"B", "A"})
    assert (more["breakpoints"], more["secrets"]) == (False, ["A", "B"])


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no folder"):
        begin_options(Workflow(id="w"), None, 1, (), tmp_path / "missing", False, None, None)


@pytest.mark.parametrize("tags", ["nightly", 5, None, ["a", 5]])
def test_tags_are_words_and_not_the_letters_of_one(tags: Any) -> None:
    with pytest.raises(UsageError, match="Tags are a list of words"):
        begin_options(Workflow(id="w"), None, 1, tags, None, False, None, None)
