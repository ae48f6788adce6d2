"""Path patterns: ``*`` and ``?`` inside one name, ``**`` across folders, ``[abc]``, ``{one,two}``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from floworch.errors import ActionError, ErrorKind


def _class(pattern: str, start: int) -> tuple[str, int]:
    """A ``[...]`` at ``start`` as a regular expression, and where it ends; a lone bracket means itself."""
    end = pattern.find("]", start + (3 if pattern[start + 1 : start + 2] in {"!", "^"} else 2))
    if end < 0:
        return re.escape("["), start + 1
    inside = pattern[start + 1 : end]
    negated = inside[:1] in {"!", "^"}
    body = inside[1:] if negated else inside
    # doubled signs are kept from ever meaning set operations, which Python's expressions reserve
    safe = re.sub(r"([\[\]\\^&~|])", r"\\\1", body).replace("--", r"-\-")
    return f"(?!/)[{'^' if negated else ''}{safe}]", end + 1


def translate(pattern: str) -> str:
    """Return the regular expression of a path pattern; it matches a whole relative path with ``/`` between names."""
    parts: list[str] = []
    place = depth = 0
    while place < len(pattern):
        if pattern.startswith("**/", place) and (place == 0 or pattern[place - 1] == "/"):
            parts.append("(?:[^/]+/)*")
            place += 3
            continue
        if pattern.startswith("**", place):
            parts.append(".*")
            place += 2
            continue
        letter = pattern[place]
        if letter == "[":
            part, place = _class(pattern, place)
            parts.append(part)
            continue
        if letter == "{" and "}" in pattern[place:]:
            depth += 1
            parts.append("(?:")
        elif letter == "}" and depth:
            depth -= 1
            parts.append(")")
        elif letter == "," and depth:
            parts.append("|")
        else:
            parts.append({"*": "[^/]*", "?": "[^/]"}.get(letter, re.escape(letter)))
        place += 1
    return "".join(parts)


def compile_pattern(pattern: str, name: str = "pattern") -> Callable[[str], object]:
    """Return a test of relative paths.

    Raises:
        ActionError: validation_error, when the pattern of the parameter ``name`` makes no sense.
    """
    text = pattern.replace("\\", "/").removeprefix("./")
    if not text or text.startswith("/") or ".." in text.split("/"):
        raise ActionError(
            f"'{name}' must be a pattern below the folder, not {pattern!r}.",
            ErrorKind.VALIDATION,
            hint="Write for example *.txt for one folder, or **/*.txt for all folders below it.",
        )
    try:
        return re.compile(translate(text), re.DOTALL).fullmatch
    except re.error as error:
        raise ActionError(
            f"'{name}': {pattern!r} is not a pattern: {error}.",
            ErrorKind.VALIDATION,
            hint="Use * ? ** [abc] and {one,two}.",
        ) from None


def deepest(pattern: str) -> int | None:
    """How many folders deep a pattern can match, or None when there is no limit."""
    return None if "**" in pattern else pattern.replace("\\", "/").removeprefix("./").count("/")


def excluder(patterns: Iterable[str]) -> Callable[[str, str], bool]:
    """Return ``excluded(relative path, name)``: a pattern without ``/`` is for names, one with it for paths."""
    names = [compile_pattern(pattern.rstrip("/"), "exclude") for pattern in patterns if "/" not in pattern.rstrip("/")]
    paths = [compile_pattern(pattern.rstrip("/"), "exclude") for pattern in patterns if "/" in pattern.rstrip("/")]

    def excluded(relative: str, name: str) -> bool:
        return any(match(name) for match in names) or any(match(relative) for match in paths)

    return excluded
