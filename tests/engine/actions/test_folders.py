"""The user's folder of actions: listed by reading, imported when used."""

from __future__ import annotations

import os
import py_compile
import sys
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

import pytest

from floworch import Engine, WorkflowBuilder
from floworch.actions.folders import ActionFolder, ensure_package, package_of, user_folder
from floworch.actions.listing import list_actions
from floworch.actions.registry import Registry, registry
from floworch.errors import UsageError
from floworch.model.validate import validate
from floworch.model.workflow import Node, Workflow

FILE = '''
from pathlib import Path
from floworch import action
from . import helper
Path(__file__).with_name("imported").touch()

@action("mine.double", run_on="{place}")
def double(value: float) -> float:
    """Double a number."""
    return helper.twice(value)
'''


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    place = tmp_path / "my actions"
    place.mkdir()
    (place / "double.py").write_text(FILE.format(place="thread"))
    (place / "helper.py").write_text("def twice(value):\n    return value * 2\n")
    (place / "broken.py").write_text('from floworch import action\n@action("mine.broken")\ndef f(): ...\n1/0\n')
    monkeypatch.setenv("FLOWORCH_ACTIONS", str(place))
    yield place
    for name in [name for name in registry._actions if name.startswith("mine.")]:
        del registry._actions[name]
    for module in [module for module in sys.modules if module.startswith("floworch_folders.")]:
        del sys.modules[module]


def test_listing_the_folder_imports_nothing(folder: Path) -> None:
    mine = Registry()
    entries = {entry.id: entry for entry in list_actions(mine)}
    assert (entries["mine.double"].summary, entries["mine.double"].title) == ("Double a number.", "Double")
    assert "mine.broken" in entries
    assert entries["util.log"].source == "built in"
    assert not (folder / "imported").exists()
    assert mine.find_action("mine.double") is not None
    assert (folder / "imported").exists()


def test_what_a_second_file_defines_again_is_told(folder: Path) -> None:
    layer = 'from floworch import middleware\n@middleware("{}")\nasync def f(call_next, ctx): ...\n'
    (folder / "later.py").write_text(FILE.format(place="thread") + layer.format("mine"))
    (folder / "more.py").write_text(layer.format("mine") + layer.format("other"))
    counts, again, more = (str(folder / name) for name in ("double.py", "later.py", "more.py"))
    expected = [("mine.double", counts, again), ("mine", again, more)]
    assert ActionFolder().passed_over() == registry.passed_over() == expected
    assert ActionFolder().listed()["mine.double"].source == counts


def test_only_the_text_that_can_be_read_and_trusted_is_run(folder: Path) -> None:
    """Bytecode is not looked at, be it forged, stale, or without its text."""
    (folder / "evil.py").write_text(f"raise SystemExit({'bytecode ran'!r})")
    kept = folder / "__pycache__"
    kept.mkdir()
    for target in (cache_from_source(str(folder / "double.py")), cache_from_source(str(folder / "helper.py"))):
        py_compile.compile(
            str(folder / "evil.py"), target, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH
        )
    py_compile.compile(str(folder / "evil.py"), str(folder / "sourceless.pyc"))
    before = sorted(kept.iterdir())
    assert Registry().resolve("mine.double").summary == "Double a number."
    assert sorted(kept.iterdir()) == before, "and none is written"
    (folder / "double.py").write_text(FILE.format(place="thread").replace("import helper", "import sourceless"))
    with pytest.raises(ImportError, match="sourceless"):
        ActionFolder(folder).load("mine.double")


def test_an_edit_within_a_second_to_a_text_of_the_same_length_counts(folder: Path) -> None:
    file = folder / "double.py"
    assert Registry().resolve("mine.double").summary == "Double a number."
    times = file.stat()
    file.write_text(FILE.format(place="thread").replace("Double a number.", "Triple a number."))
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns + 1))
    for name in [name for name in sys.modules if name.startswith("floworch_folders.")]:
        del sys.modules[name]  # another process
    assert Registry().resolve("mine.double").summary == "Triple a number."


