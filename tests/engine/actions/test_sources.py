from __future__ import annotations

import pytest

from floworch.actions.sources import read_actions, read_function, read_layers

FILE = '''
import floworch
from floworch import action
raise SystemExit("running this file ends the program")

@action("shop.check", title="Check order", category="data", icon="validate", version=2, container=True)
async def check(ctx, order: str):
    """Check one order.

    More of it."""

@floworch.action("shop.pay")
def pay_now(amount: float): ...

@action(NAME)
def computed(): ...

@other("shop.no")
def other_decorator(): ...

def plain(text: str):
    """Not decorated."""
'''


def test_decorated_functions_are_read_and_nothing_runs() -> None:
    first, second = read_actions(FILE, "shop.py")
    assert (first.id, first.title, first.summary) == ("shop.check", "Check order", "Check one order.")
    assert (first.category, first.icon, first.version, first.container) == ("data", "validate", 2, True)
    assert (first.source, first.function) == ("shop.py", "check")
    assert (second.id, second.title, second.category, second.version) == ("shop.pay", "Pay now", "python", 1)


ODD = """
from floworch import action as act, middleware as layer
from floworch import action
import floworch as fo
SHOP = "shop"
PAY: str = SHOP + ".pay"
TITLE = f"Pay {SHOP}"

@act("shop.alias")
def a(): ...

@fo.action(PAY, title=TITLE)
def b(): ...

@action(action_id="shop.word")
def c(): ...

@action("shop." "joined")
def d(): ...

@action(f"{SHOP}.f")
def e(): ...

try:
    import fast
except ImportError:
    if SHOP:
        @action("shop.slow")
        def f(): ...

@layer(name="slowly")
async def g(call_next, ctx): ...

@action(f"{SHOP.upper()}.no")
def h(): ...

@act
def i(): ...
"""


def test_an_id_that_is_certain_is_read_however_it_is_written() -> None:
    found = {each.id: each for each in read_actions(ODD)}
    assert list(found) == ["shop.alias", "shop.pay", "shop.word", "shop.joined", "shop.f", "shop.slow"]
    assert (found["shop.pay"].title, found["shop.slow"].function) == ("Pay shop", "f")
    assert [each.id for each in read_layers(ODD)] == ["slowly"]


def test_a_text_that_doubles_with_each_line_is_not_made() -> None:
    lines = ["a0 = 'x' * 1", "a1 = 'xxxxxxxxxx'", *(f"a{n + 1} = a{n} + a{n}" for n in range(1, 60))]
    text = "\n".join([*lines, "@action(a60)", "def f(): ...", "@action('x.y')", "def g(): ..."])
    assert [each.id for each in read_actions(text)] == ["x.y"]
    assert read_actions("x = " + "'a' + " * 950 + "'a'\n@action('x.y')\ndef g(): ...") in (
        [],
        read_actions("@action('x.y')\ndef g(): ..."),
    )


def test_one_function_is_read_under_the_id_of_its_entry_point() -> None:
    found = read_function(FILE, "plain", "shop.plain")
    assert found is not None
    assert (found.id, found.title, found.summary) == ("shop.plain", "Plain", "Not decorated.")
    assert read_function(FILE, "absent", "shop.absent") is None


@pytest.mark.parametrize("text", ["def broken(:", b"\xff\xfe\x00", "a = 1\0", ""])
def test_a_file_that_is_no_python_offers_nothing(text: str | bytes) -> None:
    assert read_actions(text) == []


def test_layers_are_read_as_actions_are() -> None:
    """(C5.4)"""
    text = (
        '@middleware("slow", title="Slow down")\nasync def a(call_next, ctx):\n    "Waits. And more."\n'
        '@floworch.middleware("fast")\nasync def b(call_next, ctx): ...\n'
        '@middleware(NAME)\nasync def c(call_next, ctx): ...\n@action("x.y")\ndef d(): ...\n'
    )
    found = read_layers(text, "f.py")
    assert [(each.id, each.title, each.summary[:5], each.function) for each in found] == [
        ("slow", "Slow down", "Waits", "a"), ("fast", "B", "", "b"),
    ]  # fmt: skip
    assert [each.id for each in read_actions(text)] == ["x.y"]
