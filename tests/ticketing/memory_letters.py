"""Letters that are only noted down, for tests of what causes them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ticketing.notices import ToAssignee, ToRequester
from ticketing.ports import Tx
from ticketing.ticket import Ticket
from ticketing.waiting_clock import Settled


@dataclass(frozen=True)
class Queued:
    kind: str
    ticket: int
    to: str
    seq: int | None = None


class MemoryLetters:
    """Implements `ticketing.letters.Letters`. The id of a letter is its place in `queued`, from 1."""

    def __init__(self) -> None:
        self.queued: list[Queued] = []
        self.came_back: set[str] = set()
        self._outcomes: dict[int, tuple[Literal["accepted", "failed"], int]] = {}

    def settle(self, letter: int, state: Literal["accepted", "failed"], at: int) -> None:
        self._outcomes[letter] = (state, at)

    def queue(
        self,
        tx: Tx,
        kind: ToRequester,
        ticket: Ticket,
        now: int,
        *,
        seq: int | None = None,
        origin: str | None = None,
    ) -> int | None:
        if ticket.requester.email is None:
            return None
        return self._add(Queued(kind, ticket.number, ticket.requester.email, seq))

    def queue_all(self, tx: Tx, letters: Sequence[tuple[ToRequester, Ticket]], now: int) -> Sequence[int | None]:
        return [self.queue(tx, kind, ticket, now) for kind, ticket in letters]

    def outcomes(self, tx: Tx, letters: Collection[int]) -> Mapping[int, Settled]:
        return {letter: self._outcomes[letter] for letter in letters if letter in self._outcomes}

    def stopped(self, tx: Tx, letter: int) -> bool:
        return False

    def comes_back(self, tx: Tx, address: str) -> bool:
        return address in self.came_back

    def coming_back(self, tx: Tx, addresses: Collection[str]) -> Collection[str]:
        return self.came_back.intersection(addresses)

    def confirmed(self, tx: Tx, ticket: int, now: int) -> None:
        """Keeps no letters that wait."""

    def text_removed(self, tx: Tx, ticket: int, seq: int) -> None:
        """Has no mail."""

    def tell(self, tx: Tx, kind: ToAssignee, ticket: Ticket, staff: str, now: int, *, seq: int | None = None) -> None:
        self._add(Queued(kind, ticket.number, staff, seq))

    def hand_over(self, tx: Tx, ticket: Ticket, address: str, now: int) -> None:
        self._add(Queued("handover", ticket.number, address))

    def _add(self, letter: Queued) -> int:
        self.queued.append(letter)
        return len(self.queued)
