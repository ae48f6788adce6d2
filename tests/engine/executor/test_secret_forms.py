from __future__ import annotations

import base64

from floworch.executor.secret_forms import SHORTEST, forms_of


def test_the_longest_form_comes_first_and_none_is_shorter_than_the_limit() -> None:
    forms = forms_of("pa/ss")
    assert forms == tuple(sorted(forms, key=len, reverse=True))
    assert {"pa/ss", "pa\\/ss", base64.b64encode(b"pa/ss").decode()} <= set(forms)
    assert all(len(form) >= SHORTEST for form in forms)


def test_a_short_value_has_no_form() -> None:
    assert forms_of("abc") == ()
    assert forms_of("") == ()


def test_the_longer_lines_of_a_value_are_forms_of_it() -> None:
    forms = forms_of("first line\nx\nsecond line\n")
    assert {"first line", "second line", "first line\nx\nsecond line"} <= set(forms)
    assert "x" not in forms
