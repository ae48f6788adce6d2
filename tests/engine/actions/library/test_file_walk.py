"""A walk gives everything once, in order, and says what it could not read."""

from __future__ import annotations

from pathlib import Path

import pytest

from floworch.actions.library.file_walk import Walk, kind_of
from floworch.errors import ActionError
from floworch.testing import FakeHost


def test_a_walk_is_ordered_and_stops(tmp_path: Path) -> None:
    for name in ("b/2", "b/1", "a/x/y"):
        (tmp_path / name).mkdir(parents=True)
    host = FakeHost()
    walk = Walk(host.context(), False, True, None, lambda relative, name: name == "x")
    found = [(relative, kind_of(status)) for relative, _, status in walk.entries(str(tmp_path))]
    assert found == [(name, "dir") for name in ("a", "b", "b/1", "b/2")]
    assert [*walk.entries(str(tmp_path / "gone"))] == []
    assert walk.errors == [{"path": str(tmp_path / "gone"), "message": "It vanished while the folder was listed."}]
    for number in range(300):
        (tmp_path / str(number)).touch()
    host.cancel_reason = "enough"
    with pytest.raises(ActionError, match="enough"):
        list(walk.entries(str(tmp_path)))
