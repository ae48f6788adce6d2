"""Which keys do what: the defaults of the action table under a preset under a person's own, without conflicts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeySequence

from floworch_designer.app.commands.actions import BY_ID, EXCLUSIVE, ROWS
from floworch_designer.app.commands.key_presets import PRESETS
from floworch_designer.canvas.keys import RESERVED
from floworch_designer.settings.settings import Settings
from floworch_designer.settings.words import tr

_PORTABLE = QKeySequence.SequenceFormat.PortableText
_SPELT = QKeySequence.SequenceFormat.NativeText
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.KeypadModifier)
#: The first key of Qt that types nothing, such as Esc, Tab and F1.
_NO_TEXT: Final = 0x01000000

Keys = tuple[str, ...]


class KeymapError(ValueError):
    """A keymap that cannot be used; its words say why and what to do."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two actions of which only one can have a key: the key as Qt spells it, and the ids of both."""

    key: str
    first: str
    second: str


def _steps(key: str) -> list[QKeyCombination]:
    """The keys of a shortcut one after the other."""
    made: Any = QKeySequence(key)
    return [made[at] for at in range(made.count())]


def normal(key: str) -> str:
    """A shortcut in Qt's portable spelling, empty when Qt knows no such key."""
    steps = _steps(key)
    known = bool(steps) and all(step.key() != Qt.Key.Key_unknown for step in steps)
    return QKeySequence(key).toString(_PORTABLE) if known else ""


def key_text(key: str) -> str:
    """A shortcut as this platform writes it."""
    return QKeySequence(key).toString(_SPELT)


def called(key: str) -> str:
    """A shortcut as people call it: of the two keys that both are Enter to them one."""
    return key_text(key).replace(key_text("Return"), key_text("Enter"))


def types_text(key: str) -> bool:
    """Whether a shortcut begins with a key that writes a character, which no text field may lose."""
    first = _steps(key)[0]
    plain = first.keyboardModifiers() in _PLAIN
    return plain and (first.key() < _NO_TEXT or first.key() in {Qt.Key.Key_Backspace, Qt.Key.Key_Delete})


def _beginnings(key: str) -> list[tuple[int, ...]]:
    steps = tuple(step.toCombined() for step in _steps(key))
    return [steps[: at + 1] for at in range(len(steps))]


def _may_share(first: str, second: str) -> bool:
    return first == second or frozenset({BY_ID[first].when, BY_ID[second].when}) in EXCLUSIVE


class _Taken:
    """Keys that are given already, and what stands in the way of one more."""

    def __init__(self) -> None:
        self._whole: dict[tuple[int, ...], list[str]] = {}
        self._begun: dict[tuple[int, ...], list[str]] = {}

    def others(self, key: str, row: str) -> list[str]:
        """Ids of rows that have this key, its beginning, or one that begins with it, and cannot share it."""
        beginnings = _beginnings(key)
        found = [other for begun in beginnings for other in self._whole.get(begun, ())]
        found += self._begun.get(beginnings[-1], []) if beginnings else []
        return [other for other in dict.fromkeys(found) if not _may_share(row, other)]

    def add(self, key: str, row: str) -> None:
        """Give a key to a row."""
        beginnings = _beginnings(key)
        self._whole.setdefault(beginnings[-1], []).append(row)
        for begun in beginnings:
            self._begun.setdefault(begun, []).append(row)


def conflicts(keys: Mapping[str, Iterable[str]]) -> list[Conflict]:
    """Every pair of actions that would be given the same key, or one a key that another's begins with."""
    taken, found = _Taken(), []
    for row, wanted in keys.items():
        for key in wanted:
            found += [Conflict(key, other, row) for other in taken.others(key, row)]
            taken.add(key, row)
    return found


