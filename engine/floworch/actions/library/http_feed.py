"""Feeds: RSS 0.9x, 1.0 and 2.0 and Atom as a list of items. Declarations of entities are refused: they can explode."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypedDict
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

_PREFIXES = ("", "atom:", "dc:", "content:", "rss:", "a:")


class FeedItem(TypedDict):
    """One item; what the feed does not say is an empty text, ``published`` is ISO 8601 in UTC or null."""

    id: str
    title: str
    link: str
    published: str | None
    summary: str
    author: str


def parse_feed(data: bytes) -> tuple[str, list[FeedItem]]:
    """Return the title of a feed and its items in their order.

    Raises:
        ValueError: It is not XML, declares entities, or is no feed; the text says which.
    """
    root = _tree(data)
    kind = root.tag.rpartition(":")[2].lower()
    if kind not in {"rss", "rdf", "feed"}:
        raise ValueError(f"it is XML, but no feed: its root is <{root.tag[:40]}>")
    channel = _first(root, "channel")
    about = channel if channel is not None else root
    return _text(about, "title"), [_item(each) for each in _items(root, channel)]


def _tree(data: bytes) -> Element:
    builder = TreeBuilder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise ValueError(f"it is not XML: {error}") from None
    return builder.close()


def _refuse(*_: Any) -> None:
    raise ValueError("it declares entities, which no feed needs")


def _items(root: Element, channel: Element | None) -> Iterator[Element]:
    for parent in (root, *([channel] if channel is not None else [])):
        for child in parent:
            if child.tag.rpartition(":")[2] in {"item", "entry"}:
                yield child


def _item(element: Element) -> FeedItem:
    link = _link(element)
    date = _text(element, "published", "pubDate", "date", "updated")
    author = _first(element, "author", "creator")
    named = _text(author, "name") if author is not None else ""
    return FeedItem(
        id=_text(element, "guid", "id") or link or _text(element, "title"),
        title=_text(element, "title"),
        link=link,
        published=_moment(date),
        summary=_text(element, "description", "summary", "encoded", "content"),
        author=named or (_whole(author) if author is not None else ""),
    )


def _link(element: Element) -> str:
    """The address of an item: Atom has it as an attribute, and may have several kinds of links."""
    found = ""
    for child in element:
        if child.tag in {"link", "atom:link", "rss:link", "a:link"} and child.get("rel", "alternate") == "alternate":
            found = found or (child.get("href") or _whole(child)).strip()
    return found


def _first(element: Element, *names: str) -> Element | None:
    for name in names:
        for prefix in _PREFIXES:
            found = [child for child in element if child.tag == prefix + name]
            if found:
                return found[0]
    return None


def _text(element: Element, *names: str) -> str:
    for name in names:
        found = _first(element, name)
        if found is not None and (text := _whole(found)):
            return text
    return ""


def _whole(element: Element) -> str:
    return "".join(element.itertext()).strip()


def _moment(text: str) -> str | None:
    """A date of RSS (RFC 822) or Atom (RFC 3339) as ISO 8601 in UTC, None when it is neither."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        try:
            found = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError):
            return None
    try:
        moment = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except OverflowError:
        return None
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
