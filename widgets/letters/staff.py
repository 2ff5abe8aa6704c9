"""The letters to agents and account teams, in English."""

from __future__ import annotations

from collections.abc import Sequence

from ticketing.codes import status_name
from ticketing.handed_over import LINK_MS
from widgets.letters.blocks import Block, Buttons, Facts, Heading, Link, Paragraph, Quote, Written
from widgets.letters.rich_text import plain
from widgets.letters.views import TicketShown
from widgets.letters.words import Words

_LINK_DAYS = LINK_MS // (24 * 3_600_000)


def assigned(ticket: TicketShown, words: Words) -> Written:
    body = [Heading("Assigned to you"), _facts(ticket), *_said(ticket, words), _open(ticket)]
    return _written(ticket, "Assigned to you", body, _is_yours(ticket))


def customer_replied(ticket: TicketShown, words: Words) -> Written:
    who = (ticket.post.author if ticket.post is not None else None) or ticket.requester or "The customer"
    body = [Heading(f"{who} replied"), _facts(ticket), *_said(ticket, words), _open(ticket)]
    return _written(ticket, f"{who} replied", body, _is_yours(ticket))


def handover(ticket: TicketShown, words: Words, acknowledge: str | None) -> Written:
    """The letter that hands a ticket over to the account team.

    It contains the request itself, because this team has no access to the desk. `acknowledge` is the URL with which the
    team acknowledges the hand-over. None if the hand-over is acknowledged already.
    """
    text = (
        f"{ticket.team} support closed this request: it works as designed, and the customer would like it to work "
        "differently. The customer was told that your process takes over."
    )
    body: list[Block] = [
        Heading("Enhancement handed over to you"),
        Paragraph([text]),
        _facts(ticket),
        *_said(ticket, words),
    ]
    if acknowledge is not None:
        asks = f"Tell {ticket.team} support that you have it. The link works once, for {_LINK_DAYS} days."
        body += [Paragraph([asks]), Buttons([Link("Acknowledge", acknowledge)])]
    because = f"You get this mail because this address is the account team of {ticket.client or ticket.team}."
    return _written(ticket, "Enhancement handed over", body, because)


def _is_yours(ticket: TicketShown) -> str:
    return f"You get this mail because you are the assignee of #{ticket.number}."


def _facts(ticket: TicketShown) -> Facts:
    rows = [
        ("Request", f"#{ticket.number}"),
        ("Subject", ticket.subject),
        ("Customer", ticket.requester),
        ("Company", ticket.client),
        ("Product", ticket.product),
        ("Status", status_name(ticket.status)),
    ]
    return Facts([(name, [value]) for name, value in rows if value])


def _said(ticket: TicketShown, words: Words) -> list[Block]:
    post = ticket.post or ticket.wrote
    if post is None or not post.text.strip():
        return []
    head = f"{post.author or ticket.requester or 'The customer'} wrote, {words.day_and_time(post.at)} {words.zone}"
    return [Quote(head, plain(post.text, "small"))]


def _open(ticket: TicketShown) -> Buttons:
    return Buttons([Link("Open the ticket", ticket.url)])


def _written(ticket: TicketShown, opening: str, body: Sequence[Block], because: str) -> Written:
    number = f"[#{ticket.number}]"
    return Written(
        sender=f"{ticket.team} support",
        subject=f"{opening}: {ticket.subject} {number}" if ticket.subject else f"{opening} {number}",
        summary=ticket.subject or f"#{ticket.number}",
        body=body,
        foot=[Paragraph([because], "fine")],
    )
