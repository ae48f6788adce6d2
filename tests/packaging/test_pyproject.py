"""pyproject.toml: the promises that an installer relies on."""

from __future__ import annotations

import re
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

EXTRAS = {"designer", "data", "postgres", "ssh", "cloud", "mail", "mqtt", "cluster", "otel", "rivals", "all", "dev"}
CORE = {
    "aiohttp",
    "truststore",
    "pydantic",
    "msgspec",
    "minijinja",
    "networkx",
    "flatbuffers",
    "typer",
    "rich",
    "platformdirs",
    "keyring",
    "cronsim",
    "tzlocal",
    "watchfiles",
    "backports-zstd",
    "sqlalchemy",
    "aiosqlite",
    "jsonschema",
    "regex",
}


def requirements(lines: list[str], python: str = "3.11") -> dict[str, Requirement]:
    """The requirements that apply to a Python version, by normalised name."""
    found = [Requirement(line) for line in lines]
    return {
        re.sub(r"[-_.]+", "-", item.name).lower(): item
        for item in found
        if item.marker is None or item.marker.evaluate({"python_version": python})
    }


def extra(pyproject: dict[str, Any], name: str, python: str = "3.11") -> dict[str, Requirement]:
    return requirements(pyproject["project"]["optional-dependencies"][name], python)


def test_the_extras_have_the_names_that_error_messages_tell_users_to_install(pyproject: dict[str, Any]) -> None:
    assert set(pyproject["project"]["optional-dependencies"]) == EXTRAS


def test_all_means_every_extra_for_users(pyproject: dict[str, Any]) -> None:
    assert extra(pyproject, "all")["floworch"].extras == EXTRAS - {"all", "dev", "rivals"}


def test_rivals_are_measured_and_never_part_of_an_installation_for_users_or_tests(pyproject: dict[str, Any]) -> None:
    """performance.md, designer bars: peers in the same run; they are not ours to ship (ADR 7: one Qt binding)."""
    project = pyproject["project"]
    others = set(extra(pyproject, "rivals")) - {"setuptools"}
    assert others == {"nodegraphqt", "orange-canvas-core", "pyqt6", "pyqt6-qt6"}
    for name, lines in project["optional-dependencies"].items():
        if name != "rivals":
            found = requirements(lines)
            assert not others & set(found), name
            assert "rivals" not in (found["floworch"].extras if "floworch" in found else ()), name
    assert not others & set(requirements(project["dependencies"]))


def test_the_core_stays_small_and_free_of_qt(pyproject: dict[str, Any]) -> None:
    assert set(requirements(pyproject["project"]["dependencies"])) == CORE


@pytest.mark.parametrize(
    ("python", "version", "allowed"),
    [
        ("3.11", "6.11.3", True),
        ("3.11", "6.12.0", False),
        ("3.11", "6.10.0", False),
        ("3.12", "6.11.3", True),
        ("3.12", "6.12.0", False),
        ("3.13", "6.11.3", True),
        ("3.13", "6.12.0", False),
    ],
)
def test_the_qt_release_that_loses_references_to_none_cannot_be_installed(
    pyproject: dict[str, Any], python: str, version: str, allowed: bool
) -> None:
    pin = extra(pyproject, "designer", python)["pyside6-essentials"]
    assert pin.specifier.contains(Version(version)) is allowed


def test_the_schema_compiler_is_pinned_exactly(pyproject: dict[str, Any]) -> None:
    assert str(extra(pyproject, "dev")["flatc"].specifier) == "==25.12.19rc0"


def test_every_requirement_has_a_lower_bound(pyproject: dict[str, Any]) -> None:
    project = pyproject["project"]
    lines = [*project["dependencies"], *(line for found in project["optional-dependencies"].values() for line in found)]
    open_ended = [line for line in lines if not Requirement(line).specifier and not line.startswith("floworch[")]
    assert open_ended == []


def test_the_command_floworch_starts_the_command_line(pyproject: dict[str, Any]) -> None:
    assert pyproject["project"]["scripts"] == {"floworch": "floworch.__main__:main"}


def test_import_contracts_name_every_floor(pyproject: dict[str, Any]) -> None:
    contracts = {contract["id"]: contract for contract in pyproject["tool"]["importlinter"]["contracts"]}
    assert contracts["engine-floors"]["exhaustive"] is True
    assert contracts["designer-floors"]["exhaustive"] is True
    assert contracts["packages"]["layers"] == ["floworch_designer", "floworch", "floworch_resources"]
    assert set(contracts["pure"]["forbidden_modules"]) == {"asyncio", "threading", "time", "random", "socket", "os"}
    assert {"floworch.model", "floworch.expr", "floworch.run"} <= set(contracts["pure"]["source_modules"])


def test_the_version_that_the_code_knows_is_the_one_that_is_packaged(pyproject: dict[str, Any]) -> None:
    from floworch.versions import VERSION

    assert pyproject["project"]["version"] == VERSION
