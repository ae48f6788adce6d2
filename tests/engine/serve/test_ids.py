from __future__ import annotations

from floworch.actions.library.trigger_listing import Mark
from floworch.serve.ids import id_at, id_of_file, id_of_request
from floworch.store.ids import check_run_id


def test_the_same_event_has_the_same_run_id_and_another_one_another() -> None:
    assert id_at("w", "nightly", 1_767_225_600.0) == "w-nightly-20260101T000000Z"
    file = id_of_file("w", "in", "/in/a.csv", Mark(1, 2), "created")
    assert file == id_of_file("w", "in", "/in/a.csv", Mark(1, 2), "created")
    assert file != id_of_file("w", "in", "/in/a.csv", Mark(1, 3), "created")
    assert file != id_of_file("w", "in", "/in/a.csv", Mark(1, 2), "modified")
    assert id_of_request("w", "hook", "k/1") == id_of_request("w", "hook", "k/1") != id_of_request("w", "hook", "k/2")
    assert id_of_request("w", "hook", "") != id_of_request("w", "hook", "")


def test_every_one_is_a_run_id_whatever_the_names() -> None:
    long, node = "W" * 100, "n" * 64
    ids = {
        id_at(long, node, 0.0),
        id_of_file(long, node, "/\udcff", Mark(0, 0), "deleted"),
        id_of_request(long, node, "ä\n"),
    }
    assert len({check_run_id(each) for each in ids}) == 3
    assert id_at(long, node, 0.0) != id_at(long, f"{node[:-1]}m", 0.0)
