"""Colours of pictures."""

from __future__ import annotations

import re
from dataclasses import fields

from run_dialogue import workflow

from floworch.model.pictures.paints import LIGHT, Paints
from floworch.model.pictures.svg import to_svg

#: Every colour another one, and none that a picture has by itself.
COLOURS = [field.name for field in fields(Paints) if field.name != "family"]
ODD = Paints(**{name: f"#0000{number + 16:x}" for number, name in enumerate(COLOURS)})


def test_a_picture_has_the_colours_it_is_given_and_no_other() -> None:
    """Whoever shows it in the dark theme would see what was left of the light one."""
    cases = [{"when": "a > 1", "port": "big"}]
    nodes: dict[str, object] = {
        "l": {},
        "s": {"action": "flow.switch", "params": {"cases": cases}, "parent": "l"},
        "z": {"parent": "l"},
    }
    definition = workflow(nodes, "s:big>z", "s:error>z", view={"portals": [{"from": "s", "port": "big", "to": "z"}]})
    text = to_svg(definition, paints=ODD)
    used = set(re.findall(r"#[0-9a-f]{6}", text))
    assert used >= {getattr(ODD, name) for name in COLOURS}
    assert not used & {getattr(LIGHT, name) for name in COLOURS}


def test_a_picture_without_a_title_begins_with_the_graph() -> None:
    definition = workflow(
        {"a": {}}, name="A long name that makes the picture wider than its only card", description="D"
    )
    titled, bare = (to_svg(definition, titled=each) for each in (True, False))
    assert 'class="name"' in titled
    assert 'class="about"' in titled
    assert 'class="name"' not in bare
    assert 'class="about"' not in bare
    assert bare.startswith('<svg xmlns="http://www.w3.org/2000/svg" width="280" height="128"')
