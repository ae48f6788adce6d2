from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from floworch.model.graph import Plan, plan_of
from floworch.model.workflow import Edge, Node, Workflow


def plan(edges: str, **parents: str) -> Plan:
    """A plan of edges written ``"ab bc"`` between one-letter nodes."""
    names = sorted({*edges.replace(" ", ""), *parents})
    nodes = {name: Node(action="x.y", parent=parents.get(name)) for name in names}
    return Plan(nodes, [Edge(source=pair[0], target=pair[1]) for pair in edges.split()])


PAIRS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=14)


def random_plan(pairs: list[tuple[int, int]]) -> Plan:
    nodes = {f"n{number}": Node(action="x.y") for number in range(8)}
    return Plan(nodes, [Edge(source=f"n{a}", target=f"n{b}") for a, b in pairs])


def test_nodes_are_numbered_in_id_order_and_edges_keep_author_order() -> None:
    found = plan("cb ba cb")
    assert found.ids == ("a", "b", "c")
    assert [(link.source, link.target, link.number) for link in found.links] == [(2, 1, 0), (1, 0, 1), (2, 1, 2)]
    assert [link.number for link in found.incoming[1]] == [0, 2]
    assert found.order == (2, 1, 0)


def test_edges_of_unknown_nodes_are_left_out_but_keep_their_numbers() -> None:
    found = Plan(
        {"a": Node(action="x"), "b": Node(action="x")}, [Edge(source="a", target="zz"), Edge(source="a", target="b")]
    )
    assert [link.number for link in found.links] == [1]


def test_children_and_enclosing_containers() -> None:
    """(C10.1)"""
    found = plan("", a="", b="a", c="b", d="zz")
    assert found.children == {-1: (0, 3), 0: (1,), 1: (2,)}
    assert found.enclosing(2) == [1, 0]
    assert found.enclosing(0) == []


def test_parents_that_go_round_do_not_hang() -> None:
    found = plan("", a="b", b="a", c="c")
    assert found.enclosing(0) == [1, 0] or found.enclosing(0) == [1]
    assert found.enclosing(2) == []


def test_every_knot_gives_one_named_cycle() -> None:
    """(C2.1)"""
    cycles = plan("ab bc ca cd dd ef").cycles()
    assert [[link.source for link in cycle] for cycle in cycles] == [[0, 1, 2], [3]]


@given(PAIRS)
def test_cycles_are_real_and_found_exactly_when_there_is_one(pairs: list[tuple[int, int]]) -> None:
    import networkx

    found = random_plan(pairs)
    graph = networkx.DiGraph(pairs)
    assert bool(found.cycles()) == (not networkx.is_directed_acyclic_graph(graph))
    for cycle in found.cycles():
        assert all(one.target == two.source for one, two in zip(cycle, [*cycle[1:], cycle[0]], strict=True))
    knots = [
        knot
        for knot in networkx.strongly_connected_components(graph)
        if len(knot) > 1 or graph.has_edge(*[*knot][:1] * 2)
    ]
    assert len(found.cycles()) == len(knots) or len(found.cycles()) >= 1


@given(PAIRS)
def test_the_order_is_topological(pairs: list[tuple[int, int]]) -> None:
    found = random_plan([(a, b) for a, b in pairs if a < b])
    place = {number: at for at, number in enumerate(found.order)}
    assert len(place) == 8
    assert all(place[link.source] < place[link.target] for link in found.links)


@given(PAIRS)
def test_upstream_questions_agree_with_ancestors(pairs: list[tuple[int, int]]) -> None:
    found = random_plan([(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]])
    every = set(product(range(8), repeat=2))
    assert found.not_upstream(every) == {(a, b) for a, b in every if a not in found.ancestors(b)}
    assert all((a in found.ancestors(b)) == (b in found.descendants(a)) for a, b in every)


def test_many_upstream_questions_need_no_closure() -> None:
    size = 9000
    nodes = {f"n{number:05}": Node(action="x") for number in range(size)}
    chain = Plan(nodes, [Edge(source=f"n{number:05}", target=f"n{number + 1:05}") for number in range(size - 1)])
    assert chain.not_upstream([(number, size - 1) for number in range(size - 1)]) == set()
    assert chain.not_upstream([(5, 4), (8000, 7999), (4, 5)]) == {(5, 4), (8000, 7999)}


def test_nodes_on_a_cycle_give_no_false_answers() -> None:
    found = plan("ab ba bc")
    assert found.not_upstream([(0, 2), (2, 0)]) == set()


def test_the_plan_is_kept_for_the_same_nodes_and_edges_only() -> None:
    workflow = Workflow(id="w", nodes={"a": Node(action="x")})
    assert plan_of(workflow) is plan_of(workflow)
    assert plan_of(workflow.replace(name="other")) is plan_of(workflow)
    assert plan_of(workflow.replace(nodes={"b": Node(action="x")})).ids == ("b",)


def test_networkx_sees_the_same_graph() -> None:
    graph = plan("ab ab bc").to_networkx()
    assert sorted(graph.nodes) == ["a", "b", "c"]
    assert graph.has_edge("a", "b", "out")


def test_a_plan_goes_on_with_an_earlier_one_where_only_the_content_of_nodes_is_another() -> None:
    before = Workflow(id="w", nodes={name: Node(action="x") for name in "ab"}, edges=(Edge(source="a", target="b"),))
    first = plan_of(before)
    assert first.order == (0, 1)
    after = before.replace(nodes={**before.nodes, "b": Node(action="y")})
    found = plan_of(after, before)
    assert (found.index, found.order, found.links) == (first.index, first.order, first.links)
    assert found.index is first.index
    assert [node.action for node in found.nodes] == ["x", "y"]
    assert [node.action for node in first.nodes] == ["x", "x"]
    assert plan_of(after) is found
    looked_at = before.replace(nodes={**before.nodes, "a": Node(action="z")})
    plan_of(looked_at)
    assert plan_of(looked_at, before).index is first.index, "also when somebody made one of its own meanwhile"


def test_a_plan_is_made_anew_where_nodes_edges_or_parents_are_others() -> None:
    before = Workflow(id="w", nodes={name: Node(action="x") for name in "ab"}, edges=(Edge(source="a", target="b"),))
    others = (
        before.replace(nodes={"a": before.nodes["a"]}),
        before.replace(nodes={"a": before.nodes["a"], "c": before.nodes["b"]}),
        before.replace(nodes={**before.nodes, "b": Node(action="x", parent="a")}),
        before.replace(edges=()),
        before.replace(edges=(Edge(source="a", target="b", port="done"),)),
    )
    for after in others:
        found, right = plan_of(after, before), Plan(after.nodes, after.edges)
        assert found.index is not plan_of(before).index
        assert (found.ids, found.links, found.parent, found.order) == (
            right.ids,
            right.links,
            right.parent,
            right.order,
        )


@given(PAIRS)
def test_a_node_leads_to_what_has_it_among_its_ancestors(pairs: list[tuple[int, int]]) -> None:
    found = random_plan(pairs)
    for source, target in product(range(8), range(8)):
        assert found.leads(source, target) == (source in found.ancestors(target))
    assert [found.rank[number] for number in found.order] == list(range(len(found.order)))
