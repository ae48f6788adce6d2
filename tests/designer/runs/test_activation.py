"""What a window knows of the triggers that are served in the background."""

from __future__ import annotations

import pytest

from floworch.errors import FlowError
from floworch.host.activation import BOARD_FILE, LOG_FILE, Wish, read_wish, write_json, write_wish
from floworch_designer.runs.activation import Activation


class Service:
    """A service that is there once it was started, until it has nothing to serve."""

    def __init__(self, store):
        self.store, self.started, self.code = store, 0, None

    def __call__(self, store):
        assert store == self.store
        self.started, self.code = self.started + 1, None
        return self

    def poll(self):
        return self.code

    def alive(self, _store):
        wish = read_wish(self.store)
        return self.started > 0 and self.code is None and bool(wish.files) and wish.serve


@pytest.fixture
def service(tmp_path):
    return Service(tmp_path / "store")


@pytest.fixture
def activation(qapp, service):
    return Activation(service.store, service, service.alive)


def test_one_is_activated_and_found_again_by_the_next_window(activation, service, tmp_path, qapp):
    path = tmp_path / "a.flow.json"
    heard = []
    activation.changed.connect(lambda: heard.append(activation.active(path)))
    activation.activate(path)
    assert heard[-1] is True
    assert activation.alive
    assert service.started == 1
    other = Activation(service.store, service, service.alive)
    assert other.take_up() == 1
    assert other.active(path)
    assert service.started == 1, "it is there already"
    other.activate(tmp_path / "b.flow.json")
    assert service.started == 1, "the one that is there follows"
    activation.deactivate(path)
    assert not activation.active(path)
    assert read_wish(service.store).files == (str(tmp_path / "b.flow.json"),)


def test_it_rests_while_no_window_is_open_and_begins_again(activation, service, tmp_path):
    path = tmp_path / "a.flow.json"
    activation.activate(path)
    activation.rest()
    assert not activation.active(path)
    assert not activation.alive
    service.code = 0
    again = Activation(service.store, service, service.alive)
    assert again.take_up() == 1
    assert again.active(path)
    assert service.started == 2


def test_what_the_service_says_is_shown_by_file_and_only_while_it_is_there(activation, service, tmp_path):
    path, other = tmp_path / "a.flow.json", tmp_path / "b.flow.json"
    activation.activate(path)
    write_json(service.store / BOARD_FILE, {
        "workflows": [{"file": str(path), "triggers": [{"node": "t"}]}],
        "firings": [{"file": str(path), "run_id": "r1"}, {"file": str(other), "run_id": "r2"}],
        "errors": {str(other): "It is bad."},
    })  # fmt: skip
    activation.look()
    assert activation.triggers(path) == [{"node": "t"}]
    assert activation.triggers(other) == []
    assert [each["run_id"] for each in activation.firings(path)] == ["r1"]
    assert (activation.error(path), activation.error(other)) == ("", "It is bad.")
    activation.deactivate(path)
    assert activation.triggers(path) == []


def test_a_service_that_ends_by_itself_is_told_with_its_last_words(activation, service, tmp_path):
    path = tmp_path / "a.flow.json"
    activation.activate(path)
    (service.store / LOG_FILE).write_text("The store is full.\n", encoding="utf-8")
    service.code = 3
    activation.look()
    assert activation.error(path) == "The store is full."
    activation.activate(path)
    assert service.started == 2
    assert activation.error(path) == ""


def test_a_store_that_cannot_be_written_is_an_error_in_words(qapp, tmp_path):
    (tmp_path / "file").write_text("")
    activation = Activation(tmp_path / "file", lambda _store: pytest.fail("started"))
    with pytest.raises(FlowError, match="cannot be noted"):
        activation.activate(tmp_path / "a.flow.json")


def test_nothing_is_looked_at_while_nothing_is_active(activation, service, tmp_path):
    assert not activation._timer.isActive()
    activation.activate(tmp_path / "a.flow.json")
    assert activation._timer.isActive()
    write_wish(service.store, Wish())
    activation.look()
    assert not activation._timer.isActive()
