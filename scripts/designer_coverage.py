"""Check the table that maps every line of the designer's design to the test that performs it.

Usage: ``python scripts/designer_coverage.py [PAGE]``. Exits 1 for a line of the design without a row, an empty row, a
test that does not exist, a row of kind *input* whose test uses no real input event, one of kind *picture* whose test
looks at nothing painted, or a number of what is not built that is not the one on the page.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "development" / "designer-coverage.md"
TESTS = ROOT / "tests" / "designer"
NOT_BUILT = "not built"
KINDS = ("input", "picture", "rule")
#: What a test with real mouse and key events calls, or asks for as a fixture.
INPUT = re.compile(
    r"qtbot\.(key|mouse)|QTest\.|\bhand\b|keyClick|mouseClick|mousePress|QDropEvent|QWheelEvent|QNativeGestureEvent|"
    r"\b(drag|press|choose|name_file|point_at)\(|(?<![.\w])key\("
)
#: What a test that looks at what is painted calls, asks for or makes.
PICTURE = re.compile(r"\bpicture\b|\bgrab\(|QImage|QPixmap|QPainter|\b(image|draw|rim|face|sheet|snapshot)\(|Views\(")
#: A line of the design in the list at the end of the page: its place and its words.
LINE = re.compile(r"^- (\d\.\d+): \S", re.MULTILINE)
#: The place of a row for what was built beyond the design.
BEYOND = "+"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: where it is on the page, the line of the design, its words, how it is shown, and its test."""

    number: int
    place: str
    line: str
    kind: str
    test: str


def rows(text: str) -> Iterator[Row]:
    """The rows of every table of the page, without their heads."""
    for number, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|") or "Line" in cells[:2] or set(cells[0]) == {"-"}:
            continue
        if len(cells) < 4:
            cells.insert(0, "")
        place, words, kind, test = (*cells, "", "", "")[:4]
        yield Row(number, place, words, kind, test)


@cache
def functions(path: Path) -> dict[str, str]:
    """The source of every function at the top of a file, by name, and of the methods of its classes, after a dot."""
    text = path.read_text(encoding="utf-8")
    found = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found[node.name] = ast.get_source_segment(text, node) or ""
        for inner in node.body if isinstance(node, ast.ClassDef) else ():
            if isinstance(inner, ast.FunctionDef):
                found[f".{inner.name}"] = ast.get_source_segment(text, inner) or ""
    return found


def uses(what: re.Pattern[str], name: str, known: dict[str, str], seen: frozenset[str] = frozenset()) -> bool:
    """Whether a function, or one of the same file that it calls, has something in its source."""
    source = known[name]
    if what.search(source):
        return True
    called = {word for word in re.findall(r"((?:(?<=\w)\.|\b)\w+)\(", source) if word in known} - seen - {name}
    return any(uses(what, each, known, seen | {name}) for each in called)


def problem(row: Row) -> str:
    """What is wrong with a row, or an empty text."""
    if row.test == NOT_BUILT:
        return "" if not row.kind else "what is not built has no kind"
    if row.kind not in KINDS:
        return f"the kind is none of {', '.join(KINDS)}"
    file, _, name = row.test.partition("::")
    path = (TESTS / file).resolve()
    if not row.line or not name:
        return "the row is empty"
    if not path.is_file() or name not in functions(path):
        return f"there is no test {row.test}"
    if row.kind == "input" and not uses(INPUT, name, functions(path)):
        return f"{row.test} sends no mouse or key event"
    if row.kind == "picture" and not uses(PICTURE, name, functions(path)):
        return f"{row.test} looks at nothing that is painted"
    return ""


def check(text: str) -> list[str]:
    """Every finding of the page."""
    found = list(rows(text))
    findings = [f"line {row.number} ({row.line}): {why}" for row in found if (why := problem(row))]
    places = set(LINE.findall(text))
    findings += [f"line {row.number} ({row.line}): {row.place or 'nothing'} is no line of the design"
                 for row in found if row.place not in places | {BEYOND}]  # fmt: skip
    findings += [
        f"no row is about line {place} of the design" for place in sorted(places - {row.place for row in found})
    ]
    count = sum(row.test == NOT_BUILT for row in found)
    said = re.search(r"^Not built: (\d+)$", text, re.MULTILINE)
    if said is None or int(said[1]) != count:
        findings.append(f"{count} rows are not built, the page says {said[1] if said else 'nothing'}")
    if not found:
        findings.append("the page has no rows")
    return findings


def main(arguments: list[str]) -> int:
    """Check the page and print what is wrong."""
    page = Path(arguments[0]) if arguments else PAGE
    text = page.read_text(encoding="utf-8")
    findings = check(text)
    for finding in findings:
        print(f"{page.name}: {finding}", file=sys.stderr)
    total = list(rows(text))
    print(f"designer coverage: {len(total)} lines, {sum(row.test == NOT_BUILT for row in total)} not built")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