@pytest.mark.parametrize("place", ["thread", "process"])
async def test_an_action_of_the_folder_runs_also_in_a_worker_process(folder: Path, place: str) -> None:
    (folder / "double.py").write_text(FILE.format(place=place))
    flow = WorkflowBuilder("w").node("a", "mine.double", value=21).build()
    async with Engine() as engine:
        result = await (await engine.start(flow)).result()
    assert result.nodes["a"].output == 42


def test_a_broken_file_is_reported_when_it_is_used_and_takes_no_other_with_it(folder: Path) -> None:
    mine = Registry()
    with pytest.raises(UsageError, match=r"mine.broken.*ZeroDivisionError"):
        mine.resolve("mine.broken")
    assert mine.resolve("mine.double").title == "Double"


def test_validation_says_why_a_file_cannot_be_loaded_until_it_can(folder: Path) -> None:
    flow = Workflow(id="f", nodes={"a": Node(action="mine.broken")})
    mine = Registry()
    (problem,) = validate(flow, mine)
    assert problem.message == "The action 'mine.broken' cannot be loaded: ZeroDivisionError: division by zero."
    text = (folder / "broken.py").read_text()
    (folder / "broken.py").write_text(text.removesuffix("1/0\n"))
    assert validate(flow, mine) == []


@pytest.mark.parametrize("replace", ["", ", replace=True"])
def test_an_id_that_another_has_is_left_aside_and_the_rest_of_the_file_works(
    folder: Path, caplog: pytest.LogCaptureFixture, replace: str
) -> None:
    (folder / "double.py").write_text(
        FILE.format(place="thread")
        + "\n@action('util.log'{replace})\ndef take() -> int:\n    return 1\n"
        "from floworch import middleware\n@middleware('retry'{replace})\nasync def l(call_next, ctx): ...\n".replace(
            "{replace}", replace
        )
    )
    mine = Registry()
    retry = mine.find_layer("retry")
    double, log = mine.find_action("mine.double"), mine.find_action("util.log")
    assert double is not None
    assert log is not None
    assert (double.fn(2), log.fn.__module__) == (4, "floworch.actions.library.util_log")
    assert mine.find_layer("retry") is retry
    assert caplog.text.count(f"The one in {folder / 'double.py'} is not used.") == 2
    assert {entry.id: entry.source for entry in list_actions(mine)}["util.log"] == "built in"


def test_an_edited_file_is_read_and_imported_again(folder: Path) -> None:
    found = ActionFolder(folder)
    assert found.load("mine.double") is not None
    (folder / "double.py").write_text(FILE.format(place="thread").replace("Double a number.", "Twice as much, now."))
    assert found.listed()["mine.double"].summary == "Twice as much, now."
    spec = found.load("mine.double")
    assert spec is not None
    assert spec.summary == "Twice as much, now."
    assert found.load("mine.absent") is None


def test_an_edited_helper_of_a_file_that_stayed_the_same_counts(folder: Path) -> None:
    found = ActionFolder(folder)
    spec = found.load("mine.double")
    assert spec is not None
    assert spec.fn(2) == 4
    (folder / "helper.py").write_text("def twice(value):\n    return value * 2 + 1000\n")
    spec = found.load("mine.double")
    assert spec is not None
    assert spec.fn(2) == 1004
    assert spec is found.load("mine.double")


def test_a_registry_takes_an_edited_file_anew_when_it_is_told_to_and_runs_nothing_for_it(folder: Path) -> None:
    mine = registry.copy()
    assert not mine.reread(), "nothing was imported"
    old = mine.find_action("mine.double")
    assert old is not None
    assert not mine.reread()
    (folder / "imported").unlink()
    (folder / "double.py").write_text(FILE.format(place="thread").replace("Double a number.", "Twice as much."))
    assert mine.find_action("mine.double") is old
    assert mine.reread()
    assert {entry.id: entry.summary for entry in list_actions(mine)}["mine.double"] == "Twice as much."
    assert not (folder / "imported").exists(), "it was read, not run"
    new = mine.find_action("mine.double")
    assert new is not None
    assert new.summary == "Twice as much."
    assert (folder / "imported").exists()


