"""What a word does to a ticket by itself: a reply of its customer, an answer of staff, a chat about it, and
a word on one that is closed for good. Pure: `now` and all facts are passed in.

The table is `ON_CONTACT`; whatever becomes of it obeys `ticketing.rules`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from msgspec import UNSET, structs

from identity.actor import Actor
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
"""What the word of a customer does: status and what they say → the status then, and the flag that it gets."""


def came_in(ticket: Ticket, says: Says | None, actor: Actor, now: int, facts: Facts) -> tuple[Ticket, list[Change]]:
    """The ticket after a word of its requester or of a participant, and the lines of history.

    One that becomes open goes to `facts.assignee` (who had it last, or who just talked with them) where they
    are on the team, and else is the team's. Whoever writes can be reached. Raises Refused(`conflict`) on one
    closed for good.
    """
    check_not_closed_for_good(ticket, now)
    status, flag = ON_CONTACT[ticket.status, says]
    heir = facts.assignee.id if facts.assignee is not None and facts.assignee.sees(ticket.team) else None
    falls = status != ticket.status or ticket.assignee is None
    wanted = Wanted(status=status, assignee=heir if falls else UNSET)
    after, changes = changed(ticket, wanted, actor, now, facts)
    if flag is not None:
        after = replace(after, confirmed=flag == "confirmed", not_fixed=flag == "not_fixed")
    after = replace(after, unreachable=False, updated_at=now)
    if after.waiting_since is None and status == "fixed_pending_rca" and says is None:
        after = replace(after, waiting_since=now)
    if not changes and after.flags != ticket.flags:
        after = replace(after, version=ticket.version + 1)
    return after, changes


def told_to_survivor(duplicate: Ticket) -> str:
    """What whoever works on the survivor reads, once something came in on a duplicate that stands like this now."""
    stands = "which is still solved" if duplicate.status == "solved" else "which is open again"
    return f"New reply on duplicate #{duplicate.number}, {stands}."


def answered(ticket: Ticket, now: int) -> Ticket:
    """The ticket after a public word of staff: nobody waits for one any more where the cause is still looked for,
    and the wait for the requester begins anew. Status and version stay as they are."""
    return replace(
        ticket,
        waiting_since=None if ticket.status == "fixed_pending_rca" else ticket.waiting_since,
        awaiting_since=now if ticket.status == "awaiting_reply" else None,
        updated_at=now,
    )


def follow_up(ticket: Ticket, subject: str, channel: str, by: Actor, now: int, teams: Mapping[str, Team]) -> Opening:
    """What a word on a ticket that is closed for good opens: with its people and what it is about, for its team or
    that team's successor, and nobody's yet. `subject` is for one that had none."""
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
    """What the end of a chat about `ticket` opens, where that was closed for good meanwhile: with its people and what
    it is about, for the team that had the chat, and with its agent."""
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
    """What the end of a chat about `ticket` makes of it: as its agent chose, with the team that had the chat, and
    with its agent."""
    return structs.replace(
        ended.wanted,
        team=UNSET if ended.team == ticket.team else ended.team,
        product=given(ended.product),
        assignee=given(ended.assignee),
    )


def without(wanted: Wanted, refused: Collection[str]) -> Wanted:
    """What is wanted of a ticket, but for those of team, product and assignee that were refused: these stay."""
    return structs.replace(
        wanted,
        team=UNSET if "team" in refused else wanted.team,
        product=UNSET if "product" in refused else wanted.product,
        assignee=UNSET if "assignee" in refused else wanted.assignee,
    )


def present_team(key: str, teams: Mapping[str, Team]) -> str:
    """The team, or who succeeded it, as often as it takes; the last that is named where nobody did."""
    seen: set[str] = set()
    while key not in seen and (team := teams.get(key)) is not None and team.retired and team.successor is not None:
        seen.add(key)
        key = team.successor
    return key
