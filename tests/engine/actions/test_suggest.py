from __future__ import annotations

from floworch.actions.suggest import closest, did_you_mean, meant, one_of


def test_the_closest_name_is_found() -> None:
    assert closest("data.sett", ["data.set", "flow.if"]) == "data.set"
    assert closest("DATA.SET", ["data.set"]) == "data.set"
    assert closest("switch", ["flow.if", "flow.switch"]) == "flow.switch"
    assert closest("zzz", ["data.set"]) is None


def test_the_sentence_names_the_closest_or_lists_what_there_is() -> None:
    assert did_you_mean("mesage", ["message", "level"]) == "Did you mean 'message'?"
    assert did_you_mean("zzz", ["a", "b"], "Parameters") == "Parameters: a, b."
    assert did_you_mean("zzz", [f"n{i}" for i in range(20)]).endswith("n11, ....")
    assert did_you_mean("zzz", []) == ""


def test_a_choice_is_guessed_and_listed() -> None:
    assert one_of("sgv", ("svg", "dot")) == "Did you mean 'svg'? Choose one of svg, dot."
    assert one_of("zzz", ("svg", "dot")) == "Choose one of svg, dot."


def test_what_means_the_same_is_found_though_it_is_written_otherwise() -> None:
    assert meant("every", ["cron", "tz", "missed"]) == "cron"
    assert meant("Verb", ["url", "method", "verify"]) == "method"
    assert meant("rows", ["items", "records"]) is None  # either may be meant
    assert meant("url", ["url", "address"]) is None
    assert meant("strange", ["cron"]) is None
