"""Implements `reviews.ports.Tickets`: reviews read and correct the codes of tickets, and reports count the tickets
again."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import UNSET

from identity.actor import Actor
from reports.adapters.store import SqlReports
from reviews.ports import CodeNow
from storage.ports import Tx
from ticketing.codes import CODES
from ticketing.errors import Stale, invalid
from ticketing.service import Tickets
from ticketing.wanted import Wanted


class ReviewedTickets:
    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets
        self._reports = SqlReports()

    def code(self, tx: Tx, actor: Actor, number: int) -> CodeNow:
        ticket = self._tickets.theirs(tx, actor, number, lock=True)
        return CodeNow(ticket.resolution, ticket.duplicate_of, ticket.version)

    def check_version(self, number: int, version: int, accepted: Collection[int]) -> None:
        if version not in accepted:
            raise Stale(number, version)

    def check_choice(self, code: str) -> None:
        known = CODES.get(code)
        if known is None:
            raise invalid({"resolution": f"There is no resolution code {code[:40]!r}."})
        if known.set_by != "person":
            raise invalid({"resolution": "Only the system can set this code. Choose another code."})

    def correct(
        self, tx: Tx, actor: Actor, number: int, code: str, original: int | None, reason: str | None, now: int
    ) -> None:
        wanted = Wanted(resolution=code, duplicate_of=original if original is not None else UNSET)
        self._tickets.patch(tx, actor, number, wanted, None, now, reason)

    def judgement_changed(self, tx: Tx, number: int) -> None:
        """Request a recount of the ticket. A judgement can take a void ticket out of reports (`out_of_reports`)."""
        self._reports.request(tx, number)
