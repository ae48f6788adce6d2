"""Where addresses and named connections lead: the hosts and files that a report tells."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from floworch.actions.connections import Connection

_ADDRESSES = ("url", "token_url", "endpoint", "address")
_FILES = ("key_file", "known_hosts")


def host_of(text: str) -> str:
    """The host, with its port, of an address; the whole text when an expression may change it."""
    _, separator, rest = text.partition("://")
    if not separator:
        return text
    place = rest.replace("\\", "/").partition("/")[0]
    if "{{" in place or "{%" in place:
        return text
    try:
        return urlsplit(text.split("{{", 1)[0].split("{%", 1)[0]).netloc.rpartition("@")[2] or text
    except ValueError:
        return text


def reached(of: Connection) -> tuple[list[str], list[str]]:
    """The hosts and the files that a connection leads to; its name in brackets where only a secret says the host."""
    hosts: list[str] = []
    files = [of.get(name) for name in _FILES if of.get(name)]
    for text in filter(None, map(of.get, _ADDRESSES)):
        scheme, separator, rest = text.partition("://")
        if of.type == "sql" and (not separator or scheme.startswith("sqlite")):
            files.append(rest.removeprefix("/") if separator else text)
        else:
            hosts.append(host_of(text))
    if of.get("host"):
        hosts.append(f"{of.get('host')}:{of.get('port')}" if of.get("port") else of.get("host"))
    if of.get("webhook"):
        hosts.append(f"({of.name})")
    return list(dict.fromkeys(hosts)), files
