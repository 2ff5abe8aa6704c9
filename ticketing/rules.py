"""Allowed changes to a ticket's properties. Pure: `now` and all facts are arguments.

Every change goes through `change`, whoever asks (console, API, the end of a chat, a timer). New tickets go through
`opened`, messages of customers through `ticketing.contact.came_in`.

`ticketing.combinations` says which status goes with which code, product, workaround and so on. Any status may follow
any other until the ticket is closed for good.
"""

from __future__ import annotations

from dataclasses import replace

from msgspec import UNSET, structs

from clock.zones import date_in, end_of_day
from identity.actor import Actor
from refusals import Refused
from ticketing import custom_fields
from ticketing.checking import Check, tidy
from ticketing.codes import CODES
from ticketing.errors import invalid
from ticketing.facts import Facts
from ticketing.targets import Service
from ticketing.ticket import FIELDS, Change, Field, Ticket, value_of
from ticketing.triage import snooze_wanted
from ticketing.wanted import Opening, Wanted, given

REOPEN_DAYS = 28
"""A solved ticket can be reopened for this many days, until the end of the last day in the zone of the hours file."""


def opened(opening: Opening, facts: Facts) -> tuple[Ticket, list[Change]]:
    """The new ticket and the first lines of its history. Raises Refused(`invalid`) with the fields
    at fault."""
    taken = opening.chat is not None or opening.follow_up_of is not None
    bare = Ticket(
        team=opening.team if taken else "",
        product=opening.product if taken else None,
        subject=tidy(opening.subject) if taken else None,
        client=opening.client,
        requester=opening.requester,
        participants=opening.participants,
        assignee=opening.assignee if taken else None,
        channel=opening.channel,
        chat=opening.chat,
        created_at=opening.created_at,
        updated_at=opening.at,
        follow_up_of=opening.follow_up_of,
        waiting_since=opening.at if opening.waiting_since is None else opening.waiting_since,
        service=_service(opening),
    )
    wanted = structs.replace(
        opening.wanted,
        product=UNSET if taken else given(opening.product),
        team=UNSET if taken else opening.team,
        assignee=opening.wanted.assignee if taken else given(opening.assignee),
        participants=list(opening.invited) or UNSET,
        subject=UNSET if taken else given(opening.subject),
    )
    ticket = bare if wanted == Wanted() else changed(bare, wanted, opening.by, opening.at, facts)[0]
    if opening.channel in _SUBMITTED and not taken and _asked_for_fields(opening):
        lacking = custom_fields.unsubmittable(facts.fields, ticket, by_customer=opening.by.kind == "customer")
        if lacking:
            raise invalid(lacking)
    ticket = replace(
        ticket,
        version=1,
        needs_code=opening.needs_code and ticket.status == "open",
        fields_missing=bool(custom_fields.missing(facts.fields, ticket)),
    )
    firsts = [
        Change(name, None, value) for name in _FIRSTS if (value := value_of(ticket, name)) not in (None, [], "normal")
    ]
    return ticket, [*firsts, *_of_fields({}, ticket.custom_fields)]


def change(ticket: Ticket, wanted: Wanted, actor: Actor, now: int, facts: Facts) -> tuple[Ticket, list[Change]]:
    """The changed ticket and the new lines of its history; no lines if nothing changes.

    Raises Refused: `forbidden` for customers, `conflict` if the ticket is closed for good, `invalid` with every field
    at fault.
    """
    if actor.kind == "customer":
        raise Refused("forbidden", "Only staff can change a ticket's properties. Write a reply instead.")
    check_not_closed_for_good(ticket, now)
    return changed(ticket, wanted, actor, now, facts)


def changed(ticket: Ticket, wanted: Wanted, actor: Actor, now: int, facts: Facts) -> tuple[Ticket, list[Change]]:
    """Like `change`, but checks neither who acts nor whether the ticket is closed for good."""
    after = Check(ticket, wanted, actor, facts).ticket_wanted()
    snoozed_until, fault = snooze_wanted(ticket, after, wanted, now)
    if fault is not None:
        raise invalid({"snoozed_until": fault})
    after = replace(after, needs_code=_needs_code(ticket, after, wanted, actor), snoozed_until=snoozed_until)
    changes = [
        Change(name, was, became)
        for name in FIELDS
        if (was := value_of(ticket, name)) != (became := value_of(after, name))
    ]
    changes += _of_fields(ticket.custom_fields, after.custom_fields)
    # The history has no line for a participant's name alone.
    if after == ticket:
        return ticket, []
    after = replace(after, fields_missing=bool(custom_fields.missing(facts.fields, after)))
    return _dated(ticket, after, now, facts), changes


