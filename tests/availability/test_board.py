"""The sentence, the banner and the list are made from one board, and never disagree."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from availability.board import (
    BACK_MS,
    SOON_MS,
    Banner,
    Board,
    Component,
    Headline,
    banner,
    headline,
    is_back,
)
from availability.incident import Incident, Reported
from availability.intervals import Interval, states_at
from availability.maintenance import Maintenance
from availability.states import ORDER, State, worst

NOW = 1_000_000_000
ORDERS = Component(1, "Orders", "Spectra OX", 1, retired=False, added_at=0)
EXPORTS = Component(2, "Exports", "Spectra DS", 2, retired=False, added_at=0)
SIGN_IN = Component(3, "Sign-in", "", 0, retired=False, added_at=0)
ALL = (ORDERS, EXPORTS, SIGN_IN)


def incident(id_: int = 1, title: str = "Exports are slow", *, mode: bool = True, began_at: int = NOW - 10) -> Incident:
    return Incident(id_, title, "", "identified", began_at, None, None, mode, "media", "", "", None, None, 1, 0, 0)


def reported(affects: dict[int, State], of: Incident | None = None) -> Reported:
    return Reported(of or incident(), [], affects, tuple(sorted(affects)), worst(affects.values()))


def maintenance(starts_at: int, ends_at: int, *components: int) -> Maintenance:
    return Maintenance(1, "Read only", "", starts_at, ends_at, False, components, 1, 0, 0)


def board(
    open_: tuple[Reported, ...] = (),
    ahead: tuple[Maintenance, ...] = (),
    by_hand: dict[int, State] | None = None,
    over: tuple[Reported, ...] = (),
) -> Board:
    spans = [
        Interval(component, state, one.incident.began_at, None, "incident", one.incident.id)
        for one in open_
        for component, state in one.affects.items()
    ]
    spans += [
        Interval(id_, "maintenance", one.starts_at, one.ends_at, "maintenance", 1)
        for one in ahead
        for id_ in one.components
    ]
    spans += [Interval(id_, state, 0, None, "manual", id_) for id_, state in (by_hand or {}).items()]
    return Board(NOW, ALL, states_at([1, 2, 3], spans, NOW), open_, ahead, None, over)


def test_state_of_a_component_is_its_worst() -> None:
    found = board((reported({2: "degraded"}),), (maintenance(0, NOW + 1, 1, 2),), {2: "partial_outage"})
    assert found.states == {1: "maintenance", 2: "partial_outage", 3: "operational"}
    assert found.overall == "partial_outage"


def test_headline_names_the_incident_then_the_component_then_the_maintenance() -> None:
    slow, work = reported({2: "degraded"}), maintenance(0, NOW + 1, 1)
    assert headline(board()) == Headline("good", "", "operational", rest=True)
    assert headline(board((slow,))) == Headline("incident", "Exports are slow", "degraded", rest=True)
    assert headline(board((slow,), by_hand={3: "major_outage"})).rest is False
    assert headline(board(by_hand={3: "major_outage"})) == Headline("component", "Sign-in", "major_outage", rest=True)
    assert headline(board(by_hand={3: "maintenance"})) == Headline("component", "Sign-in", "maintenance", rest=True)
    assert headline(board((), (work,))) == Headline("maintenance", "Read only", "maintenance", rest=True)


def test_headline_names_the_gravest_of_several_incidents() -> None:
    down = reported({1: "major_outage"}, incident(2, "Nobody can sign in", began_at=NOW - 50))
    found = headline(board((reported({2: "degraded"}), down)))
    assert (found.title, found.rest) == ("Nobody can sign in", False)


def test_banner_needs_the_incident_mode() -> None:
    off = reported({2: "degraded"}, incident(mode=False))
    assert banner(board((off,))) is None
    assert banner(board((reported({2: "degraded"}),))) == Banner(
        "incident", "degraded", incident=reported({2: "degraded"})
    )


def test_banner_is_for_readers_whose_products_are_touched() -> None:
    found = board((reported({2: "degraded"}),))
    assert banner(found, ["Spectra OX"]) is None
    assert banner(found, ["Spectra DS"]) is not None
    assert banner(board((reported({3: "degraded"}),)), ["Spectra OX"]) is not None


def test_maintenance_is_in_the_banner_three_days_before() -> None:
    far, near = maintenance(NOW + SOON_MS + 1, NOW + SOON_MS + 2, 1), maintenance(NOW + SOON_MS, NOW + SOON_MS + 2, 1)
    assert banner(board((), (far,))) is None
    assert banner(board((), (near,))) == Banner("soon", "maintenance", maintenance=near)
    running = replace(near, starts_at=NOW)
    assert banner(board((), (running, near))) == Banner("running", "maintenance", maintenance=running)


def ended(id_: int, at: int, *touched: int) -> Reported:
    return Reported(replace(incident(id_), step="resolved", resolved_at=at), [], {}, touched, "degraded")


def test_banner_says_that_the_last_incident_is_over() -> None:
    first, last = ended(1, NOW - 5, 3), ended(2, NOW - 4, 2)
    back = Banner("over", "operational", incident=last)
    assert banner(board(over=(first, last))) == back
    assert banner(board(over=(first, last)), ["Spectra OX"]) == replace(back, incident=first)
    slow, near = reported({2: "degraded"}), maintenance(NOW + 5, NOW + 6, 1)
    assert banner(board((), (near,), over=(last,))) == back
    running = replace(near, starts_at=NOW)
    assert banner(board((), (running,), over=(last,))) == Banner("running", "maintenance", maintenance=running)
    assert banner(board((slow,), over=(last,))) == Banner("incident", "degraded", incident=slow)


def test_incident_is_back_to_normal_for_a_while_after_incident_mode() -> None:
    over = ended(1, NOW, 2).incident
    assert is_back(over, NOW) and is_back(over, NOW + BACK_MS - 1)
    assert not is_back(over, NOW + BACK_MS) and not is_back(over, NOW - 1)
    assert not is_back(replace(over, banner=False), NOW)
    assert not is_back(incident(), NOW)


_affects = st.dictionaries(st.sampled_from([1, 2, 3]), st.sampled_from(ORDER[2:]))
_incidents = st.lists(st.tuples(_affects, st.booleans(), st.integers(NOW - 100, NOW)), max_size=4).map(
    lambda found: tuple(
        reported(affects, incident(id_, f"Incident {id_}", mode=mode, began_at=began_at))
        for id_, (affects, mode, began_at) in enumerate(found, 1)
    )
)
_works = st.lists(
    st.tuples(st.integers(NOW - 50, NOW + 50), st.integers(1, 100), st.sets(st.sampled_from([1, 2, 3]), min_size=1)),
    max_size=3,
).map(
    lambda found: tuple(maintenance(starts, starts + long, *ids) for starts, long, ids in found if starts + long > NOW)
)


@given(_incidents, _works, st.dictionaries(st.sampled_from([1, 2, 3]), st.sampled_from(ORDER[1:])))
def test_list_sentence_and_banner_never_disagree(
    open_: tuple[Reported, ...], ahead: tuple[Maintenance, ...], by_hand: dict[int, State]
) -> None:
    found = board(open_, tuple(sorted(ahead, key=lambda one: one.starts_at)), by_hand)
    sentence, shown = headline(found), banner(found)
    assert sentence.state == worst(found.states.values())
    assert (sentence.kind == "good") == (not open_ and sentence.state == "operational")
    if sentence.kind == "incident":
        assert sentence.title in [one.incident.title for one in open_]
    if shown is not None and shown.incident is not None:
        assert shown.incident in open_
        assert all(
            ORDER.index(found.states[id_]) >= ORDER.index(state) for id_, state in shown.incident.affects.items()
        )
        assert sentence.kind == "incident"
    if shown is not None and shown.maintenance is not None:
        assert shown.maintenance in ahead and not any(one.incident.banner for one in open_)
        touched = {found.states[id_] for id_ in shown.maintenance.components}
        assert shown.kind == "soon" or "operational" not in touched
