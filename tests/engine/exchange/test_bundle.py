"""Bundles: what goes in comes out, and nothing else does."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from floworch import DefinitionError, UsageError, load, loads
from floworch.exchange.bundle import left_out, write_bundle
from floworch.exchange.unbundle import differences, is_bundle, open_bundle, unpack_bundle
from floworch.versions import VERSION

CHILD = {"id": "child", "nodes": {"a": {"action": "util.log", "params": {"message": "child"}}}}
PARENT = {
    "id": "parent", "view": {"nodes": {"c": [1, 2]}},
    "nodes": {"c": {"action": "flow.call", "params": {"workflow": "../shared/child.flow.json"}}},
}  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A definition that calls one in another folder and has local actions."""
    main = tmp_path / "project" / "main"
    for folder in (main / "actions" / "deep", main / "actions" / "__pycache__", tmp_path / "project" / "shared"):
        folder.mkdir(parents=True)
    (main / "parent.flow.json").write_text(json.dumps(PARENT))
    (tmp_path / "project" / "shared" / "child.flow.json").write_text(json.dumps(CHILD))
    (main / "actions" / "mine.py").write_text("raise SystemExit('opening executes nothing')\n")
    (main / "actions" / "deep" / "data.txt").write_text("x")
    (main / "actions" / "__pycache__" / "mine.pyc").write_text("x")
    (main / "actions" / ".hidden").write_text("x")
    return main / "parent.flow.json"


@pytest.fixture
def bundle(project: Path, tmp_path: Path) -> Path:
    write_bundle(load(project), tmp_path / "b.zip")
    return tmp_path / "b.zip"


def test_a_bundle_holds_definitions_local_actions_and_a_lock(bundle: Path, tmp_path: Path) -> None:
    assert is_bundle(bundle)
    with zipfile.ZipFile(bundle) as archive:
        manifest = json.loads(archive.read("bundle.json"))
        names = set(archive.namelist())
    files = {"main/parent.flow.json", "shared/child.flow.json", "main/actions/mine.py", "main/actions/deep/data.txt"}
    assert names == {"bundle.json", *files}
    assert manifest["main"] == "main/parent.flow.json"
    assert manifest["lock"]["packages"] == {"floworch": VERSION}
    assert manifest["lock"]["actions"] == {"flow.call": 1, "util.log": 1}
    main, said = open_bundle(bundle, tmp_path / "out")
    assert said == []
    assert load(main).view == PARENT["view"]
    assert load(main).arun is not None
    assert {path.relative_to(main.parents[1]).as_posix() for path in main.parents[1].rglob("*.*")} == files
    assert open_bundle(bundle, tmp_path / "out")[0] == main


