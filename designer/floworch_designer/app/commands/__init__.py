"""Everything a person can do, as data, and what is made of it: menus, keys, the palette of commands."""

from __future__ import annotations
