from __future__ import annotations

from dataclasses import replace

import pytest

from clock import from_rfc3339
from identity.actor import Actor
from refusals import Refused
from tests.ticketing.table import TEAMS, DeskTeam
from ticketing.codes import STATUSES
from ticketing.contact import answered, came_in, follow_up, following_up, note_for_survivor, present_team
from ticketing.facts import Facts
from ticketing.rules import opened
from ticketing.ticket import Change, Participant, Requester, Says, Ticket
from ticketing.wanted import Opening

NOW = from_rfc3339("2026-11-24T15:00:00.000Z")
ANA = Actor("customer", "v1", "Ana", "ana@northlake.example")
MAYA = Actor("staff", "u1", "Maya", role="agent", teams=frozenset({"media"}))
PRIYA = Actor("staff", "u2", "Priya", role="agent", teams=frozenset({"finance"}))
FACTS = Facts(brand="Mediaocean", teams=TEAMS, assignee=MAYA)
SAYS: tuple[Says | None, ...] = (None, "solved", "not_fixed")


def ticket(status: str = "open") -> Ticket:
    made = Ticket(
        number=7,
        status=status,
        with_="support" if status == "open" else None,
        team="media",
        product="Lumina",
        subject="Dates",
        client="c1",
        requester=Requester("v1", "Ana", "ana@northlake.example"),
        participants=(Participant("cy@northlake.example"),),
        assignee="u1",
        channel="form",
        created_at=NOW - 9_000,
        updated_at=NOW - 9_000,
        waiting_since=NOW - 9_000 if status == "open" else None,
        awaiting_since=NOW - 9_000 if status == "awaiting_reply" else None,
    )
    if status == "fixed_pending_rca":
        return replace(made, workaround="Reload", resolution="code_fix", finding="A race")
    if status == "solved":
        return replace(made, resolution="set_up", solved_at=NOW - 9_000, reopen_until=NOW + 9_000)
    return made


BECOMES = {
    "open": ("open", "open", "open"),
    "awaiting_reply": ("open", "open", "open"),
    "fixed_pending_rca": ("fixed_pending_rca", "fixed_pending_rca", "open"),
    "solved": ("open", "solved", "open"),
}
"""The status after a reply, after "this solved it", after "not fixed"."""


@pytest.mark.parametrize("says", SAYS)
@pytest.mark.parametrize("status", STATUSES)
def test_customer_message_sets_status_and_flags(status: str, says: Says | None) -> None:
    """Whether the customer says solved or not fixed decides the status and the flag. A reopened ticket has no code,
    starts waiting for us and keeps its assignee."""
    before = ticket(status)
    after, changes = came_in(before, says, ANA, NOW, FACTS)
    assert after.status == BECOMES[status][SAYS.index(says)]
    flag = {"solved": ["confirmed"], "not_fixed": ["not_fixed"], None: []}[says]
    assert after.flags == ([] if after.status == "solved" else flag)
    assert (after.assignee, after.updated_at) == ("u1", NOW)
    moved = after.status != status
    assert (Change("status", status, after.status) in changes) is moved
    assert after.version == before.version + (moved or after.flags != before.flags)
    if after.status == "open":
        assert (after.resolution, after.finding, after.solved_at, after.awaiting_since) == (None, None, None, None)
        assert after.waiting_since == (NOW if moved else before.waiting_since)


def test_reply_on_a_pending_analysis_shows_the_customer_waiting() -> None:
    """The status stays. The assignee sees that the customer waits, since the first message, until staff answer."""
    first, _ = came_in(ticket("fixed_pending_rca"), None, ANA, NOW, FACTS)
    again, _ = came_in(first, None, ANA, NOW + 50, FACTS)
    assert (first.waiting_since, again.waiting_since) == (NOW, NOW)
    assert answered(again, NOW + 90).waiting_since is None


def test_staff_answer_changes_only_the_waits() -> None:
    """The wait that runs, ours or the customer's, restarts. The version never changes."""
    for status in STATUSES:
        before = ticket(status)
        after = answered(before, NOW)
        kept = replace(after, updated_at=before.updated_at, awaiting_since=before.awaiting_since)
        assert replace(kept, waiting_since=before.waiting_since, service=before.service) == before
        assert after.service == before.service.answered(NOW)
        assert after.waiting_since == (NOW if status == "open" else None)
        assert after.awaiting_since == (NOW if status == "awaiting_reply" else None)


