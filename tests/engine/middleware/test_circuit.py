from __future__ import annotations

from floworch.middleware.circuit import BUSY_WAIT, Circuit


def opened(at: float = 0.0) -> Circuit:
    circuit = Circuit()
    assert circuit.enter(at, 30, 2) is None
    circuit.failed(circuit.generation, at, 1)
    return circuit


def test_it_opens_after_failures_in_a_row_only() -> None:
    circuit = Circuit()
    circuit.failed(0, 0, 2)
    circuit.succeeded(0, 1)
    circuit.failed(0, 0, 2)
    assert circuit.state == "closed"
    circuit.failed(0, 0, 2)
    assert circuit.state == "open"


def test_open_says_when_to_come_back_and_half_open_lets_the_probes_through() -> None:
    circuit = opened()
    assert circuit.enter(10, 30, 2) == 20
    assert [circuit.enter(30, 30, 2) for _ in range(3)] == [None, None, BUSY_WAIT]
    assert circuit.state == "half_open"


def test_it_closes_when_every_probe_has_succeeded_and_opens_again_at_the_first_that_fails() -> None:
    circuit = opened()
    circuit.enter(30, 30, 2)
    circuit.succeeded(circuit.generation, 2)
    assert circuit.state == "half_open"
    circuit.enter(30, 30, 2)
    circuit.succeeded(circuit.generation, 2)
    assert (circuit.state, circuit.failures) == ("closed", 0)
    again = opened()
    again.enter(30, 30, 2)
    again.failed(again.generation, 31, 1)
    assert (again.state, again.enter(32, 30, 2)) == ("open", 29)


def test_an_abandoned_probe_gives_its_place_back() -> None:
    circuit = opened()
    circuit.enter(30, 30, 1)
    circuit.abandoned(circuit.generation)
    assert circuit.enter(30, 30, 1) is None


def test_a_call_from_before_a_change_of_state_says_nothing_about_the_state_after() -> None:
    circuit = opened()
    circuit.succeeded(0, 1)
    circuit.failed(0, 20, 1)
    circuit.abandoned(0)
    assert circuit.enter(10, 30, 1) == 20


def test_a_clock_that_is_set_back_keeps_it_open_for_one_reset_time_at_most() -> None:
    assert opened(at=1_000).enter(500, 30, 1) == 30