@dataclass(frozen=True)
class Keymap:
    """The keys of every action.

    What a person chose wins over the preset, and that over the defaults: a row keeps of its defaults what nobody
    above it took, so that a new version never breaks a key of one's own.

    Args:
        preset: Name in ``key_presets.PRESETS``; an unknown one is the default.
        own: Keys by action id; an empty tuple takes all keys away.
    """

    preset: str = "default"
    own: Mapping[str, Keys] = field(default_factory=dict)
    _keys: dict[str, Keys] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        taken: _Taken = _Taken()
        found: dict[str, Keys] = {}
        floors = (self.own, PRESETS.get(self.preset, {}), {row.id: row.keys for row in ROWS})
        for floor in floors:
            given = {row: keys for row, keys in floor.items() if row in BY_ID and row not in found}
            kept = {row: tuple(key for key in keys if not taken.others(key, row)) for row, keys in given.items()}
            for row, keys in kept.items():
                for key in keys:
                    taken.add(key, row)
            found.update(kept)
        object.__setattr__(self, "_keys", {row.id: found[row.id] for row in ROWS})

    def keys(self, row: str) -> Keys:
        """The shortcuts of an action, the one to show first. Raises KeyError for an unknown id."""
        return self._keys[row]

    def shown(self, row: str) -> str:
        """The first shortcut of an action as people call it on this platform, or an empty text."""
        keys = self._keys[row]
        return called(keys[0]) if keys else ""

    def users(self, key: str, row: str) -> list[str]:
        """Ids of the other actions that stand in the way of giving ``key`` to ``row``."""
        taken = _Taken()
        for other, keys in self._keys.items():
            for each in keys:
                taken.add(each, other)
        return taken.others(key, row)

    def given_up(self) -> frozenset[str]:
        """Default keys that no longer do what the canvas would do with them by itself."""
        return frozenset(
            normal(key) for row in ROWS if row.keys != self._keys[row.id] for key in row.keys
            if key not in self._keys[row.id]
        )  # fmt: skip

    def with_keys(self, row: str, keys: Iterable[str]) -> Keymap:
        """The keymap with other keys for an action, which others lose. Raises KeymapError for an impossible key."""
        wanted = tuple(dict.fromkeys(_checked(key) for key in keys))
        own = dict(self.own)
        for key in wanted:
            for other in self.users(key, row):
                left = own.get(other, self._keys[other])
                own[other] = tuple(each for each in left if not _crosses(each, key))
        own[row] = wanted
        if wanted == BY_ID[row].keys and row not in PRESETS.get(self.preset, {}):
            del own[row]
        return Keymap(self.preset, own)

    def without(self, row: str) -> Keymap:
        """The keymap with the preset's keys for an action again."""
        return Keymap(self.preset, {other: keys for other, keys in self.own.items() if other != row})

    def to_json(self) -> str:
        """The keymap as a file that :func:`read` reads."""
        return json.dumps({"preset": self.preset, "keys": self.own}, indent=2, ensure_ascii=False)


def _crosses(first: str, second: str) -> bool:
    one, two = _beginnings(first), _beginnings(second)
    return one[-1] in two or two[-1] in one


def _checked(key: str) -> str:
    made = normal(key)
    if not made:
        raise KeymapError(tr("“{key}” is no key that Qt knows. Write it as Ctrl+Shift+K or F7.", key=key))
    if made in RESERVED:
        raise KeymapError(
            tr("{key} belongs to the canvas itself and cannot be given away. Choose another key.", key=key_text(made))
        )
    return made


def read(text: str) -> Keymap:
    """A keymap from JSON: ``{"preset": NAME, "keys": {ACTION: [KEY, …]}}``, or only the inner object.

    Raises KeymapError that names what is wrong: no JSON, an unknown preset, action or key, or two actions with one key.
    """
    try:
        data = json.loads(text)
    except ValueError as error:
        raise KeymapError(tr("The keymap is not JSON: {error}.", error=error)) from None
    if not isinstance(data, dict):
        raise KeymapError(tr("A keymap is an object of actions and their keys."))
    preset = data.get("preset", "default")
    if preset not in PRESETS:
        known = ", ".join(PRESETS)
        raise KeymapError(tr("There is no preset “{name}”. Known: {known}.", name=preset, known=known))
    keys = data.get("keys", {name: value for name, value in data.items() if name != "preset"})
    if not isinstance(keys, dict):
        raise KeymapError(tr("A keymap is an object of actions and their keys."))
    own = {row: _keys_of(row, value) for row, value in keys.items()}
    for found in conflicts(own):
        raise KeymapError(
            tr("{key} is given to both {first} and {second}. Take it from one of them.", key=found.key,
               first=found.first, second=found.second)
        )  # fmt: skip
    return Keymap(preset, own)


def _keys_of(row: str, value: object) -> Keys:
    if row not in BY_ID:
        raise KeymapError(tr("There is no action “{name}”. The list of shortcuts names them all.", name=row))
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(key, str) for key in values):
        raise KeymapError(tr("The keys of {name} are not a list of texts.", name=row))
    return tuple(dict.fromkeys(_checked(key) for key in values))


def from_settings(settings: Settings) -> Keymap:
    """The keymap of the user's settings; one that can no longer be read is the default."""
    try:
        return read(settings.get("keys/own") or "{}")
    except KeymapError:
        return Keymap()


def keep(settings: Settings, keymap: Keymap) -> None:
    """Write a keymap into the settings, whose ``changed("keys/own")`` tells the windows."""
    settings.set("keys/own", keymap.to_json() if keymap != Keymap() else "")
