"""Which training the desk suggests for a ticket."""

from __future__ import annotations

from learning.catalogue import Resource, Topic
from learning.ports import Listed
from learning.sessions import Seats, Session
from learning.suggesting import CHOSEN_MAX, Suggestion, suggest

TOPICS = [Topic("orders", "Lumina", "Orders", "Orders and flights")]
RESOURCES = [
    Resource(id=1, source="start", kind="video", title="First steps", address="/a", minutes=9, platform="Lumina"),
    Resource(
        id=2,
        source="flights",
        kind="video",
        title="Dates",
        address="/b",
        minutes=7,
        topics=("orders",),
        platform="Lumina",
    ),
    Resource(
        id=3,
        source="basics",
        kind="course",
        title="Orders basics",
        address="/c",
        minutes=20,
        platform="Lumina",
        position=1,
    ),
    Resource(
        id=4,
        source="split",
        kind="video",
        title="Split orders",
        address="/d",
        minutes=5,
        platform="Lumina",
        requires=("basics",),
    ),
    Resource(id=5, source="other", kind="video", title="Orders elsewhere", address="/e", minutes=5, platform="Prisma"),
    Resource(
        id=6,
        source="gone",
        kind="video",
        title="Old orders",
        address="/f",
        minutes=5,
        platform="Lumina",
        state="withdrawn",
    ),
    Resource(id=7, source="all", kind="document", title="Passwords", address="/g", minutes=2),
]


def suggested(product: str | None, words: str, sessions: list[Listed] | None = None) -> Suggestion:
    return suggest(RESOURCES, TOPICS, sessions or [], product, words)


def test_words_of_a_ticket_choose_a_playlist_with_prerequisites_first() -> None:
    found = suggested("Lumina", "How do I split an order?")
    assert [one.source for one in found.playlist] == ["flights", "basics", "split"]
    assert found.resources[0].source == "split"


def test_ticket_without_matching_words_gets_the_first_resources_of_its_product() -> None:
    found = suggested("Lumina", "Hello, it does not work")
    assert {one.source for one in found.playlist} == {"start", "flights", "basics", "split"}
    assert len(found.playlist) <= CHOSEN_MAX


def test_withdrawn_resources_and_those_of_other_products_are_not_suggested() -> None:
    assert {"other", "gone"}.isdisjoint(one.source for one in suggested("Lumina", "orders").resources)


def test_ticket_without_a_product_gets_only_what_is_for_all() -> None:
    assert [one.source for one in suggested(None, "orders").resources] == ["all"]
    assert suggested(None, "orders").playlist == []
    assert [one.source for one in suggested(None, "my password").playlist] == ["all"]


def test_next_date_of_each_series_is_suggested_and_the_best_series_first() -> None:
    def listed(id_: int, series: str, title: str, platform: str = "Lumina") -> Listed:
        session = Session(
            id=id_,
            series=series,
            kind="webinar",
            title=title,
            starts_at=id_,
            minutes=30,
            zone="UTC",
            capacity=5,
            platform=platform,
        )
        return Listed(session, Seats(5))

    dates = [listed(1, "a", "Reports"), listed(2, "b", "Orders live"), listed(3, "b", "Orders live")]
    found = suggested("Lumina", "orders", [*dates, listed(4, "c", "Orders", "Prisma")])
    assert [one.session.id for one in found.sessions] == [2, 1]
