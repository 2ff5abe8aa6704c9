from __future__ import annotations

from itertools import pairwise

from clock import from_rfc3339, zones
from server.demo.past import CAPACITY, past_chats, past_presence
from server.demo.sample import PEOPLE
from ticketing.codes import CODES, allowed_in

ZONE = "America/New_York"
NOW = from_rfc3339("2026-11-29T15:00:00Z")
"""A Sunday. Clocks changed in New York four weeks ago."""


def test_past_chats_cover_three_months_until_two_days_ago_and_are_the_same_each_time() -> None:
    chats = list(past_chats(NOW, ZONE))
    assert chats == list(past_chats(NOW, ZONE))
    assert all(before.at <= after.at for before, after in pairwise(chats))
    days = [zones.local(chat.at, ZONE).date() for chat in chats]
    today = zones.local(NOW, ZONE).date()
    assert ((today - days[0]).days, (today - days[-1]).days) == (90, 2)
    counts = {day: days.count(day) for day in days}
    assert len(counts) == 65, "each working day has chats"
    assert max(counts, key=lambda day: counts[day]).isoformat() == "2026-11-11", "the busy day"


def test_past_chats_have_codes_that_agents_may_choose_and_agents_of_their_teams() -> None:
    teams = {person.first_name: person.teams for person in PEOPLE}
    for chat in past_chats(NOW, ZONE):
        assert CODES[chat.code].set_by == "person"
        assert allowed_in(chat.code, "solved")
        assert CODES[chat.code].product in (None, chat.topic.product)
        assert chat.team in teams[chat.agent or chat.follows_up]
        assert (chat.agent is None) is not bool(chat.said)


def test_past_presence_of_each_working_day_ends_offline() -> None:
    chats = [chat for chat in past_chats(NOW, ZONE) if chat.agent == "Priya"]
    states = list(past_presence("Priya", [chat.held for chat in chats], NOW, ZONE))
    assert all(before.at < after.at for before, after in pairwise(states))
    days = {zones.local(state.at, ZONE).date() for state in states}
    assert {day.weekday() for day in days} == {0, 1, 2, 3, 4}
    assert sum(state.status == "offline" for state in states) == len(days)
    assert states[-1].status == "offline"
    for chat in chats:
        (last,) = [state for state in states if state.at <= chat.answered_at][-1:]
        assert last.status == "available", "who gets a chat is available"


def test_past_agents_have_a_plausible_part_of_their_seats_taken() -> None:
    available = held = 0
    chats = list(past_chats(NOW, ZONE))
    for person in PEOPLE:
        spans = [chat.held for chat in chats if chat.agent == person.first_name]
        held += sum(span.until - span.since for span in spans)
        states = past_presence(person.first_name, spans, NOW, ZONE)
        available += sum(after.at - state.at for state, after in pairwise(states) if state.status == "available")
    assert 0.25 < held / (available * CAPACITY) < 0.6
