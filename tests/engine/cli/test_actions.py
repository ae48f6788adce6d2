"""``floworch actions``: what there is, and one in detail."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from floworch.actions.registry import registry


def test_list(cli: Any) -> None:
    listed = cli.json("actions", "list", "--json")
    assert "util.log" in {action["id"] for action in listed}
    assert {"id", "title", "summary", "category", "effect", "ports"} <= set(listed[0])
    assert cli("actions", "list").stdout.splitlines()[0].split() == ["action", "category"]
    category = next(action["category"] for action in listed if action["id"] == "util.log")
    chosen = cli.json("actions", "list", "--category", category, "--json")
    assert {action["category"] for action in chosen} == {category}


def test_an_action_that_cannot_be_loaded_is_a_warning(cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.broken, "my.broken", "ImportError: no")
    result = cli("actions", "list")
    assert "my.broken" in result.stderr
    assert "my.broken" not in result.stdout


def test_middleware_is_listed_apart(cli: Any) -> None:
    assert "retry" in {layer["id"] for layer in cli.json("actions", "list", "--middleware", "--json")}
    listed = cli("actions", "list", "--middleware").stdout
    assert "circuit_breaker" in listed
    assert "util.log" not in listed


def test_the_list_says_where_to_read_on(cli: Any) -> None:
    said = cli("actions", "list").stderr
    assert "--middleware" in said
    assert "docs/reference/expressions.md" in said


def test_show(cli: Any) -> None:
    shown = cli.json("actions", "show", "util.log", "--json")
    assert "message" in shown["parameters"]["properties"]
    assert shown["example"]["action"] == "util.log"
    text = cli("actions", "show", "util.log").stdout
    assert "message" in text
    assert "done and error" in text


def test_show_of_a_middleware(cli: Any) -> None:
    assert "max_attempts" in cli.json("actions", "show", "retry", "--json")["options"]["properties"]
    assert "max_attempts" in cli("actions", "show", "retry").stdout
    assert "retry" in cli("actions", "show", "retri", code=2).stderr


def test_an_unknown_action_is_2_with_the_closest_name(cli: Any) -> None:
    assert "util.log" in cli("actions", "show", "util.lgo", code=2).stderr


def test_a_new_action_says_when_nothing_here_runs_its_test(cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name, *rest: None if name == "pytest" else find(name, *rest))
    said = cli("actions", "new", "tests.bare", "--output", str(cli.folder / "bare")).stderr
    assert "pip install 'pytest'" in said


def test_a_new_action_is_written_shown_and_tested(cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cli.env["FLOWORCH_ACTIONS"] = str(cli.folder / "mine")
    try:
        assert "floworch actions test tests.again" in cli("actions", "new", "tests.again").stderr
        assert "tests.again" in cli("actions", "list").stdout
        result = cli("actions", "test", "tests.again", "--set", "text={{ inputs.a }}", "--input", "a=ha")
        assert '"ha ha"' in result.stdout
        assert "repeating it 2 times" in result.stderr
        assert cli.json("actions", "show", "tests.again", "--json")["effect"] == "pure"
    finally:
        registry._actions.pop("tests.again", None)


@pytest.mark.parametrize("arguments", [["--json"], []])
def test_listing_imports_nothing_that_others_wrote(
    cli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "mine.py").write_text(
        f"open({str(tmp_path / 'ran')!r}, 'w')\nfrom floworch import action\n\n"
        '@action("mine.do", title="Do it", category="own")\ndef do(x: int) -> int:\n    """Does it."""\n    return x\n'
    )
    monkeypatch.setenv("FLOWORCH_ACTIONS", str(folder))
    found = cli("actions", "list", "--category", "own", *arguments).stdout
    assert "mine.do" in found
    assert not (tmp_path / "ran").exists()
    if arguments:
        (entry,) = json.loads(found)
        assert (entry["title"], entry["summary"], entry["effect"]) == ("Do it", "Does it.", None)
        assert entry["source"] == str(folder / "mine.py")


@pytest.fixture
def shop(cli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder ``actions/`` in the current folder; importing its file leaves a mark, which is what is returned."""
    cli.env["FLOWORCH_CONFIG_DIR"] = str(tmp_path / "config")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "actions").mkdir()
    (tmp_path / "actions" / "shop.py").write_text(
        f"from pathlib import Path\nfrom floworch import action\n\nPath({str(tmp_path / 'ran')!r}).touch()\n\n"
        '@action("shop.price", category="shop")\ndef price(n: int = 2) -> int:\n    """Says a price."""\n    return n\n'
    )
    yield tmp_path / "ran"
    registry._actions.pop("shop.price", None)


def test_the_folder_here_is_listed_and_not_imported_before_it_is_trusted(cli: Any, shop: Path) -> None:
    """interfaces.md section 3: local ``actions/`` are loaded after trust only (exit code 5)."""
    assert "Says a price." in cli("actions", "list", "--category", "shop").stdout
    assert cli.json("actions", "list", "--category", "shop", "--json")[0]["id"] == "shop.price"
    assert "--trust" in cli("actions", "test", "shop.price", code=5).stderr
    assert "shop.py" in cli("actions", "show", "shop.price", code=5).stderr
    assert "shop.price" in cli("actions", "test", "shop.pirce", code=2).stderr
    assert not shop.exists()
    assert cli("actions", "test", "shop.price", "--set", "n=7", "--trust").stdout.strip() == "7"
    assert shop.exists()


def test_trust_in_a_definition_beside_it_is_enough_for_the_folder_here(cli: Any, shop: Path) -> None:
    flow = cli.file({"id": "buy", "nodes": {"a": {"action": "shop.price"}}})
    cli("trust", flow)
    assert cli("actions", "test", "shop.price").stdout.strip() == "2"
    assert "Says a price." in cli("actions", "show", "shop.price").stdout
