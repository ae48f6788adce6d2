"""A damaged run of a real store, salvaged in the window."""

from __future__ import annotations

from tests.helpers.by_hand import press
from tests.helpers.real_window import real_window

from floworch import WorkflowBuilder
from floworch.store.journal.store import FlatBuffersStore
from floworch.testing.store_suite import make_header, story


def test_a_damaged_run_is_salvaged_and_can_go_on(qapp, qtbot, tmp_path):
    """Nothing has to be typed to keep what stands before the damage; the original stays aside."""
    store = FlatBuffersStore(tmp_path / "store")
    log = store.create(make_header())
    for event in story():
        log.append([event])
        log.boundary()
    log.close()
    store.close()
    (journal,) = (tmp_path / "store/runs/run-1").glob("journal-*")
    data = bytearray(journal.read_bytes())
    data[data.find(b'"half"')] ^= 1
    journal.write_bytes(data)
    with real_window(qapp, tmp_path) as real:
        window = real.window
        window.runs.open_run("run-1")
        real.until(lambda: "damaged run-1" in window.banners.shown)
        press(qtbot, window.banners.shown["damaged run-1"].buttons["Salvage"])
        real.until(lambda: "salvaged run-1" in window.banners.shown)
        shown = window.banners.shown["salvaged run-1"]
        assert "5 events" in shown.text.text().replace("\u200b", "")
        assert "damaged run-1" not in window.banners.shown
        assert "interrupted run-1" not in window.banners.shown, "one strip offers to go on"
        assert set(shown.buttons) == {"Resume"}
        real.until(lambda: window.controller.feed.live is not None and window.controller.feed.live.seq == 5)
    assert list((tmp_path / "store/salvaged/run-1-1").glob("journal-*"))


def test_a_run_of_which_only_the_past_is_damaged_is_shown_as_it_is_and_is_not_taken_back(qapp, qtbot, tmp_path):
    """C12: the newest snapshot is beyond the damage; salvaging would cost what it holds."""
    steps = WorkflowBuilder("steps")
    steps.node("one", "data.set", params={"fields": {"a": "first output"}})
    steps.node("two", "data.set", after="one", params={"fields": {"b": "{{ nodes.one.output.a }}"}})
    store = FlatBuffersStore(tmp_path / "store")
    run_id = steps.build().run(store=store).run_id
    store.close()
    (journal,) = (tmp_path / f"store/runs/{run_id}").glob("journal-*")
    data = bytearray(journal.read_bytes())
    data[data.index(b'{"output":') + 12] ^= 1
    journal.write_bytes(data)
    with real_window(qapp, tmp_path) as real:
        window = real.window
        window.runs.open_run(run_id)
        real.until(lambda: str(window.controller.status) == "completed")
        assert window.controller.feed.live.node("two").output == {"b": "first output"}
        window.runs.banners.tell_damaged(run_id)  # as what reads the past does
        press(qtbot, window.banners.shown[f"damaged {run_id}"].buttons["Salvage"])
        real.until(lambda: f"damaged {run_id}" not in window.banners.shown)
        assert window.banners.shown["message"].title.text() == f"{run_id} is whole"
    assert journal.read_bytes() == bytes(data), "nothing was changed"
