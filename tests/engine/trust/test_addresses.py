"""Where addresses and connections lead."""

from __future__ import annotations

import pytest

from floworch.actions.connections import Connection
from floworch.trust.addresses import host_of, reached


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("https://u:p@h:8443/x?y", "h:8443"),
        ("https://h\\@evil.example/", "evil.example"),
        ("https://h/{{ inputs.x }}", "h"),
        ("https://{{ inputs.h }}/", "https://{{ inputs.h }}/"),
        ("{{ inputs.url }}", "{{ inputs.url }}"),
        ("https://[broken/", "https://[broken/"),
    ],
)
def test_the_host_of_an_address(text: str, host: str) -> None:
    assert host_of(text) == host


@pytest.mark.parametrize(
    ("kind", "fields", "expected"),
    [
        ("ssh", {"host": "h", "key_file": "~/.ssh/id"}, (["h"], ["~/.ssh/id"])),
        ("storage", {"url": "s3://bucket", "endpoint": "https://s3.example"}, (["bucket", "s3.example"], [])),
        ("sql", {"url": "shop.db"}, ([], ["shop.db"])),
        ("sql", {"url": "sqlite:///shop.db"}, ([], ["shop.db"])),
        ("dask", {"address": "tcp://h:8786"}, (["h:8786"], [])),
    ],
)
def test_the_hosts_and_files_of_a_connection(
    kind: str, fields: dict[str, str], expected: tuple[list[str], list[str]]
) -> None:
    assert reached(Connection("c", kind, fields)) == expected
