"""Acting on a run wherever it is; the verbs' own tests show the same through the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from floworch.cli.support.control import carry_on, control
from floworch.cli.support.drive import Output
from floworch.errors import RunNotFound


def test_what_was_done_is_said_only_after_it_is_durable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], cli: Any, suspended: Callable[[], str]
) -> None:
    run = suspended()
    control(cli.store, lambda host: host.signal(run, "n"), "Done.")
    assert capsys.readouterr().err == "Done.\n"
    with pytest.raises(RunNotFound):
        control(cli.store, lambda host: host.signal("nope", "n"), "Done.")
    assert capsys.readouterr().err == ""


def test_carry_on_returns_the_exit_code(cli: Any, suspended: Callable[[], str]) -> None:
    run = suspended()
    assert carry_on(cli.store, run, Output(exit_when_suspended=True), "resume") == 3
    control(cli.store, lambda host: host.cancel(run), "Done.")
    assert carry_on(cli.store, run, Output(), "resume") == 130
