"""The film of a run: it moves the cursor by the clock, cuts silences, and ends with the run as it is now."""

from __future__ import annotations

import pytest
import replay_kit as kit

from floworch.run.status import RunStatus
from floworch_designer.runs.feed import RunFeed
from floworch_designer.runs.player import FILM, SILENCE, SPEEDS, Player, fitting


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def feed(qapp, loop):
    feed = RunFeed()
    feed.begin(kit.header())
    loop.run_until_complete(feed.take(kit.events()))
    feed.flush()
    return feed


@pytest.fixture
def player(feed):
    player = Player(feed, clock=Clock())
    player.set_speed(1.0)
    yield player
    player.hold()


def after(player, seconds):
    player._clock.now += seconds
    player.tick()


def test_the_film_goes_by_the_clock_from_the_beginning_to_now(player, feed):
    player.toggle()
    assert player.playing
    assert feed.cursor == 0
    after(player, 0.15)
    assert (feed.cursor, feed.now()) == (3, pytest.approx(100.15))
    assert feed.state.status is RunStatus.RUNNING
    after(player, 1.0)
    assert feed.cursor == 6
    assert feed.live.status is RunStatus.FAILED  # what the run came to is not touched
    for _ in range(10):
        after(player, 1.0)
    assert not player.playing
    assert not feed.replaying
    assert feed.state is feed.live


def test_hold_and_go_on_from_there(player, feed):
    player.seek(9)
    player.toggle()
    after(player, 0.01)
    player.toggle()
    assert not player.playing
    after(player, 5.0)
    assert feed.cursor == 9
    player.toggle()
    after(player, 0.15)
    assert feed.cursor == 10


def test_a_long_silence_is_cut_short(qapp, loop):
    feed = RunFeed()
    feed.begin(kit.header())
    night = [(at + (36_000.0 if i > 10 else 0.0), *rest) for i, (at, *rest) in enumerate(kit.STORY)]
    loop.run_until_complete(feed.take(kit.events(night)))
    player = Player(feed, clock=Clock())
    player.set_speed(2.0)
    player.seek(11)
    player.play()
    after(player, 0.01)
    after(player, SILENCE)
    assert feed.cursor == 12
    player.hold()


def test_speeds(player):
    player.set_speed(1.0)
    player.faster()
    assert player.speed == 2.0
    player.faster(-99)
    assert player.speed == SPEEDS[0]
    assert fitting(FILM) == 1.0
    assert fitting(0.3) < 0.1
    assert fitting(1e9) == SPEEDS[-1]


def test_a_run_nobody_chose_a_speed_for_makes_a_film_of_seconds(feed):
    player = Player(feed, clock=Clock())
    player.play()
    assert player.speed == fitting(6.0) == 1.0 or player.speed == 0.5
    player.hold()


def test_another_run_ends_the_film(player, feed):
    player.play()
    feed.begin(kit.header())
    assert not player.playing
    player.play()  # nothing happened in it yet
    assert not player.playing
