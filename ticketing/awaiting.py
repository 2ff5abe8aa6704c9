"""Starts, stops and moves the waiting clocks of tickets when the tickets change. `tx` is opaque."""

from __future__ import annotations

from collections.abc import Sequence

from ticketing.ports import Tx
from ticketing.targets import Time
from ticketing.ticket import Ticket
from ticketing.waiting_clock import Promise, Wait, begun, paused, planned, promise_of
from ticketing.waits import Paces, Waits


class Awaiting:
    def __init__(self, waits: Waits, paces: Paces) -> None:
        self._waits = waits
        self._paces = paces

    def zone(self) -> str:
        """The time zone of the hours file."""
        return self._paces.zone

    def opened(self, team: str) -> Time | None:
        """The opened hours of a team. None if there is no such team."""
        pace = self._paces.of(team)
        return None if pace is None else pace.opened

    def follow(self, tx: Tx, changed: Sequence[tuple[Ticket | None, Ticket]]) -> None:
        """Adjust the waiting clocks to stored changes. Each change is a pair: the ticket before and the ticket after
        the change. For a new ticket, the first is None."""
        ended, moved = [], []
        for before, after in changed:
            if after.status != "awaiting_reply" or after.awaiting_since is None:
                if before is not None and before.status == "awaiting_reply":
                    ended.append(after.number)
            elif before is None or _matters(before) != _matters(after):
                moved.append((before, after))
        self._waits.end(tx, ended)
        waits = self._waits.of(tx, [after.number for _, after in moved])
        self._waits.put(tx, [self._moved(waits.get(after.number), before, after) for before, after in moved])

    def _moved(self, wait: Wait | None, before: Ticket | None, after: Ticket) -> Wait:
        pace = self._paces.of(after.team)
        if wait is None or before is None or before.awaiting_since != after.awaiting_since:
            assert after.awaiting_since is not None
            now = begun(after.number, after.team, after.awaiting_since, pace, told=wait)
            return now if after.reachable else paused(now)
        moved = wait.moved_to(after.team)
        if not after.reachable:
            return moved if moved.state == "not_delivered" else paused(moved)
        if before.reachable and _address(before) == _address(after):
            return planned(moved, pace, after.updated_at)
        # The whole wait counts from now, since nobody could be reminded at this address until now.
        return begun(after.number, after.team, after.updated_at, pace, told=moved)

    def has_reminder(self, tx: Tx, ticket: Ticket, letter: int, created_at: int) -> bool:
        """True if a reminder belongs to our present wait for the requester.

        The wait knows its last letter. Times decide only for an earlier one that staff send again, and for one whose
        address is tried again, which starts the clock of the wait anew: the system clock may have been set back between
        a reminder and a reply.
        """
        wait, since = self._waits.of(tx, [ticket.number]).get(ticket.number), ticket.awaiting_since
        if wait is None or since is None:
            return False
        reminded = wait.letter is not None or wait.since != since
        return wait.letter == letter or (reminded and since <= created_at)

    def promises(self, tx: Tx, tickets: Sequence[Ticket], now: int) -> dict[int, Promise]:
        """The dates promised to the requesters of these tickets, by the number of the ticket."""
        waits = self._waits.of(tx, [ticket.number for ticket in tickets if ticket.status == "awaiting_reply"])
        found = {number: promise_of(wait, self._paces.of(wait.team)) for number, wait in waits.items()}
        for ticket in tickets:
            if ticket.status == "solved" and not ticket.closed_for_good(now):
                found[ticket.number] = Promise(reopen_until=ticket.reopen_until)
        return found


def _matters(ticket: Ticket) -> tuple[object, ...]:
    return ticket.status, ticket.awaiting_since, ticket.team, ticket.reachable, _address(ticket)


def _address(ticket: Ticket) -> str | None:
    return ticket.requester.email and ticket.requester.email.lower()
