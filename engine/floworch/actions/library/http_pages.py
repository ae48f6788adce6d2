"""Answers that come in pages: where the items of one stand, and where the next one is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import urljoin

from floworch.actions.complaints import show
from floworch.actions.library.http_client import shown_url
from floworch.errors import ActionError, ErrorKind
from floworch.model.catalog import ParamIssue

Paginate = Literal["none", "link", "cursor", "page"]
_LINK = re.compile(r"<([^>]*)>((?:\s*;\s*[^,;]+)*)")
_REL = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))', re.IGNORECASE)


def check_pages(params: Mapping[str, Any]) -> list[ParamIssue]:
    """What is wrong with the parameters of pages together."""
    how = params.get("paginate", "none")
    if how in ("none", None) or "{{" in str(how):
        return []
    issues = []
    if params.get("method", "GET") != "GET":
        issues.append(ParamIssue("paginate", "Only the answers of GET come in pages.", "Set method to GET."))
    if how == "cursor" and not params.get("cursor"):
        fix = "Name the field of an answer that holds it, such as meta.next_cursor."
        issues.append(ParamIssue("cursor", "'cursor' is missing: where an answer says how the next one is asked.", fix))
    return issues


class Pages:
    """The items of all pages so far.

    Args:
        how: Where the next page is said.
        items: The field of an answer that holds its items, dotted; empty when the answer itself is the list.
        cursor: The field that says how the next one is asked.
        param: The query parameter that asks for a page; empty for ``page`` or ``cursor``.
        most: Pages that are read.
    """

    def __init__(self, how: Paginate, items: str, cursor: str, param: str, most: int) -> None:
        self._how = how
        self._field = items
        self._cursor = cursor
        self._param = param or ("page" if how == "page" else "cursor")
        self._most = most
        self._asked: set[str] = set()
        self.items: list[Any] = []
        self.count = 0
        self.complete = False

    def add(
        self, body: Any, headers: Mapping[str, str], url: str, query: Mapping[str, Any]
    ) -> tuple[str, dict[str, Any]] | None:
        """Take the items of an answer; address and query of the next one, or None after the last one to be read.

        Raises:
            ActionError: external_service_error when the answer holds no list there, or says the same page again.
        """
        found = _field(body, self._field)
        if not isinstance(found, list):
            place = f"'{self._field}' of the answer" if self._field else "The answer"
            raise ActionError(
                f"{place} of {shown_url(url)} is {show(found)}, and no list of items.",
                ErrorKind.EXTERNAL_SERVICE,
                hint="Name the field that holds the list in 'items'.",
            )
        self.items += found
        self.count += 1
        next_one = self._next(body, headers, url, query, bool(found))
        self.complete = next_one is None
        if next_one is None or self.count >= self._most:
            return None
        said = f"{next_one[0]} {next_one[1].get(self._param)}"
        if said in self._asked:
            raise ActionError(
                f"{shown_url(url)} leads to a page that was read already.",
                ErrorKind.EXTERNAL_SERVICE,
                hint="Check 'paginate', 'cursor' and 'page_param' against what the service documents.",
            )
        self._asked.add(said)
        return next_one

    def _next(
        self, body: Any, headers: Mapping[str, str], url: str, query: Mapping[str, Any], some: bool
    ) -> tuple[str, dict[str, Any]] | None:
        if self._how == "link":
            target = next_link(headers.get("link", ""))
            return (urljoin(url, target), {}) if target else None
        if self._how == "cursor":
            mark = _field(body, self._cursor)
            return (url, {**query, self._param: mark}) if mark not in (None, "", False) else None
        if not some:
            return None
        number = query.get(self._param, 1)
        try:
            return url, {**query, self._param: int(number) + 1}
        except (TypeError, ValueError):
            raise ActionError(
                f"'query.{self._param}' is {show(number)}, and no number of a page.", ErrorKind.VALIDATION
            ) from None


def next_link(header: str) -> str:
    """The address that a Link header (RFC 8288) calls the next one; empty when there is none."""
    for address, parameters in _LINK.findall(header):
        for quoted, bare in _REL.findall(parameters):
            if "next" in (quoted or bare).lower().split():
                return str(address)
    return ""


def _field(body: Any, path: str) -> Any:
    for step in path.split(".") if path else ():
        body = body.get(step) if isinstance(body, Mapping) else None
    return body