def handed_over(before: Ticket | None, after: Ticket) -> bool:
    """True if the ticket is solved with a code that hands it over to the account team, and this change solved it or set
    the code.

    If the code is corrected and then corrected back, this is true again for the same solving.
    """
    if after.status != "solved" or after.resolution is None or not CODES[after.resolution].hands_over:
        return False
    return before is None or (before.solvings, before.resolution) != (after.solvings, after.resolution)


def _service(opening: Opening) -> Service:
    """A chat that its agent closed was answered. If it ended otherwise, a question after the agent's last message
    waits. Whatever else becomes a ticket waits for its first answer."""
    waiting = opening.waiting_since
    if opening.channel == "chat" and opening.by.is_rule:
        return after_chat(Service(), opening)
    if opening.channel == "chat" and (waiting is None or opening.by.kind == "staff"):
        return Service().answered(opening.at)
    if opening.channel == "chat" and opening.assignee is not None and waiting is not None:
        return Service().answered(opening.created_at).asked(waiting)
    return Service().asked(opening.created_at if waiting is None else waiting)


def after_chat(service: Service, ended: Opening) -> Service:
    """The targets of a ticket after one of its chats. The end of a chat with an agent answers the customer. If a rule
    ended it, only what staff wrote in it answers, and a question behind that waits."""
    if not ended.by.is_rule:
        return service if ended.assignee is None else service.answered(ended.at)
    if not ended.unanswered:
        service = service.answered(ended.at)
    return service if ended.waiting_since is None else service.asked(ended.waiting_since)


def _asked_for_fields(opening: Opening) -> bool:
    """Staff see the fields, and so do customers on pages that send them. The chat window sends none, and cannot ask."""
    by = opening.by.kind
    return by == "staff" or (by == "customer" and opening.wanted.custom_fields is not UNSET)


def _of_fields(before: custom_fields.Values, after: custom_fields.Values) -> list[Change]:
    """The lines of the history about custom fields."""
    return [
        Change(custom_fields.PREFIX + key, before.get(key), after.get(key))
        for key in sorted({*before, *after})
        if before.get(key) != after.get(key)
    ]


_SUBMITTED = ("form", "staff")
"""Channels whose tickets people fill in. A mail or a chat cannot ask for fields."""
_OF_PEOPLE: tuple[Field, ...] = ("assignee", "client", "participants")
_FIRSTS: tuple[Field, ...] = ("status", "resolution", "duplicate_of", *_OF_PEOPLE, "priority", "tags", "snoozed_until")


def _needs_code(before: Ticket, after: Ticket, wanted: Wanted, actor: Actor) -> bool:
    """The flag `needs_code` after the change. `wanted` may set or clear it. Otherwise it stays, unless staff choose a
    status or the status changes."""
    if wanted.needs_code is not UNSET:
        return wanted.needs_code
    is_chosen = actor.kind == "staff" and wanted.status is not UNSET
    return before.needs_code and not is_chosen and after.status == before.status


def check_not_closed_for_good(ticket: Ticket, now: int) -> None:
    """Check that the ticket can still be reopened. Raises Refused(`conflict`) if it is closed for good."""
    if not ticket.closed_for_good(now):
        return
    until = ticket.closed_at if ticket.reopen_until is None else ticket.reopen_until
    since = f" since {date_in(until)}" if until is not None else ""
    raise Refused("conflict", f"Ticket #{ticket.number} is closed for good{since}. A reply opens a new ticket.")


def _dated(before: Ticket, after: Ticket, now: int, facts: Facts) -> Ticket:
    """The ticket with the times that follow from its status, and with the next version."""
    moved = after.status != before.status
    solved_at, reopen_until, solvings = before.solved_at, before.reopen_until, before.solvings
    if after.status != "solved":
        solved_at = reopen_until = None
    elif moved:
        team = facts.teams.get(after.team)
        solved_at = now
        reopen_until = end_of_day(now, team.reopen_days if team else REOPEN_DAYS, facts.zone)
        solvings += 1
    waiting_since, awaiting_since = before.waiting_since, before.awaiting_since
    if moved:
        waiting_since = now if after.status == "open" else None
        awaiting_since = now if after.status == "awaiting_reply" else None
    return replace(
        after,
        solved_at=solved_at,
        reopen_until=reopen_until,
        solvings=solvings,
        waiting_since=waiting_since,
        awaiting_since=awaiting_since,
        # The customer's last statement was about the previous status.
        confirmed=before.confirmed and not moved,
        not_fixed=before.not_fixed and not moved,
        returned=False,
        updated_at=now,
        version=before.version + 1,
    )
