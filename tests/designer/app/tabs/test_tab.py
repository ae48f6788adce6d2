"""One tab: the edited definition, and in its place the one of an opened run."""

from __future__ import annotations


def opened(window, host, until, workflow):
    run_id = host.add(workflow)
    window.runs.open_run(run_id)
    until(lambda: window.controller.run_id == run_id and window.controller.feed.header is not None)
    return host.headers[run_id]


def test_a_run_of_what_is_edited_is_shown_on_it(window, host, flow, until):
    window.document.reset(flow())
    window.tab.show_definition_of(opened(window, host, until, flow()))
    assert not window.viewing
    assert window.workspace is window.editing


def test_a_run_of_another_definition_is_shown_on_its_own_until_one_goes_back(window, host, flow, until):
    window.document.reset(flow())
    edited = window.document
    window.tab.show_definition_of(opened(window, host, until, flow(middleware=({"use": "log"},))))
    assert window.viewing
    assert window.document is not edited
    assert "another version" in window.banners.shown["viewing"].title.text()
    window.tab.leave_run_view()
    assert window.document is edited
    assert "viewing" not in window.banners.shown


def test_a_run_of_another_workflow_is_named(window, host, flow, until):
    window.document.reset(flow())
    window.tab.show_definition_of(opened(window, host, until, flow().replace(id="other", name="Other")))
    banner = window.banners.shown["viewing"]
    assert "another workflow, “Other”" in banner.title.text()
    assert "“Demo”, which you edit, is unchanged" in banner.text.text()
