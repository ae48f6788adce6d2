"""The environment variable that a secret may stand in (contract C6.5)."""

from __future__ import annotations

import pytest

from floworch.actions import secret_sources
from floworch.model.secret_names import variable_of


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("mail-password", "FLOWORCH_SECRET_MAIL_PASSWORD"),
        ("API_KEY", "FLOWORCH_SECRET_API_KEY"),
        ("s3", "FLOWORCH_SECRET_S3"),
    ],
)
def test_the_variable_is_the_name_in_capitals_with_low_lines(name: str, variable: str) -> None:
    assert variable_of(name) == variable


def test_a_secret_is_read_from_the_variable_that_messages_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable_of("shop-token"), "kept")
    assert secret_sources.find_secret("shop-token") == "kept"
