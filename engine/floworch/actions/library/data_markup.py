"""XML and HTML as values: parsed without entities and without looking anything up, and selected from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from floworch.errors import ActionError, ErrorKind

CHUNK = 1 << 16  # characters between two looks for a cancel
MAX_DEPTH = 200
_VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"])
_CELLS, _TERMS = frozenset({"td", "th"}), frozenset({"dt", "dd"})
#: Which open elements the start of another one ends.
_ENDED = {
    "p": {"p"}, "li": {"li"}, "option": {"option"}, "td": _CELLS, "th": _CELLS, "tr": {*_CELLS, "tr"},
    "dt": _TERMS, "dd": _TERMS,
}  # fmt: skip
_SILENT = frozenset({"script", "style", "template"})


def _wrong(message: str, hint: str = "") -> ActionError:
    return ActionError(message, ErrorKind.VALIDATION, hint=hint)


class _Depth:
    """Counts how deep elements are nested. Raises ActionError beyond ``MAX_DEPTH``."""

    def __init__(self) -> None:
        self.now = 0

    def down(self) -> None:
        self.now += 1
        if self.now > MAX_DEPTH:
            raise _wrong(f"'text' is nested deeper than {MAX_DEPTH} levels.")


def parse_xml(text: str, check: Callable[[], None]) -> Element:
    """The root element of an XML text; prefixes of names are left out.

    Args:
        text: The XML text.
        check: Called between pieces; it may raise to stop.

    Raises:
        ActionError: validation_error; also for a text that declares entities, which can grow without end.
    """
    builder, depth = TreeBuilder(), _Depth()
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def start(tag: str, attributes: dict[str, str]) -> None:
        depth.down()
        named = {name: value for name, value in attributes.items() if not name.startswith("xmlns")}
        builder.start(tag.rpartition(":")[2], named)

    def end(tag: str) -> None:
        depth.now -= 1
        builder.end(tag.rpartition(":")[2])

    def refuse(*_: Any) -> int:
        raise _wrong("'text' declares XML entities, which are refused.", "Send XML without <!ENTITY ...>.")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    try:
        for first in range(0, len(text), CHUNK):
            check()
            parser.Parse(text[first : first + CHUNK], False)
        parser.Parse("", True)
    except expat.ExpatError as error:
        raise _wrong(f"'text' is not XML: line {error.lineno}: {expat.ErrorString(error.code)}.") from None
    return builder.close()


def xml_value(element: Element) -> Any:
    """An element as a value: its text, or an object of ``@attribute``, child and ``#text``; repeated ones a list."""
    text = (element.text or "") + "".join(child.tail or "" for child in element)
    if not len(element) and not element.attrib:
        return text.strip() or None
    found: dict[str, Any] = {f"@{name}": value for name, value in element.attrib.items()}
    children: dict[str, list[Any]] = {}
    for child in element:
        children.setdefault(child.tag, []).append(xml_value(child))
    found |= {name: values[0] if len(values) == 1 else values for name, values in children.items()}
    return {**found, "#text": text.strip()} if text.strip() else found


def select_xml(root: Element, selector: str) -> list[Any]:
    """The elements at a path such as ``orders/order`` or ``.//item[@id='7']``, as values. Raises ActionError."""
    try:
        return [
            xml_value(each) for each in root.findall(selector.lstrip("/") if selector[:2] != "//" else f".{selector}")
        ]
    except (SyntaxError, KeyError, TypeError) as error:
        raise _wrong(f"'selector' is no path: {error}.", "Write for example orders/order or .//item.") from None


class _Html(HTMLParser):
    """Builds a tree, mending what is not closed as browsers roughly do."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        while self.open[-1].tag in _ENDED.get(tag, ()):
            self.open.pop()
        if len(self.open) > MAX_DEPTH:
            raise _wrong(f"'text' is nested deeper than {MAX_DEPTH} levels.")
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self.open) - 1, 0, -1):
            if self.open[place].tag == tag:
                del self.open[place:]
                return

    def handle_data(self, data: str) -> None:
        here = self.open[-1]
        if len(here):
            here[-1].tail = (here[-1].tail or "") + data
        else:
            here.text = (here.text or "") + data


def parse_html(text: str, check: Callable[[], None]) -> Element:
    """The tree of an HTML text, below a root without a name. Raises ActionError when it is nested too deep."""
    parser = _Html()
    for first in range(0, len(text), CHUNK):
        check()
        parser.feed(text[first : first + CHUNK])
    parser.close()
    return parser.root


def html_value(element: Element) -> dict[str, Any]:
    """An element as ``{tag, attributes, text}``; the text is that of everything in it, with single spaces."""
    return {"tag": element.tag, "attributes": dict(element.attrib), "text": " ".join("".join(_texts(element)).split())}


def _texts(element: Element) -> Iterator[str]:
    if element.tag not in _SILENT:
        yield element.text or ""
        for child in element:
            yield from _texts(child)
            yield (" " if child.tag in _VOID or child.tag in {"p", "div", "li", "tr", "td"} else "") + (
                child.tail or ""
            )


_STEP = re.compile(r"\s*(>?)\s*((?:[\w*-]+|[#.][\w-]+|\[[\w-]+(?:=(?:\"[^\"]*\"|'[^']*'|[\w-]+))?\])+)")
_PART = re.compile(r"([#.]?)([\w*-]+)|\[([\w-]+)(?:=(.*?))?\]")


def select_html(root: Element, selector: str) -> list[dict[str, Any]]:
    """The elements that a CSS selector finds, in the order of the text.

    It may hold tags, ``#id``, ``.class``, ``[attribute]``, ``[attribute=value]``, spaces, ``>`` and commas.

    Raises:
        ActionError: validation_error for any other selector.
    """
    found: set[int] = set()
    for alternative in selector.split(","):
        steps = _steps(alternative.strip(), selector)
        level = {id(root): root}
        for child, tests in steps:
            below = (each for parent in level.values() for each in (parent if child else _below(parent)))
            level = {id(each): each for each in below if all(test(each) for test in tests)}
        found |= level.keys()
    return [html_value(each) for each in _below(root) if id(each) in found]


def _below(element: Element) -> Iterator[Element]:
    walk = element.iter()
    next(walk)
    return walk


def _steps(text: str, selector: str) -> list[tuple[bool, list[Callable[[Element], bool]]]]:
    steps, place = [], 0
    while place < len(text):
        step = _STEP.match(text, place)
        if step is None:
            break
        place = step.end()
        steps.append((bool(step[1]), [_test(*part.groups()) for part in _PART.finditer(step[2])]))
    if not steps or place < len(text):
        raise _wrong(f"'selector' is not understood: {selector!r}.", "Use tag, #id, .class, [name=value], space and >.")
    return steps


def _test(sign: str | None, name: str | None, attribute: str | None, value: str | None) -> Callable[[Element], bool]:
    if attribute is not None:
        wanted = None if value is None else value.strip("\"'")
        return lambda each: attribute in each.attrib and wanted in {None, each.attrib[attribute]}
    if sign == "#":
        return lambda each: each.get("id") == name
    if sign == ".":
        return lambda each: name in each.get("class", "").split()
    return lambda each: name in {"*", each.tag}
