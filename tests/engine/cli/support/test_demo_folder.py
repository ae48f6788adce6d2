from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from floworch.cli.support.demo_folder import DEMOS, demo_folder
from floworch.run.status import RunStatus


def test_the_folder_of_the_last_run_is_emptied_unless_a_run_still_works_there(tmp_path: Path) -> None:
    runs: dict[str, Any] = {}
    store: Any = SimpleNamespace(
        list=lambda workflow: [SimpleNamespace(run_id=name, status=status) for name, (status, _) in runs.items()],
        header=lambda name: SimpleNamespace(options={"folder": runs[name][1]}),
    )
    first = demo_folder(store, tmp_path, "x")
    assert first == tmp_path / DEMOS / "x"
    (first / "result").touch()
    runs["a"] = (RunStatus.SUSPENDED, str(first))
    second = demo_folder(store, tmp_path, "x")
    assert (second.name, (first / "result").exists()) == ("x-2", True)
    runs["a"] = (RunStatus.COMPLETED, str(first))
    assert demo_folder(store, tmp_path, "x") == first
    assert list(first.iterdir()) == []
