"""Tickets that a browser began with an unproven email address, and that no longer belong to this browser, because
somebody else has proven the address. Pure.

The browser can still read what it could read before, but nothing newer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ticketing.ticket import Change, Requester, Ticket, value_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """The state of a ticket at the time when it stopped belonging to the browser that began it.

    - `browser`: the id of the visitor who began the ticket.
    - `upto`: `seq` of the last event of the ticket that the browser may read.
    - `at`: the time at which the ticket stopped belonging to the browser, in ms since the epoch, UTC.
    """

    ticket: int
    browser: str
    upto: int
    status: str
    team: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The account to which tickets are attached. `confirmed_at`: the moment at which the account's address was
    confirmed.

    `browser`: the visitor id of the browser in which the owner has just signed in. None if it is not known.
    """

    id: str
    name: str | None
    email: str
    client: str | None
    confirmed_at: int
    browser: str | None = None


def attached(ticket: Ticket, owner: Owner) -> tuple[Ticket, list[Change]]:
    """The ticket with `owner` as its verified requester, and the new lines of its history.

    The name that the visitor typed is unproven, so the name of the owner replaces it.
    """
    asked = Requester(owner.id, owner.name, owner.email, verified=True)
    after = replace(ticket, requester=asked, client=ticket.client or owner.client, version=ticket.version + 1)
    return after, _changes(ticket, after)


def given_back(
    ticket: Ticket, begun: Begun, name: str | None, owners_client: str | None
) -> tuple[Ticket, list[Change]]:
    """The ticket after it was given back to the browser that began it, and the new lines of its history.

    The ticket has no address any more, so the owner of the account gets no more letters about it. `name` is the name
    that the visitor gave. The client is removed if it is `owners_client`. Any other client was set by staff, so it
    stays.
    """
    after = replace(
        ticket,
        requester=Requester(begun.browser, name, None),
        client=None if ticket.client == owners_client else ticket.client,
        unreachable=False,
        version=ticket.version + 1,
    )
    return after, _changes(ticket, after)


def as_seen(ticket: Ticket, begun: Begun) -> Ticket:
    """The ticket as the browser that began it may see it: with the status and team in `begun`. Other properties that
    may have changed since `begun.at` are left out."""
    return Ticket(
        number=ticket.number,
        status=begun.status,
        with_=None,
        team=begun.team,
        requester=Requester(begun.browser, None, None),
        channel=ticket.channel,
        chat=ticket.chat,
        created_at=ticket.created_at,
        updated_at=begun.at,
    )


def _changes(before: Ticket, after: Ticket) -> list[Change]:
    return [
        Change(name, was, became)
        for name in ("requester", "client")
        if (was := value_of(before, name)) != (became := value_of(after, name))
    ]