def test_an_edited_helper_and_a_removed_file_count_too(folder: Path) -> None:
    mine = registry.copy()
    assert mine.find_action("mine.double") is not None
    (folder / "helper.py").write_text("def twice(value):\n    return value * 2 + 1000\n")
    assert mine.reread()
    spec = mine.find_action("mine.double")
    assert spec is not None
    assert spec.fn(2) == 1004
    (folder / "double.py").unlink()
    assert mine.reread()
    assert mine.find_action("mine.double") is None
    assert "mine.double" not in mine.action_ids()


def test_what_was_imported_before_another_file_was_found_edited_is_old_too(folder: Path) -> None:
    (folder / "other.py").write_text('from floworch import action\n@action("mine.other")\ndef other(): ...\n')
    mine = registry.copy()
    old = mine.find_action("mine.double")
    (folder / "helper.py").write_text("def twice(value):\n    return value * 2 + 1000\n")
    assert mine.find_action("mine.other") is not None, "its import lets go of all modules of the folder"
    assert mine.reread()
    new = mine.find_action("mine.double")
    assert old is not None
    assert new is not None
    assert (old.fn(2), new.fn(2)) == (4, 1004)


def test_an_edited_layer_is_taken_anew(folder: Path) -> None:
    text = 'from floworch import middleware\n@middleware("mine", title="{}")\nasync def f(call_next, ctx): ...\n'
    (folder / "layer.py").write_text(text.format("First"))
    mine = registry.copy()
    first = mine.find_layer("mine")
    assert first is not None
    (folder / "layer.py").write_text(text.format("Second one"))
    assert mine.reread()
    second = mine.find_layer("mine")
    assert second is not None
    assert (first.title, second.title) == ("First", "Second one")
    assert mine.reread() is False
    registry._layers.pop("mine", None)


def test_helpers_in_a_folder_below_are_read_and_their_edits_count(folder: Path) -> None:
    (folder / "below").mkdir()
    (folder / "helper.py").rename(folder / "below" / "helper.py")
    (folder / "double.py").write_text(FILE.format(place="thread").replace("from . import", "from .below import"))
    found = ActionFolder(folder)
    for extra, expected in (("", 4), (" + 1000", 1004)):
        (folder / "below" / "helper.py").write_text(f"def twice(value):\n    return value * 2{extra}\n")
        spec = found.load("mine.double")
        assert spec is not None
        assert spec.fn(2) == expected


def test_a_link_to_another_folder_is_not_imported(folder: Path, tmp_path: Path) -> None:
    """Trust is given to the files of the folder and below; a link to a folder is not among them."""
    (tmp_path / "elsewhere").mkdir()
    (folder / "helper.py").rename(tmp_path / "elsewhere" / "helper.py")
    (folder / "below").symlink_to(tmp_path / "elsewhere")
    (folder / "double.py").write_text(FILE.format(place="thread").replace("from . import", "from .below import"))
    with pytest.raises(ModuleNotFoundError, match="below is a link to another folder; copy that folder here"):
        ActionFolder(folder).load("mine.double")


def test_a_folder_that_is_a_link_is_read_through_it(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "linked").symlink_to(folder)
    spec = ActionFolder(tmp_path / "linked").load("mine.double")
    assert spec is not None
    assert spec.fn(2) == 4


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders on this system")
def test_what_never_ends_is_not_read(folder: Path) -> None:
    os.mkfifo(folder / "pipe.py")
    (folder / "endless.py").symlink_to("/dev/zero")
    assert set(ActionFolder(folder).listed()) == {"mine.double", "mine.broken"}


def test_a_folder_that_is_not_there_offers_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FLOWORCH_ACTIONS", raising=False)
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path))
    assert user_folder() == tmp_path / "actions"
    assert ActionFolder().listed() == {}


def test_the_name_of_a_package_leads_back_to_its_folder(tmp_path: Path) -> None:
    name = package_of(tmp_path / "ä b")
    assert all(part.isidentifier() for part in name.split("."))
    ensure_package(f"{name}.x")
    assert sys.modules[name].__path__ == [str(tmp_path / "ä b")]
    ensure_package("json.decoder")
    del sys.modules[name]
