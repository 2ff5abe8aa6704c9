"""Forgets what rules with a time have done where it no longer matters: rules that were removed, tickets that are closed
for good."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from functools import partial

from sqlalchemy import ColumnElement, delete, or_
from sqlmodel import col, select

from automations.adapters.tables import AutomationHandledRow, AutomationRow
from storage.ports import Storage, Tx
from ticketing.adapters.tables import TicketRow

AT_ONCE = 20
"""Tickets of one transaction."""
PAUSE_S = 0.002
"""Seconds between two transactions, in which messages are stored."""

_ticket, _number = col(AutomationHandledRow.ticket), col(TicketRow.number)


class RuleForgetting:
    def __init__(self, storage: Storage, pause: Callable[[], Awaitable[None]] = lambda: asyncio.sleep(PAUSE_S)) -> None:
        """`pause` is awaited after each transaction."""
        self._storage = storage
        self._pause = pause

    async def run(self) -> None:
        """Raises StorageUnavailable."""
        after = 0
        while True:
            # It may read the whole table, so it must not hold up messages.
            found = await self._storage.read(partial(_over, after=after), "export")
            if not found:
                return
            await self._storage.write(partial(_forget, tickets=found))
            after = found[-1]
            await self._pause()


def _over(tx: Tx, after: int) -> Sequence[int]:
    """The next tickets above `after` on which something is to be forgotten."""
    closed = or_(_number.is_(None), col(TicketRow.closed_at).is_not(None))
    rows = select(AutomationHandledRow.ticket).join(TicketRow, _number == _ticket, isouter=True)
    rows = rows.where(_ticket > after, or_(closed, _of_removed()))
    return list(tx.session.exec(rows.distinct().order_by(_ticket).limit(AT_ONCE)))


def _forget(tx: Tx, tickets: Collection[int]) -> None:
    still_open = select(TicketRow.number).where(_number.in_(tickets), col(TicketRow.closed_at).is_(None))
    gone = delete(AutomationHandledRow).where(_ticket.in_(tickets))
    tx.session.connection().execute(gone.where(or_(_ticket.not_in(still_open), _of_removed())))


def _of_removed() -> ColumnElement[bool]:
    return col(AutomationHandledRow.rule).not_in(select(AutomationRow.id))
