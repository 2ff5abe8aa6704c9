from __future__ import annotations

from dataclasses import replace

import pytest

from chat.conversation import (
    MAY,
    NEXT,
    OPEN,
    RATE_MS,
    Chat,
    Clocks,
    State,
    Verb,
    check,
    check_rating,
    clocks_after_message,
    outcome_of_offer,
    party,
)
from identity.actor import SYSTEM, Actor
from refusals import Refused

CUSTOMER = Actor(kind="customer", id="v1", name="Danielle")
OTHER_CUSTOMER = Actor(kind="customer", id="v2")
AGENT = Actor(kind="staff", id="a1", name="Priya", role="agent", teams=frozenset({"media"}))
COLLEAGUE = Actor(kind="staff", id="a2", name="Mateo", role="agent", teams=frozenset({"media", "prod"}))
STRANGER = Actor(kind="staff", id="a3", name="Hannah", role="agent", teams=frozenset({"finance"}))
SUPERVISOR = Actor(kind="staff", id="s1", name="Sofia", role="supervisor", teams=frozenset({"media"}))
SUPERVISOR_OF_ALL = Actor(kind="staff", id="s2", name="Omar", role="supervisor")
ADMIN = Actor(kind="staff", id="d1", name="Ada", role="admin")


def a_chat(state: State = "active") -> Chat:
    agent = "a1" if state == "active" else None
    return Chat("c1", "media", state, "v1", agent, 7 if state == "closed" else None)


@pytest.mark.parametrize(
    ("actor", "expected"),
    [
        (CUSTOMER, "customer"),
        (OTHER_CUSTOMER, None),
        (AGENT, "agent"),
        (COLLEAGUE, "colleague"),
        (STRANGER, None),
        (SUPERVISOR, "supervisor"),
        (SUPERVISOR_OF_ALL, "supervisor"),
        (ADMIN, None),
        (SYSTEM, "system"),
    ],
)
def test_party_of_a_person_depends_on_team_and_role(actor: Actor, expected: str | None) -> None:
    """An admin is not a party to a chat."""
    assert party(a_chat(), actor) == expected


def test_visitor_and_agent_with_one_id_are_distinct() -> None:
    assert party(a_chat(), Actor(kind="customer", id="a1")) is None
    assert party(a_chat(), Actor(kind="staff", id="v1", role="agent")) is None


def test_account_chat_belongs_to_its_verified_visitors() -> None:
    """An unverified visitor and another account are not parties to it."""
    chat = Chat("c1", "media", "active", "acc")
    assert party(chat, Actor(kind="customer", id="v1", account="acc")) == "customer"
    assert party(chat, Actor(kind="customer", id="v2", account="acc")) == "customer"
    assert party(chat, Actor(kind="customer", id="v1")) is None
    assert party(chat, Actor(kind="customer", id="v1", account="other")) is None
    assert party(a_chat(), Actor(kind="customer", id="v1", account="acc")) == "customer"


def test_every_verb_has_a_row_in_both_tables() -> None:
    assert MAY.keys() == NEXT.keys()
    assert all(MAY.values()) and all(NEXT.values())


def test_closed_chat_stays_closed_for_every_verb() -> None:
    assert {table["closed"] for table in NEXT.values() if "closed" in table} == {"closed"}


@pytest.mark.parametrize("verb", sorted(MAY))
@pytest.mark.parametrize("state", [*OPEN, "closed"])
@pytest.mark.parametrize(
    "actor", [CUSTOMER, OTHER_CUSTOMER, AGENT, COLLEAGUE, STRANGER, SUPERVISOR, SUPERVISOR_OF_ALL, ADMIN, SYSTEM]
)
def test_check_agrees_with_the_tables(verb: Verb, state: State, actor: Actor) -> None:
    """Outsiders get `not_found`, the wrong party gets `forbidden`, and a closed chat names its ticket."""
    chat = a_chat(state)
    who = party(chat, actor)
    if who in MAY[verb] and state in NEXT[verb]:
        assert check(verb, chat, actor) == NEXT[verb][state]
        return
    with pytest.raises(Refused) as refusal:
        check(verb, chat, actor)
    if who is None:
        expected = "not_found"
    elif who not in MAY[verb]:
        expected = "forbidden"
    else:
        expected = "chat_closed" if state == "closed" else "conflict"
    assert refusal.value.code == expected
    assert expected != "chat_closed" or refusal.value.facts == {"ticket": 7}


def test_chat_can_be_rated_for_thirty_days_after_its_end() -> None:
    """To the millisecond, and only by its customer. Others are refused before the date is checked."""
    chat = Chat("c1", "media", "closed", "v1", "a1", 7, closed_at=1_000)
    check_rating(chat, CUSTOMER, 1_000 + RATE_MS)
    for actor, now, code in (
        (CUSTOMER, 1_001 + RATE_MS, "conflict"),
        (AGENT, 1_000, "forbidden"),
        (OTHER_CUSTOMER, 1_000, "not_found"),
    ):
        with pytest.raises(Refused) as refusal:
            check_rating(chat, actor, now)
        assert refusal.value.code == code


def test_customer_message_starts_the_reply_clock_once() -> None:
    """The reply is owed since the first unanswered message. The silence clock stops."""
    first = clocks_after_message(Clocks(None, None, 9_000), by_customer=True, at=100, silent_ms=50)
    assert first == Clocks(100, None, None)
    assert clocks_after_message(first, by_customer=True, at=200, silent_ms=50) == first
    answered = Clocks(None, 100, 9_000, 150)
    assert clocks_after_message(answered, by_customer=True, at=200, silent_ms=50) == Clocks(200, 100, None, 150)


def test_agent_message_stops_the_reply_clock_and_starts_silence() -> None:
    """The times of the chat's and of its current agent's first response are kept. Silence counts from the last
    message."""
    first = clocks_after_message(Clocks(100, None, None), by_customer=False, at=300, silent_ms=50)
    assert first == Clocks(None, 300, 350, 300)
    assert clocks_after_message(first, by_customer=False, at=400, silent_ms=50) == Clocks(None, 300, 450, 300)
    another = Clocks(100, 50, None)
    assert clocks_after_message(another, by_customer=False, at=300, silent_ms=50) == Clocks(None, 50, 350, 300)


@pytest.mark.parametrize(
    ("after", "outcome"),
    [
        (replace(a_chat(), agent="ada"), ("accepted", "accepted")),
        (replace(a_chat(), agent="bo"), ("taken", "taken")),
        (a_chat("closed"), ("ended", "ended")),
        (replace(a_chat("queued"), passed=frozenset({"ada"})), ("passed", "unanswered")),
        (a_chat("queued"), ("withdrawn", "unanswered")),
    ],
)
def test_outcome_of_an_offer_follows_from_the_chat(after: Chat, outcome: tuple[str, str]) -> None:
    """For Ada, and for the colleague who transferred the chat."""
    assert outcome_of_offer(after, "ada") == outcome