@pytest.mark.parametrize(
    ("heir", "assignee"), [(MAYA, "u1"), (PRIYA, None), (None, None), (replace(MAYA, id="u9"), "u9")]
)
def test_reopened_ticket_goes_to_its_agent_or_the_team(heir: Actor | None, assignee: str | None) -> None:
    """To the previous assignee or the agent of the last chat if they are on the team, else to the team's queue."""
    after, _ = came_in(ticket("solved"), None, ANA, NOW, replace(FACTS, assignee=heir))
    assert after.assignee == assignee


def test_open_ticket_keeps_its_assignee_on_reply() -> None:
    """A reply on an open ticket never takes it from its assignee. An unassigned one goes to the agent of the last
    chat."""
    assert came_in(ticket(), None, ANA, NOW, replace(FACTS, assignee=None))[0].assignee == "u1"
    assert came_in(replace(ticket(), assignee=None), None, ANA, NOW, FACTS)[0].assignee == "u1"


def test_customer_message_clears_the_unreachable_flag() -> None:
    assert came_in(replace(ticket(), unreachable=True), None, ANA, NOW, FACTS)[0].flags == []


def test_message_on_a_finally_closed_ticket_is_a_conflict() -> None:
    for says in SAYS:
        with pytest.raises(Refused) as refused:
            came_in(ticket("solved"), says, ANA, NOW + 9_001, FACTS)
        assert refused.value.code == "conflict"
    assert came_in(ticket("solved"), None, ANA, NOW + 9_000, FACTS)[0].status == "open"


def test_follow_up_inherits_all_but_the_assignee() -> None:
    """People, client, product, subject and a link back. A retired team is replaced by its successor."""
    closed = replace(ticket("solved"), team="old")
    made, _ = opened(follow_up(closed, "Again", "form", ANA, NOW, TEAMS), FACTS)
    assert (made.status, made.resolution, made.follow_up_of, made.assignee) == ("open", None, 7, None)
    assert (made.team, made.product, made.subject, made.client) == ("media", "Lumina", "Dates", "c1")
    assert (made.requester, made.participants) == (closed.requester, closed.participants)
    assert follow_up(replace(closed, subject=None), "Again", "form", ANA, NOW, TEAMS).subject == "Again"


def test_chat_that_outlasts_its_ticket_makes_an_inheriting_follow_up() -> None:
    """The chat's own values come before those of the ticket, and its agent is the assignee."""
    chat = Opening(
        channel="chat",
        team="finance",
        requester=Requester("v2", "Cy", None),
        by=MAYA,
        at=NOW,
        created_at=NOW,
        chat="c9",
        subject="Invoice",
        assignee="u2",
    )
    made = following_up(chat, ticket("solved"))
    assert (made.chat, made.team, made.assignee, made.follow_up_of) == ("c9", "finance", "u2", 7)
    assert (made.product, made.subject, made.client) == ("Lumina", "Dates", "c1")
    assert (made.requester, made.participants) == (ticket().requester, ticket().participants)
    assert following_up(replace(chat, product="Other"), ticket("solved")).product == "Other"


def test_retired_team_is_followed_to_its_last_successor() -> None:
    teams = {
        "a": DeskTeam("A", retired=True, successor="b"),
        "b": DeskTeam("B", retired=True, successor="c"),
        "c": DeskTeam("C"),
        "x": DeskTeam("X", retired=True, successor="y"),
        "y": DeskTeam("Y", retired=True, successor="x"),
        "z": DeskTeam("Z", retired=True),
    }
    assert [present_team(key, teams) for key in ("a", "c", "z", "gone")] == ["c", "c", "z", "gone"]
    assert present_team("x", teams) in ("x", "y")


def test_survivor_note_says_whether_its_duplicate_is_open_or_solved() -> None:
    """Open again, or still solved when its customer said so."""
    assert note_for_survivor(ticket()).endswith("#7, which is open again.")
    assert note_for_survivor(ticket("solved")).endswith("#7, which is still solved.")
