"""The undo history: what merges, what counts as saved, and that nothing of a closed document stays."""

from __future__ import annotations

import gc
import weakref

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch.model.workflow import Workflow
from floworch_designer.document.document import Document
from floworch_designer.document.undo import Step, UndoStack

VALUES = [Workflow(id=f"w{number}", nodes={}) for number in range(6)]


class Held:
    """A value that a stack works on, and what the stack told."""

    def __init__(self):
        self.value, self.told = VALUES[0], []
        self.stack = UndoStack(self.put)
        self.stack.index_changed.connect(self.tell)
        self.stack.clean_changed.connect(self.tell)

    def put(self, value):
        self.value = value

    def tell(self, what):
        self.told.append(what)

    def do(self, number, merge=None):
        self.stack.push(Step(self.value, VALUES[number], f"to {number}", merge))


@pytest.fixture
def held():
    return Held()


@pytest.mark.usefixtures("qapp")
def test_steps_are_taken_back_and_done_again_and_told(held):
    held.do(1)
    held.do(2)
    assert (held.stack.undo_text(), held.stack.redo_text()) == ("to 2", "")
    held.stack.undo()
    assert (held.value, held.stack.undo_text(), held.stack.redo_text()) == (VALUES[1], "to 1", "to 2")
    held.stack.redo()
    assert held.value == VALUES[2]
    assert held.told == [1, False, 2, 1, 2]


@pytest.mark.usefixtures("qapp")
def test_at_either_end_nothing_happens(held):
    held.stack.undo()
    held.stack.redo()
    held.stack.clear()
    assert held.told == []


@pytest.mark.usefixtures("qapp")
def test_a_value_that_was_saved_and_then_forgotten_is_never_reached_again(held):
    held.do(1)
    held.stack.set_clean()
    held.stack.undo()
    held.do(2)
    assert not held.stack.is_clean()
    held.stack.undo()
    assert not held.stack.is_clean()


@pytest.mark.usefixtures("qapp")
def test_nothing_merges_with_the_step_that_led_to_the_saved_value(held):
    held.do(1, merge="k")
    held.do(2, merge="k")
    assert held.stack.count() == 1
    held.stack.set_clean()
    held.do(3, merge="k")
    assert held.stack.count() == 2
    held.stack.undo()
    assert held.stack.is_clean()


ACTIONS = st.one_of(
    st.tuples(st.just("do"), st.integers(0, 5), st.sampled_from([None, "a", "b"])),
    st.sampled_from([("undo",), ("redo",), ("save",)]),
)


@pytest.mark.usefixtures("qapp")
@given(st.lists(ACTIONS, max_size=30))
def test_any_sequence_undone_is_the_beginning_and_redone_the_end(actions):
    held = Held()
    saved = held.value
    for name, *given_ in actions:
        if name == "do":
            held.do(*given_)
        elif name == "save":
            held.stack.set_clean()
            saved = held.value
        else:
            getattr(held.stack, name)()
        assert not held.stack.is_clean() or held.value == saved
    for _ in range(held.stack.count() - held.stack.index()):
        held.stack.redo()
    end = held.value
    for _ in range(held.stack.count()):
        held.stack.undo()
    assert held.value == VALUES[0]
    for _ in range(held.stack.count()):
        held.stack.redo()
    assert held.value == end


@pytest.mark.usefixtures("qapp")
def test_nothing_of_a_document_stays_after_it():
    """Merged steps of Qt's own stack stayed for ever, and held the document."""
    document = Document(validate=lambda _: [])
    for number in (1, 2, 3, 4):
        document.apply(VALUES[number], "Change", merge="k")
    document.undo_stack.undo()
    gone = [weakref.ref(document), weakref.ref(document.undo_stack)]
    del document
    gc.collect()
    assert [each() for each in gone] == [None, None]


@pytest.mark.usefixtures("qapp")
def test_a_history_that_starts_with_an_unsaved_value_is_clean_only_once_that_is_saved(held):
    held.stack.clear(saved=False)
    assert held.told == [0, False]
    held.do(1)
    held.stack.undo()
    assert not held.stack.is_clean()
    held.stack.set_clean()
    assert held.stack.is_clean()
    held.stack.clear(saved=False)
    held.stack.clear()
    assert held.stack.is_clean()
