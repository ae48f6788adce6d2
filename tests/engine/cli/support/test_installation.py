"""The installation as ``floworch doctor`` shows it."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from floworch.actions.connections import checked, save_connection


def test_the_page_names_what_is_missing_and_shows_no_secret(
    cli: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("FLOWORCH_SECRET_BANK", "s3cr3t-value")
    monkeypatch.setenv("FLOWORCH_WEBHOOK_TOKEN", "t0k3n-value")
    save_connection(checked("shop", "sql", {"url": "postgresql://u@h/x", "password": "PW"}))
    monkeypatch.setitem(sys.modules, "asyncssh", None)
    text = cli("doctor").stdout
    report = cli.json("doctor", "--json")
    for said in ("keyring", "pip install 'floworch[ssh]'", "FLOWORCH_SECRET_BANK", "shop, sql (secrets not set: PW)"):
        assert said in text
    assert "value" not in text.replace("FLOWORCH_SECRET_<NAME>", "")
    (ssh,) = [each for each in report["extras"] if each["name"] == "ssh"]
    assert (ssh["installed"], ssh["install"]) == (False, "pip install 'floworch[ssh]'")
    assert set(report["keyring"]) == {"usable", "name", "why", "hint"}
    assert report["environment"]["FLOWORCH_SECRET_BANK"] == "(set, not shown)"
    assert report["places"]["configuration"] == str(tmp_path / "config")
