"""Tickets that a browser began with an unproven email address.

If somebody else proves the address, the ticket no longer belongs to this browser. This module finds such tickets, and
stores the state that each ticket had at that moment, because the browser may still read it.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import and_, delete, or_
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from storage.ports import Tx
from texts.addresses import normal_email
from ticketing.adapters.tables import BegunElsewhereRow, TicketRow
from ticketing.begun import Begun, Owner


class SqlBegun:
    """The part of `ticketing.ports.Store` about tickets that a browser began with an address that nobody had proven."""

    def unproven_of(self, tx: Tx, owner: Owner, browsers: Collection[str], limit: int, after: int = 0) -> list[int]:
        here = [owner.browser] if owner.browser is not None else []
        # Chats may have begun long before their tickets.
        address = TicketRow.requester_address == normal_email(owner.email)
        with_address = select(TicketRow.number).where(
            address,
            col(TicketRow.requester).is_not(None),
            col(TicketRow.requester_verified).is_(False),
            or_(
                col(TicketRow.created_at) <= owner.confirmed_at,
                col(TicketRow.channel) == "chat",
                col(TicketRow.requester).in_([*browsers, *here]),
            ),
        )
        without = select(TicketRow.number).where(
            col(TicketRow.requester).in_(here), col(TicketRow.requester_address).is_(None)
        )
        # These tickets have no requester id, only the address. Tickets that staff opened are left out, unless a link in
        # a letter has proven the address.
        by_address = select(TicketRow.number).where(
            address,
            col(TicketRow.requester).is_(None),
            or_(
                col(TicketRow.requester_verified),
                and_(col(TicketRow.channel) != "staff", col(TicketRow.created_at) <= owner.confirmed_at),
            ),
        )
        found: set[int] = set()
        for query in (with_address, by_address, without) if here else (with_address, by_address):
            later = query.where(col(TicketRow.number) > after).order_by(col(TicketRow.number)).limit(limit)
            found.update(number for number in tx.session.exec(later) if number is not None)
        return sorted(found)[:limit]

    def begun(self, tx: Tx, number: int) -> Begun | None:
        """The stored state of a ticket that no longer belongs to the browser that began it. None if no state is
        stored."""
        row = tx.session.exec(select(BegunElsewhereRow).where(BegunElsewhereRow.ticket == number)).first()
        if row is None:
            return None
        return Begun(ticket=number, browser=row.browser, upto=row.upto, status=row.status, team=row.team, at=row.at)

    def add_begun(self, tx: Tx, begun: Begun) -> None:
        tx.session.add(
            BegunElsewhereRow(
                ticket=begun.ticket,
                browser=begun.browser,
                upto=begun.upto,
                status=begun.status,
                team=begun.team,
                at=begun.at,
            )
        )
        tx.session.flush()

    def remove_begun(self, tx: Tx, number: int) -> None:
        tx.session.execute(delete(BegunElsewhereRow).where(col(BegunElsewhereRow.ticket) == number))

    def settle_begun(self, tx: Tx, browser: str, requester: str) -> None:
        """Remove the stored state of tickets that `browser` began and whose requester now is `requester`."""
        theirs = _began_for(browser, requester)
        tx.session.execute(delete(BegunElsewhereRow).where(col(BegunElsewhereRow.ticket).in_(theirs)))

    def began_for(self, tx: Tx, browser: str, requester: str) -> bool:
        return tx.session.exec(_began_for(browser, requester).limit(1)).first() is not None


def _began_for(browser: str, requester: str) -> SelectOfScalar[int]:
    query = select(BegunElsewhereRow.ticket).join(TicketRow, col(TicketRow.number) == col(BegunElsewhereRow.ticket))
    return query.where(BegunElsewhereRow.browser == browser, TicketRow.requester == requester)
