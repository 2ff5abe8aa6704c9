from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from learning.catalogue import Resource
from learning.ordering import circle_in, in_order, moved


def resource(source: str, minutes: int = 5, requires: tuple[str, ...] = ()) -> Resource:
    return Resource(source=source, kind="video", title=source, address="/x", minutes=minutes, requires=requires)


def catalogue(*resources: Resource) -> dict[str, Resource]:
    return {one.source: one for one in resources}


def sources(ordered: list[Resource]) -> list[str]:
    return [one.source for one in ordered]


def test_playlist_has_prerequisites_first_and_then_shorter_ones() -> None:
    known = catalogue(resource("a", 3, ("c",)), resource("b", 9), resource("c", 20), resource("d", 1))
    assert sources(in_order(known.values(), known)) == ["d", "b", "c", "a"]


def test_prerequisite_that_is_not_chosen_still_orders_what_it_requires() -> None:
    known = catalogue(resource("a", 1, ("b",)), resource("b", 1, ("c",)), resource("c", 30))
    assert sources(in_order([known["a"], known["c"]], known)) == ["c", "a"]


def test_prerequisites_in_a_circle_lose_nothing() -> None:
    known = catalogue(resource("a", 2, ("b",)), resource("b", 1, ("a",)), resource("c", 9, ("a",)))
    assert sources(in_order(known.values(), known)) == ["b", "a", "c"]
    assert sorted(circle_in(known)) == ["a", "b"]


@given(st.data())
def test_order_of_any_catalogue_is_complete_and_keeps_prerequisites(data: st.DataObject) -> None:
    names = [f"r{number}" for number in range(data.draw(st.integers(0, 12)))]
    known = catalogue(
        *(
            resource(name, data.draw(st.integers(1, 60)), tuple(data.draw(st.sets(st.sampled_from(names[:place])))))
            if place
            else resource(name)
            for place, name in enumerate(names)
        )
    )
    chosen = [one for one in known.values() if data.draw(st.booleans())]
    ordered = sources(in_order(chosen, known))
    assert sorted(ordered) == sorted(one.source for one in chosen)
    places = {source: place for place, source in enumerate(ordered)}
    for one in chosen:
        assert all(places[other] < places[one.source] for other in one.requires if other in places)
    assert circle_in(known) == []


@given(st.lists(st.integers(), unique=True, max_size=8), st.integers(-3, 12), st.data())
def test_moved_item_leaves_the_others_in_their_order(items: list[int], to: int, data: st.DataObject) -> None:
    assert moved(items, 10**9 * 10**9, to) == items
    if items:
        item = data.draw(st.sampled_from(items))
        after = moved(items, item, to)
        assert [one for one in after if one != item] == [one for one in items if one != item]
        assert after.index(item) == max(0, min(to, len(items) - 1))
