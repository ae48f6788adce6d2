"""Where in an expression, as its author wrote it, something stands that the engine found in the guarded one."""

from __future__ import annotations

import difflib
import re

_TOKEN = re.compile(r"\w+|[^\w\s]")
#: Tokens of a line up to which they are compared one by one.
_MOST = 2_000


def place_in(source: str, code: str, offset: int) -> int:
    """The character place in ``source`` of what stands at so many bytes in ``code``, which was made of it.

    Guarding adds words and brackets to a line and moves nothing to another one: the words that both lines have tell the
    place. A line too long to be compared gives its beginning.
    """
    at = len(code.encode()[: max(0, offset)].decode(errors="ignore"))
    if (before := code.find(source)) >= 0:
        return max(0, min(at - before, len(source)))
    line = code.count("\n", 0, at)
    begin, start = _begin(code, line), _begin(source, line)
    end, stop = code.find("\n", begin), source.find("\n", start)
    made = list(_TOKEN.finditer(code, begin, len(code) if end < 0 else end))
    written = list(_TOKEN.finditer(source, start, len(source) if stop < 0 else stop))
    if len(made) > _MOST or len(written) > _MOST:
        return start
    wanted = next((number for number, token in enumerate(made) if token.end() > at), len(made))
    matcher = difflib.SequenceMatcher(None, [token[0] for token in made], [token[0] for token in written], False)
    place = start
    for one, other, size in matcher.get_matching_blocks():
        if one > wanted:
            break
        if size:
            place = written[other + min(wanted - one, size - 1)].start()
    return place


def _begin(text: str, line: int) -> int:
    """Where a line begins, the first of which is 0."""
    place = 0
    for _ in range(line):
        place = text.find("\n", place) + 1
    return place
