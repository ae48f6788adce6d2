"""Expressions rewritten so that whatever can make a value larger is asked for leave first (contract C13).

The template engine counts steps, and a step may make a text of any length: ``'x' * n``, ``s ~ s``, ``s.replace(...)``.
It offers no hook for operators and methods, so ``a * b`` becomes ``(a)|__mul(b)`` before it is compiled; what stands
behind these names is in ``floworch.expr.growth``. What a text reads, and the order it is evaluated in, stay the same.
Filters need no rewriting for that: those that can grow a value are replaced by name. Those that make text of a number,
and lists and objects, are told where a fraction stands (``floworch.expr.fractions``).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator

from floworch.expr.depth import MAX_CHAIN, check_blocks, check_expression
from floworch.expr.fractions import Group, Product, Sum, listed, of_operand, of_product, of_sum, path_of

#: Methods of texts that can make something larger than the text.
METHODS = frozenset({"format", "join", "replace", "split", "splitlines"})

_TOKEN = re.compile(
    r"\s+|[A-Za-z_]\w*|\d[\w]*(?:\.\d[\w]*)?(?:[eE][+-]?\d+)?"
    r'|"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|\*\*|//|[=!<>]=|.',
    re.DOTALL,
)
_OPENS_RAW = re.compile(r"\{%[-+]?\s*raw\s*[-+]?%\}")
_RAW = re.compile(r"\{%[-+]?\s*endraw\s*[-+]?%\}")
_WORD = re.compile(r"([A-Za-z_]\w*)")
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_BORDERS = frozenset({",", ":", "=", "==", "!=", "<", ">", "<=", ">=", "and", "or", "not", "in", "if", "else"})
_STATEMENTS = frozenset({"for", "set", "with", "elif", "do", "recursive", "call", "filter", "macro"})
_TARGETS = frozenset({"for", "set", "with", "call", "macro"})
_NUMBER = re.compile(r"\s*[+-]?\s*\d[\w.+-]*\s*")

#: Filters that write numbers as text: they are told whether theirs is a fraction.
_WRITE = frozenset({"to_json", "tojson", "string", "e", "escape"})
_WRITES = re.compile(r"\|\s*(?:" + "|".join(sorted(_WRITE)) + r"|format)\b")
#: A list or an object that an expression makes; a bracket after a value looks something up.
_MAKES = re.compile(r"(?:^|[(,:=+\-*/~|<>{\[]|\b(?:in|and|or|not|if|else)\b)\s*[\[{]")
_HOLDS = re.compile(r"\{\{[^}]*[\[{]")
_GROWS = re.compile(r"[+*~]|\.\s*(?:" + "|".join(sorted(METHODS)) + r")\b")

Piece = str  # a token, or a group in brackets that is rewritten already


def may_grow(source: str, whole: bool = True) -> bool:
    """Whether there is anything in an expression (``whole``), or a template without statements, to rewrite."""
    return bool(_GROWS.search(source) or _tells(source) or (not whole and _HOLDS.search(source)))


def _tells(source: str) -> bool:
    """Whether an expression gives numbers, or what it makes of them, to filters."""
    return "|" in source and bool(_WRITES.search(source) or _MAKES.search(source))


def check_depth(source: str, whole: bool) -> None:
    """Refuse an expression (``whole``) or a template whose tree would be too deep. Raises ExpressionError."""
    if len(source) <= MAX_CHAIN:  # a link takes a character at least
        return
    if whole:
        check_expression(_tokens(source), source)
        return
    codes = [code for _, code in _parts(source) if code and not code.startswith("{#") and not _OPENS_RAW.match(code)]
    check_blocks(iter(codes), source)
    for code in codes:
        if len(code) > MAX_CHAIN:
            check_expression(_tokens(code[2:-2]), code)


def guarded(source: str) -> str:
    """One expression (without braces) with its growing operators and methods replaced."""
    return _rewritten(list(_tokens(source)), False, tells=_tells(source))


def guarded_template(source: str) -> str:
    """A template with its code rewritten, and a tick at the start of every loop's body.

    A tick is told how many characters of plain text one passage of the body writes; macros have one, too.
    """
    rebinds = re.search(r"\{%[-+]?\s*(?:set|with|macro|call)\b", source) is not None
    out: list[str] = []
    loops: list[tuple[int, int]] = []  # where in ``out`` the tick of each open loop goes, characters before it
    written = 0
    for text, code in _parts(source):
        out.append(text)
        written += len(text)
        if not code:
            continue
        found = _WORD.match(code[2:].lstrip("-+ \t\r\n")) if code.startswith("{%") else None
        word = found[1] if found else ""
        if code.startswith("{#") or word == "raw":
            written += len(code)
            out.append(code)
            continue
        start, end = 2 + (code[2] in "-+"), len(code) - 2 - (code[-3] in "-+")
        out.append(code[:start] + _rewritten(list(_tokens(code[start:end])), rebinds, word in _TARGETS) + code[end:])
        if word in {"for", "macro"}:
            out.append("-" if code[-3] == "-" else "")
            loops.append((len(out) - 1, written))
        elif word in {"endfor", "endmacro"} and loops:
            place, before = loops.pop()
            trims = out[place]
            out[place] = "{%" + trims + " do __tick(" + str(written - before) + ") " + trims + "%}"
    return "".join(out)


def _parts(source: str) -> Iterator[tuple[str, str]]:
    """Plain text, each with the code, comment or raw block that follows it; the last one has none."""
    at = 0
    while match := re.compile(r"\{[{%#]").search(source, at):
        start = match.start()
        if match[0] == "{#":
            end = source.find("#}", start)
            end = len(source) if end < 0 else end + 2
        else:
            end = _end_of_code(source, match.end(), "}}" if match[0] == "{{" else "%}")
            if _OPENS_RAW.fullmatch(source[start:end]):
                closing = _RAW.search(source, end)
                end = closing.end() if closing else len(source)
        yield source[at:start], source[start:end]
        at = end
    yield source[at:], ""


def _end_of_code(source: str, at: int, closing: str) -> int:
    depth = 0
    while at < len(source):
        if depth <= 0 and source.startswith(closing, at):
            return at + 2
        match = _TOKEN.match(source, at)
        assert match is not None
        depth += (match[0] in _PAIRS) - (match[0] in ")]}")
        at = match.end()
    return len(source)


def _tokens(source: str) -> Iterator[str]:
    return (match[0] for match in _TOKEN.finditer(source))


def _rewritten(tokens: list[str], fits: bool, target: bool = False, tells: bool = True) -> Group:
    """Code with everything inside its brackets.

    Args:
        tokens: The code.
        fits: Whether lists and objects are measured as they are made.
        target: The code begins with what is assigned to, which is no value.
        tells: Whether sums, products, lists, objects and filters are told which of their values are fractions, as text
            needs it.
    """
    out: list[str] = []
    part: list[Piece] = []
    items: list[tuple[str, ...]] = []
    place, borders, plain = 0, False, True
    while place < len(tokens):
        token = tokens[place]
        if token in _PAIRS:
            end = _closing(tokens, place)
            inside = _rewritten(tokens[place + 1 : end], fits, tells=tells)
            inner = token + inside + (tokens[end] if end < len(tokens) else "")
            literal = not target and not _continues(part) and (token != "(" or _several(tokens, place, end))
            told = tells and any(inside.items)
            if literal and (told or (fits and _WORD.search(inside))):
                inner = f"({inner}|__fit({listed(inside.items)}))" if told else f"({inner}|__fit)"
            part.append(Group.of(inner, inside.fractions if token == "(" else (), inside.items))
            place = end + 1
            continue
        if _border(token, part):
            if token == ",":
                items.append(of_sum(part, _split) if plain else ())
            plain = token in {",", ":"}
            out += [_sum(part, tells), token]
            part, borders = [], True
            target = target and token not in {"in", "="}
        else:
            part.append(token)
        place += 1
    last = of_sum(part, _split) if plain else ()
    if any(not piece.isspace() for piece in part):
        items.append(last)
    return Group.of("".join([*out, _sum(part, tells)]), () if borders else last, items)


def _closing(tokens: list[str], place: int) -> int:
    depth = 0
    for at in range(place, len(tokens)):
        depth += (tokens[at] in _PAIRS) - (tokens[at] in ")]}")
        if depth == 0:
            return at
    return len(tokens)


def _several(tokens: list[str], place: int, end: int) -> bool:
    """Whether a bracket holds several values and so makes a list; commas of calls and lists inside it do not count."""
    at = place + 1
    while at < end:
        if tokens[at] == ",":
            return True
        at = _closing(tokens, at) + 1 if tokens[at] in _PAIRS else at + 1
    return False


def _last(part: list[Piece]) -> str:
    return next((piece for piece in reversed(part) if not piece.isspace()), "")


def _continues(part: list[Piece]) -> bool:
    """Whether a bracket after these belongs to a value before it: a call or a lookup."""
    last = _last(part)
    return bool(last) and (last[-1] in ")]}\"'" or last[-1].isalnum() or last[-1] == "_") and last not in {"is", "in"}


def _border(token: str, part: list[Piece]) -> bool:
    """Whether a token ends the sum before it: everything that binds less than ``+`` does."""
    last = _last(part)
    if last in {".", "|", "is"}:
        return False
    before = [piece for piece in part if not piece.isspace()]
    if last == "not" and len(before) > 1 and before[-2] == "is":
        return False
    return token in _BORDERS or (token in _STATEMENTS and not before)


def _split(part: list[Piece], operators: frozenset[str]) -> tuple[list[list[Piece]], list[str]]:
    """Operands and the operators between them; one at the start, or after another, is a sign and stays."""
    operands: list[list[Piece]] = [[]]
    found: list[str] = []
    for piece in part:
        if piece in operators and _last(operands[-1]) not in _SIGNS:
            found.append(piece)
            operands.append([])
        else:
            operands[-1].append(piece)
    return operands, found


_SIGNS = frozenset({"", "+", "-", "*", "**", "/", "//", "%", "~"})


def _folded(
    part: list[Piece],
    operators: frozenset[str],
    inner: Callable[[list[Piece]], str],
    name: str,
    known: Sum | Product | None,
) -> str:
    """Operands of one strength, from the left: ``name`` takes the place of the operators that can grow a value.

    ``known`` tells whether the operands up to one make a fraction; None where nobody needs to know.
    """
    operands, found = _split(part, operators)
    text = inner(operands[0])
    growing = {"+": "__add", "*": "__mul"}
    chain = ""  # the filters that ``text`` is, without the brackets around them: a sum of many terms is not nested
    if known is not None:
        known.take("", operands[0])
    for operator, operand in zip(found, operands[1:], strict=True):
        right = inner(operand)
        if known is not None:
            known.take(operator, operand)
        if operator == name and not (operator == "+" and (_NUMBER.fullmatch(text) or _NUMBER.fullmatch(right))):
            told = "" if known is None else ", ".join(known.conditions())
            more = f", [{told}]" if told else ""
            chain = f"{chain or f'({text.strip()})'}|{growing[name]}({right.strip()}{more})"
            text = f"{_lead(text)}({chain}){_trail(right)}"
        else:
            chain, text = "", text + operator + right
    return text


def _lead(text: str) -> str:
    return text[: len(text) - len(text.lstrip())]


def _trail(text: str) -> str:
    return text[len(text.rstrip()) :]


def _sum(part: list[Piece], tells: bool) -> str:
    if tells and "|" in part:
        part = _telling(part)
    if not any(piece in {"+", "*", "~"} or piece in METHODS for piece in part):
        return "".join(part)
    joined = functools.partial(_joined, tells=tells)
    return _folded(part, frozenset({"+", "-"}), joined, "+", Sum(_split) if tells else None)


def _telling(part: list[Piece]) -> list[Piece]:
    """The same with the first filter of each operand, and every ``format``, told which of its numbers are fractions."""
    out: list[Piece] = []
    start, first = 0, True  # where the operand begins, and whether it met no filter yet
    earlier = before = ""
    for piece in part:
        if piece.isspace():
            out.append(piece)
            continue
        if piece in _SIGNS:
            start, first = len(out) + 1, True
        elif before == "|" and piece in _WRITE and first and (conditions := of_operand(out[start : _bar(out)])):
            out.append(f"__of([{', '.join(conditions)}])|")
        elif (earlier, before) == ("|", "format") and isinstance(piece, Group) and any(piece.items):
            piece = _told(piece)  # noqa: PLW2901
        first = first and before != "|"
        out.append(piece)
        earlier, before = before, piece
    return out


def _told(arguments: Group) -> Group:
    """Arguments of a call in brackets, with what tells which of them are fractions."""
    return Group.of(f"{arguments[:-1]}, __of={listed(arguments.items)})", ())


def _bar(part: list[Piece]) -> int:
    """Where the last ``|`` is."""
    return max((at for at, piece in enumerate(part) if piece == "|"), default=0)


def _joined(part: list[Piece], tells: bool) -> str:
    operands, found = _split(part, frozenset({"~"}))
    texts = [_product(operand, tells) for operand in operands]
    if not found:
        return texts[0]
    known = [of_product(operand, _split) for operand in operands]
    paths = [path_of(operand) for operand in operands]
    unsure = ", ".join(f"{path} is undefined" if path else "false" for path in paths)
    given = ", ".join(text.strip() for text in texts)
    told = f", [{', '.join('[' + ', '.join(each) + ']' for each in known)}]" if any(known) else ""
    return f"{_lead(texts[0])}__cat([{given}], [{unsure}]{told}){_trail(texts[-1])}"


def _product(part: list[Piece], tells: bool) -> str:
    return _folded(part, frozenset({"*", "/", "//", "%"}), _operand, "*", Product(_split) if tells else None)


def _operand(part: list[Piece]) -> str:
    """One operand; ``x.replace(...)`` becomes ``(x|__replace(...))``."""
    out: list[Piece] = []
    for place, piece in enumerate(part):
        called = piece in METHODS and _last(part[:place]) == "." and place + 1 < len(part) and part[place + 1][0] == "("
        if not called:
            out.append(piece)
            continue
        while out[-1] != ".":
            out.pop()
        out.pop()
        start = next((at + 1 for at in range(len(out) - 1, -1, -1) if out[at] in _SIGNS), 0)
        tests = [at for at, earlier in enumerate(out) if earlier == "is" and _last(out[:at]) != "."]
        start = max(start, _after_test(out, tests[-1]) if tests else 0)
        while start < len(out) and out[start].isspace():
            start += 1
        receiver = "".join(out[start:])
        given = part[place + 1]
        if piece == "format" and isinstance(given, Group) and any(given.items):
            given = _told(given)
        out = [*out[:start], "(" + receiver + "|__" + piece + given + ")"]
        part = [*part[: place + 1], "", *part[place + 2 :]]
        return _operand([*out, *part[place + 2 :]])
    return "".join(out)


def _after_test(part: list[Piece], place: int) -> int:
    """Where the argument of a test begins: after ``is``, perhaps ``not``, and its name."""
    words = [at for at in range(place + 1, len(part)) if not part[at].isspace()]
    names = words[1:] if words and part[words[0]] == "not" else words
    return names[0] + 1 if names else len(part)
