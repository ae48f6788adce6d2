"""JSON text of a definition read with care: every duplicate key, odd number and syntax error named with its place."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from typing import Any, Self

from floworch.limits import DEFINITION_BYTES
from floworch.model.problem import Problem
from floworch.model.values import MAX_DEPTH, parse_int

#: A definition file may have this many bytes (contract C13).
MAX_BYTES = DEFINITION_BYTES
#: How a ZIP archive begins, such as a bundle.
_ZIP = b"PK\x03\x04"


class Spelled(float):
    """A float that remembers how its author wrote it (``1.50``, ``1e3``), so that a file is written back as it was."""

    __slots__ = ("text",)

    text: str

    def __new__(cls, text: str) -> Self:
        """Make the number of a JSON number text."""
        number = super().__new__(cls, text)
        number.text = text
        return number

    def __reduce__(self) -> tuple[type[float], tuple[float]]:
        """Travel between processes as a plain float."""
        return float, (float(self),)


class _Repeated(dict[str, Any]):
    """An object whose text holds a key more than once; ``keys_twice`` lists them."""

    keys_twice: list[str]


class _Reader:
    """The hooks of one parse and what they noticed."""

    def __init__(self) -> None:
        self.repeated = False
        self.infinite = False

    def pairs(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(pairs)
        if len(result) == len(pairs):
            return result
        self.repeated = True
        marked = _Repeated(result)
        count = Counter(key for key, _ in pairs)
        marked.keys_twice = [key for key, times in count.items() if times > 1]
        return marked

    def number(self, text: str) -> float:
        value = float(text)
        if repr(value) == text:
            return value
        self.infinite = self.infinite or math.isinf(value)
        return Spelled(text)

    def constant(self, word: str) -> Any:
        raise _ConstantError(word)

    def load(self, text: str) -> Any:
        try:
            return json.loads(text, object_pairs_hook=self.pairs, parse_float=self.number, parse_constant=self.constant)
        except json.JSONDecodeError:
            raise
        except _ConstantError:
            raise
        except ValueError:  # an integer longer than the interpreter likes to read
            return json.loads(
                text, object_pairs_hook=self.pairs, parse_float=self.number, parse_constant=self.constant,
                parse_int=parse_int,
            )  # fmt: skip


class _ConstantError(ValueError):
    """NaN or an infinity, which JSON does not have."""


def read_json(text: str | bytes) -> tuple[Any, list[Problem]]:
    """Read JSON text.

    Returns:
        The value and every problem of the text. When the text cannot be read at all the value is None and there is
        one problem; with repeated keys or numbers out of range the value is there and must not be used to run.
    """
    if isinstance(text, bytes):
        if len(text) > MAX_BYTES:
            return None, [_too_large(len(text))]
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            if error.object.startswith(_ZIP):
                fix = "Is it a bundle? 'floworch run' takes one; of others use the definition in it, a *.flow.json."
                return None, [Problem("encoding", "error", "", "The file is a ZIP archive, not a definition.", fix)]
            line = error.object.count(b"\n", 0, error.start) + 1
            found = f"0x{error.object[error.start]:02x}"
            message = f"The file is not UTF-8 text: byte {error.start} (line {line}) is {found}."
            return None, [Problem("encoding", "error", "", message, "Save the file as UTF-8.")]
    elif len(text) > MAX_BYTES:
        return None, [_too_large(len(text))]
    text = text.removeprefix("\ufeff")
    reader = _Reader()
    try:
        value = reader.load(text)
    except json.JSONDecodeError as error:
        return None, [_malformed(text, error)]
    except _ConstantError as error:
        return None, [_constant(text, str(error))]
    except ValueError as error:
        return None, [Problem("number_range", "error", "", f"The file holds {error}.", "Write it as text.")]
    except RecursionError:
        return None, [_too_deep()]
    return _look(value, reader, _HALF.search(text) is not None)


def read_again(text: bytes) -> Any:
    """The value of JSON text in which ``read_json`` found no problem. Raises ValueError for some other text."""
    return json.loads(text, parse_float=_Reader().number)


def _look(value: Any, reader: _Reader, half: bool) -> tuple[Any, list[Problem]]:
    if too_deep(value):
        return None, [_too_deep()]
    problems: list[Problem] = []
    if half:
        _find_halves(value, "", problems)
    if reader.repeated or reader.infinite:
        _find_odd(value, "", problems)
    if reader.repeated and not any(problem.code == "duplicate_key" for problem in problems):
        problems.append(_duplicate("", ""))
    return value, problems


def too_deep(value: Any) -> bool:
    """Whether lists and objects are nested deeper than ``MAX_DEPTH``; needs no deep stack itself."""
    level: list[Any] = [value] if isinstance(value, (list, dict)) else []
    for _ in range(MAX_DEPTH):
        if not level:
            return False
        level = [
            item
            for part in level
            for item in (part if isinstance(part, list) else part.values())
            if isinstance(item, (list, dict))
        ]
    return bool(level)


#: Half of a character, or the escape of one; together with its other half it is none.
_HALF = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")


def _find_halves(value: Any, path: str, problems: list[Problem]) -> None:
    """Name the place of every text with half of a character in it: no file and no journal can hold it."""
    if isinstance(value, dict):
        for key, item in value.items():
            place = f"{path}.{key}" if path else key
            _half(key, ascii(place)[1:-1], problems)
            _find_halves(item, place, problems)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            _find_halves(item, f"{path}[{number}]", problems)
    elif isinstance(value, str):
        _half(value, path, problems)


def _half(text: str, path: str, problems: list[Problem]) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        message = f"{path or 'The text'} holds {ascii(text[error.start])[1:-1]}, half of a character."
        fix = "Write the whole character, or both halves: \\ud83d\\ude00."
        problems.append(Problem("half_character", "error", path, message, fix))


def _find_odd(value: Any, path: str, problems: list[Problem]) -> None:
    """Name the place of every repeated key and every number that no float can hold."""
    if isinstance(value, dict):
        if isinstance(value, _Repeated):
            problems += [_duplicate(path, key) for key in value.keys_twice]
        for key, item in value.items():
            _find_odd(item, f"{path}.{key}" if path else key, problems)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            _find_odd(item, f"{path}[{number}]", problems)
    elif isinstance(value, Spelled) and math.isinf(value):
        message = f"{path or 'The file'}: the number {value.text[:40]} is out of range."
        problems.append(Problem("number_range", "error", path, message, "Use a smaller number or a text."))


def _duplicate(path: str, key: str) -> Problem:
    where = f"The object {path}" if path else "The top-level object" if key else "An object in the file"
    what = repr(key) if key else "a key"
    place = f"{path}.{key}" if path else key
    message = f"{where} holds {what} more than once."
    return Problem("duplicate_key", "error", place, message, "Keep one of them and remove the others.")


def _too_large(size: int) -> Problem:
    message = f"The definition has {size} bytes; at most {MAX_BYTES} are allowed."
    return Problem("too_large", "error", "", message, "Split it into several workflows.")


def _too_deep() -> Problem:
    message = f"The definition is nested deeper than {MAX_DEPTH} levels."
    return Problem("too_deep", "error", "", message, "Flatten the nested lists and objects.")


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|(NaN|-?Infinity)')


def _constant(text: str, word: str) -> Problem:
    place = next((match.start(1) for match in _TOKEN.finditer(text) if match[1] == word), 0)
    line, column = _place(text, place)
    message = f"Line {line}, column {column}: {word} is not a JSON value."
    return Problem("malformed_json", "error", "", message, "Use null, a number or a text instead.")


def _place(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


_WORDS = {"True": "true", "False": "false", "None": "null", "undefined": "null"}


def _malformed(text: str, error: json.JSONDecodeError) -> Problem:
    said = error.msg[:1].lower() + error.msg[1:].replace("control character at", "control character")
    message = f"Line {error.lineno}, column {error.colno}: {said}."
    return Problem("malformed_json", "error", "", message, _hint(text, error.pos, error.msg))


def _hint(text: str, at: int, said: str) -> str:
    """What the author most likely meant, guessed from the place where reading stopped."""
    rest, before = text[at : at + 20], text[max(0, at - 200) : at].rstrip()
    word = re.match(r"\w+", rest)
    if not text.strip():
        return "The file is empty; 'floworch new' writes a first definition."
    if not rest.strip():
        return "The file ends too early: a bracket, brace or quote is not closed."
    if rest.startswith(("//", "/*", "#")):
        return "JSON has no comments; use the notes field of a node."
    if rest.startswith("'"):
        return 'Write texts with double quotes: "...".'
    if (before.endswith(",") and rest[0] in "]}") or said.startswith("Illegal trailing comma"):
        return "Remove the comma before the closing bracket."
    if word and word[0] in _WORDS:
        return f"Write {_WORDS[word[0]]} instead of {word[0]}."
    return _hint_by_message(said, rest)


def _hint_by_message(said: str, rest: str) -> str:
    if said.startswith("Expecting property name"):
        return "Remove a trailing comma, or put the key in double quotes."
    if said.startswith("Expecting ',' delimiter"):
        return "Put a comma between the entries, or close the bracket before this place."
    if said.startswith("Expecting ':' delimiter"):
        return "Put a colon between key and value."
    if said.startswith("Extra data"):
        return "Remove what follows the closing brace of the definition."
    if said.startswith("Unterminated string"):
        return "Close the text with a double quote."
    if said.startswith("Invalid control character"):
        return r"Write a line break inside a text as \n."
    if said.startswith("Invalid \\"):
        return "Write a backslash inside a text as two backslashes."
    return f"Check what stands at this place: {rest.splitlines()[0]!r}."
