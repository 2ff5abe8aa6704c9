"""The effect of a message on a ticket: a customer's reply, an answer by staff, or a chat about the ticket. Pure.

The table `ON_CONTACT` lists the effects of customers' messages. All results obey `ticketing.rules`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from msgspec import UNSET, structs

from identity.actor import SYSTEM, Actor
from ticketing.facts import Facts, Team
from ticketing.rules import changed, check_not_closed_for_good
from ticketing.ticket import Change, Flag, Says, Ticket
from ticketing.wanted import Opening, Wanted, given

ON_CONTACT: Mapping[tuple[str, Says | None], tuple[str, Flag | None]] = {
    ("open", None): ("open", None),
    ("open", "solved"): ("open", "confirmed"),
    ("open", "not_fixed"): ("open", "not_fixed"),
    ("awaiting_reply", None): ("open", None),
    ("awaiting_reply", "solved"): ("open", "confirmed"),
    ("awaiting_reply", "not_fixed"): ("open", "not_fixed"),
    ("fixed_pending_rca", None): ("fixed_pending_rca", None),
    ("fixed_pending_rca", "solved"): ("fixed_pending_rca", "confirmed"),
    ("fixed_pending_rca", "not_fixed"): ("open", "not_fixed"),
    ("solved", None): ("open", None),
    ("solved", "solved"): ("solved", None),
    ("solved", "not_fixed"): ("open", "not_fixed"),
}
"""The effect of a customer's message, by the status of the ticket and the customer's statement: the new status, and the
flag that is set."""


def came_in(ticket: Ticket, says: Says | None, actor: Actor, now: int, facts: Facts) -> tuple[Ticket, list[Change]]:
    """The ticket after a message of its requester or of a participant, and the new lines of its history.

    If the status changes, or if the ticket has no assignee, it goes to `facts.assignee` (its last assignee, or the
    agent of the chat). If this person is not on the team, or is None, the ticket gets no assignee. Raises
    Refused(`conflict`) if the ticket is closed for good.
    """
    check_not_closed_for_good(ticket, now)
    status, flag = ON_CONTACT[ticket.status, says]
    heir = facts.assignee.id if facts.assignee is not None and facts.assignee.sees(ticket.team) else None
    falls = status != ticket.status or ticket.assignee is None
    # What a customer writes must not wait for the end of a snooze.
    wanted = Wanted(status=status, assignee=heir if falls else UNSET, snoozed_until=None)
    after, changes = changed(ticket, wanted, actor, now, facts)
    if flag is not None:
        after = replace(after, confirmed=flag == "confirmed", not_fixed=flag == "not_fixed")
    asked = ticket.service if says == "solved" else ticket.service.asked(now)
    after = replace(after, unreachable=False, updated_at=now, service=asked)
    if after.waiting_since is None and status == "fixed_pending_rca" and says is None:
        after = replace(after, waiting_since=now)
    if not changes and after.flags != ticket.flags:
        after = replace(after, version=ticket.version + 1)
    return after, changes


def woken(ticket: Ticket, now: int, facts: Facts) -> tuple[Ticket, list[Change]]:
    """The ticket at the end of its snooze, and the new lines of its history.

    It stays with its assignee. If they are no longer on the team, so that `facts.assignee` is None, it has none. The
    flag `returned` stays until somebody changes or answers the ticket.
    """
    wanted = Wanted(snoozed_until=None, assignee=UNSET if facts.assignee is not None else None)
    after, changes = changed(ticket, wanted, SYSTEM, now, facts)
    return replace(after, returned=after.status != "solved"), changes


def note_for_survivor(duplicate: Ticket) -> str:
    """The text of the note on the surviving ticket when a customer writes on the duplicate."""
    state = "which is still solved" if duplicate.status == "solved" else "which is open again"
    return f"New reply on duplicate #{duplicate.number}, {state}."


def answered(ticket: Ticket, now: int) -> Ticket:
    """The ticket after a public message of staff. Its status and version do not change.

    If the status is `open`, the requester's wait for us starts again. If it is `awaiting_reply`, our wait for the
    requester starts again. With any other status, nobody waits any more. The flag `unreachable` is cleared. If letters
    to the requester still come back, `Mailing.flagged` sets it again.
    """
    return replace(
        ticket,
        unreachable=False,
        returned=False,
        service=ticket.service.answered(now),
        waiting_since=now if ticket.status == "open" else None,
        awaiting_since=now if ticket.status == "awaiting_reply" else None,
        updated_at=now,
    )


def follow_up(ticket: Ticket, subject: str, channel: str, by: Actor, now: int, teams: Mapping[str, Team]) -> Opening:
    """The follow-up of `ticket`, which is closed for good.

    The follow-up has the people, client and product of `ticket`, and no assignee. Its team is the ticket's team or, if
    that team is retired, the team's successor. `subject` is used if `ticket` has no subject.
    """
    return Opening(
        channel=channel,
        team=present_team(ticket.team, teams),
        requester=ticket.requester,
        participants=ticket.participants,
        client=ticket.client,
        product=ticket.product,
        subject=ticket.subject or subject,
        by=by,
        at=now,
        created_at=now,
        follow_up_of=ticket.number,
    )


def following_up(ended: Opening, ticket: Ticket) -> Opening:
    """The follow-up that is opened at the end of a chat, because `ticket` was closed for good during the chat.

    People and client come from the ticket, team and agent from the chat. The product comes from the chat, or from the
    ticket if the chat has none.
    """
    return replace(
        ended,
        requester=ticket.requester,
        participants=ticket.participants,
        client=ticket.client,
        product=ended.product or ticket.product,
        subject=ticket.subject or ended.subject,
        follow_up_of=ticket.number,
    )


def wanted_of(ended: Opening, ticket: Ticket) -> Wanted:
    """The change to `ticket` at the end of a chat.

    It consists of what the agent chose, and of the team, product and agent of the chat.
    """
    return structs.replace(
        ended.wanted,
        team=UNSET if ended.team == ticket.team else ended.team,
        product=given(ended.product),
        assignee=given(ended.assignee) if ended.wanted.assignee is UNSET else ended.wanted.assignee,
        snoozed_until=None,
    )


def without(wanted: Wanted, refused: Collection[str]) -> Wanted:
    """The change `wanted` without its refused fields. Only team, product and assignee can be left out."""
    return structs.replace(
        wanted,
        team=UNSET if "team" in refused else wanted.team,
        product=UNSET if "product" in refused else wanted.product,
        assignee=UNSET if "assignee" in refused else wanted.assignee,
    )


def present_team(key: str, teams: Mapping[str, Team]) -> str:
    """The key of the team; for a retired team, the key of its last successor."""
    seen: set[str] = set()
    while key not in seen and (team := teams.get(key)) is not None and team.retired and team.successor is not None:
        seen.add(key)
        key = team.successor
    return key
