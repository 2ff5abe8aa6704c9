from __future__ import annotations

import pytest

from clock import rfc3339
from identity.actor import SYSTEM
from tests.ticketing.test_rules import FACTS, MAYA, NOW, after, refusal, solved, ticket
from ticketing.contact import came_in, woken
from ticketing.facts import Facts
from ticketing.rules import change
from ticketing.ticket import Change
from ticketing.triage import SNOOZE_MAX_MS, TAGS_MAX, tag_of, tag_start
from ticketing.wanted import Wanted

HOUR_MS = 3_600_000
LATER = rfc3339(NOW + HOUR_MS)


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("  #Month  End ", "month-end"),
        ("Facturación", "facturación"),
        ("fixed_pending_rca", "fixed_pending_rca"),
        ("請求書", "請求書"),
        ("", None),
        ("#", None),
        ("a,b", None),
        ("<b>", None),
        ("a\0b", None),
        ("x" * 41, None),
        ("\u202eabc", None),
    ],
)
def test_tag_of_text_is_one_word_in_lower_case(text: str, tag: str | None) -> None:
    assert tag_of(text) == tag


def test_start_of_a_tag_is_written_like_tags() -> None:
    assert tag_start(" #Month e") == "month-e"


def test_priority_and_tags_change_with_a_line_of_history_each() -> None:
    before = ticket(tags=("a",))
    changed, lines = change(before, Wanted(priority="high", add_tags=["B", "#b"], remove_tags=["A"]), MAYA, NOW, FACTS)
    assert (changed.priority, changed.tags) == ("high", ("b",))
    assert lines == [Change("priority", "normal", "high"), Change("tags", ["a"], ["b"])]
    assert after(changed, Wanted(priority=None, tags=None)).priority == "normal"
    assert change(before, Wanted(priority="normal", tags=["A "]), MAYA, NOW, FACTS) == (before, [])


def test_wrong_priority_or_tag_is_refused_with_its_field() -> None:
    assert list(refusal(ticket(), Wanted(priority="asap", tags=["a b", "a;b"])).fields or {}) == ["priority", "tags"]
    many = [f"t{n}" for n in range(TAGS_MAX + 1)]
    assert list(refusal(ticket(), Wanted(add_tags=many)).fields or {}) == ["tags"]


def test_snooze_ends_with_another_assignee_or_team_and_when_the_ticket_is_solved() -> None:
    asleep = after(ticket(), Wanted(snoozed_until=LATER))
    assert (asleep.snoozed_until, asleep.status, asleep.waiting_since) == (NOW + HOUR_MS, "open", NOW - 2000)
    assert after(asleep, Wanted(subject="Other")).snoozed_until == NOW + HOUR_MS
    assert after(asleep, Wanted(status="awaiting_reply")).snoozed_until == NOW + HOUR_MS
    for wanted in (
        Wanted(assignee=None),
        Wanted(team="finance"),
        Wanted(status="solved", resolution="set_up"),
        Wanted(snoozed_until=None),
    ):
        assert after(asleep, wanted).snoozed_until is None
    assert after(asleep, Wanted(assignee=None, snoozed_until=LATER)).snoozed_until == NOW + HOUR_MS


@pytest.mark.parametrize("until", [rfc3339(NOW), rfc3339(NOW + SNOOZE_MAX_MS + 1), "tomorrow", ""])
def test_snooze_to_a_wrong_time_is_refused(until: str) -> None:
    assert list(refusal(ticket(), Wanted(snoozed_until=until)).fields or {}) == ["snoozed_until"]


def test_solved_ticket_cannot_be_snoozed() -> None:
    assert list(refusal(solved(), Wanted(snoozed_until=LATER)).fields or {}) == ["snoozed_until"]


@pytest.mark.parametrize("status", ["open", "awaiting_reply", "fixed_pending_rca"])
def test_message_of_the_customer_ends_the_snooze(status: str) -> None:
    asleep = ticket(status=status, snoozed_until=NOW + HOUR_MS, workaround="Reload")
    awake, lines = came_in(asleep, None, SYSTEM, NOW, Facts(brand="", teams=FACTS.teams, assignee=MAYA))
    assert awake.snoozed_until is None
    assert Change("snoozed_until", NOW + HOUR_MS, None) in lines


def test_ticket_comes_back_to_its_assignee_or_to_the_team_if_they_are_gone() -> None:
    asleep = ticket(snoozed_until=NOW)
    back, lines = woken(asleep, NOW, Facts(brand="", teams=FACTS.teams, assignee=MAYA))
    assert (back.assignee, back.snoozed_until, lines) == ("u1", None, [Change("snoozed_until", NOW, None)])
    assert woken(asleep, NOW, FACTS)[0].assignee is None