def test_a_bundle_is_unpacked_into_a_folder_of_ones_own_to_be_edited(bundle: Path, tmp_path: Path) -> None:
    main, said = unpack_bundle(bundle, tmp_path / "mine")
    assert (main, said) == (tmp_path / "mine" / "main" / "parent.flow.json", [])
    main.write_text(json.dumps(PARENT | {"name": "Edited"}))
    with pytest.raises(UsageError, match="already there"):
        unpack_bundle(bundle, tmp_path / "mine")
    assert load(main).name == "Edited"
    (tmp_path / "bad.zip").write_bytes(bundle.read_bytes()[:-40])
    with pytest.raises(DefinitionError):
        unpack_bundle(tmp_path / "bad.zip", tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_the_same_content_is_the_same_bundle(project: Path, bundle: Path, tmp_path: Path) -> None:
    write_bundle(load(project), tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == bundle.read_bytes()


def test_what_was_unpacked_and_changed_is_not_run(bundle: Path, tmp_path: Path) -> None:
    main, _ = open_bundle(bundle, tmp_path / "out")
    (main.parent / "actions" / "mine.py").write_text("evil()")
    with pytest.raises(UsageError, match=r"mine\.py was changed"):
        open_bundle(bundle, tmp_path / "out")


Change = Callable[[dict[str, Any], dict[str, bytes]], None]


def repacked(bundle: Path, change: Change, attributes: int = 0, double: str = "") -> Path:
    """The bundle with its manifest and files changed."""
    with zipfile.ZipFile(bundle) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files.pop("bundle.json"))
    change(manifest, files)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("bundle.json", json.dumps(manifest))
        for name, data in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = attributes
            archive.writestr(entry, data)
    bundle.write_bytes(buffer.getvalue())
    return bundle


def smuggle(name: str) -> Change:
    """Puts a file of that name into the archive, listed as it must be."""

    def change(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
        files[name] = b"evil"
        manifest["files"][name] = {"sha256": hashlib.sha256(b"evil").hexdigest(), "size": 4}

    return change


def _unlisted(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
    files["extra.py"] = b"x"


def _altered(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
    files["main/actions/mine.py"] = b"evil"


def _bomb(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
    manifest["files"]["main/actions/mine.py"]["size"] = 1 << 40


def _lost(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
    del files["shared/child.flow.json"]


def _elsewhere(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
    manifest["main"] = "../../etc/passwd"


def _newer(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
    manifest["format"] = 2


BAD: dict[str, tuple[Change, str]] = {
    "up": (smuggle("../evil.py"), "no name"),
    "absolute": (smuggle("/etc/evil"), "no name"),
    "drive": (smuggle("C:/evil"), "no name"),
    "backslash": (smuggle("a\\..\\evil"), "no name"),
    "dot": (smuggle("./evil"), "no name"),
    "case": (smuggle("MAIN/parent.flow.json"), "twice"),
    "unlisted": (_unlisted, "does not list"),
    "altered": (_altered, "checksum"),
    "bomb": (_bomb, "MiB"),
    "lost": (_lost, "missing"),
    "elsewhere": (_elsewhere, "cannot be read"),
    "newer": (_newer, "format 2"),
}


@pytest.mark.parametrize("name", list(BAD))
def test_a_hostile_bundle_is_refused_and_nothing_is_written(bundle: Path, tmp_path: Path, name: str) -> None:
    change, said = BAD[name]
    with pytest.raises(DefinitionError, match=said):
        open_bundle(repacked(bundle, change), tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.rglob("evil*"))


def test_links_in_a_bundle_are_refused(bundle: Path, tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="no ordinary file"):
        open_bundle(repacked(bundle, lambda *_: None, 0o120777 << 16), tmp_path / "out")


def test_garbage_is_refused_in_words(bundle: Path, tmp_path: Path) -> None:
    whole = bundle.read_bytes()
    for at in range(0, len(whole), 7):
        bundle.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        with suppress(DefinitionError):  # and nothing else; a flipped date is no damage
            open_bundle(bundle, tmp_path / "out")
    for data in (b"PK\x03\x04", whole[: len(whole) // 2], b""):
        bundle.write_bytes(data)
        with pytest.raises(DefinitionError, match="bundle"):
            open_bundle(bundle, tmp_path / "out")
    with zipfile.ZipFile(bundle, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(DefinitionError, match="no bundle"):
        open_bundle(bundle, tmp_path / "out")


def test_other_versions_are_told() -> None:
    said = differences({"packages": {"floworch": "99.0", "pytest": "0.0", "no-such-thing": "1.2"}})
    assert said[0] == f"floworch is {VERSION} here; the bundle was made with 99.0."
    assert "pytest is" in said[1]
    assert said[2] == "no-such-thing is not installed: pip install 'no-such-thing==1.2'"
    assert differences(None) == differences({"packages": 7}) == []


def test_what_cannot_travel_is_refused(project: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="in a file"):
        write_bundle(loads(json.dumps(CHILD)), tmp_path / "x.zip")
    absolute = {"id": "p", "nodes": {"c": {"action": "flow.call", "params": {"workflow": str(project)}}}}
    with pytest.raises(UsageError, match="absolute path"):
        write_bundle(loads(json.dumps(absolute)).at(tmp_path / "p.flow.json"), tmp_path / "x.zip")
    (project.parent / "actions" / "link.py").symlink_to("/etc/passwd")
    with pytest.raises(UsageError, match="is a link"):
        write_bundle(load(project), tmp_path / "x.zip")
    assert not (tmp_path / "x.zip").exists()


@pytest.mark.parametrize("name", ["a\nb.py", "a:b.py", "x\udcff.py", "ends "])
def test_a_name_that_no_other_system_takes_is_told_when_the_bundle_is_made(project: Path, name: str) -> None:
    (project.parent / "actions" / name).touch()
    with pytest.raises(UsageError, match="is no name that a file may have"):
        write_bundle(load(project), project.with_suffix(".zip"))
    assert not project.with_suffix(".zip").exists()


def test_what_it_needs_and_does_not_hold_is_named(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of called definitions, too; actions beside the definition are in it, and nothing is imported to know."""
    assert left_out(load(project)) == []
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "own.py").write_text(
        "from floworch import action, middleware\nraise SystemExit\n@action('own.do')\ndef do() -> None: ...\n"
        "@middleware('own-layer')\nasync def layer(call_next, ctx): ...\n"
    )
    monkeypatch.setenv("FLOWORCH_ACTIONS", str(mine))
    child = {"id": "child", "nodes": {
        "a": {"action": "own.do", "middleware": [{"use": "own-layer"}, {"use": "logging"}]},
        "b": {"action": "py:shop:total"},
    }}  # fmt: skip
    (tmp_path / "project" / "shared" / "child.flow.json").write_text(json.dumps(child))
    assert left_out(load(project)) == [f"own-layer ({mine / 'own.py'})", f"own.do ({mine / 'own.py'})", "py:shop:total"]
