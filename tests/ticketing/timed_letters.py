"""Letters that are settled when a test says so, or when their time has come."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Literal

from clock import Clock
from storage.ports import Tx
from ticketing.notices import ToAssignee, ToRequester
from ticketing.ticket import Ticket
from ticketing.waiting_clock import Settled


@dataclass(frozen=True)
class Letter:
    id: int
    kind: ToRequester
    ticket: int
    at: int


class TimedLetters:
    """`ticketing.ports.Letters`. A letter is in `sent` once its transaction is committed."""

    def __init__(self, clock: Clock | None = None) -> None:
        """With a clock, a letter is settled when its time has come."""
        self._clock = clock
        self.sent: list[Letter] = []
        self.settled: dict[int, Settled] = {}
        self.reachable = True
        self.came_back: set[str] = set()
        self._ids = count(1)

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
        if ticket.requester.email is None or not self.reachable:
            return None
        letter = Letter(next(self._ids), kind, ticket.number, now)
        tx.after_commit(lambda: self.sent.append(letter))
        return letter.id

    def queue_all(self, tx: Tx, letters: Sequence[tuple[ToRequester, Ticket]], now: int) -> Sequence[int | None]:
        return [self.queue(tx, kind, ticket, now) for kind, ticket in letters]

    def outcomes(self, tx: Tx, letters: Collection[int]) -> Mapping[int, Settled]:
        settled = {letter: self.settled[letter] for letter in letters if letter in self.settled}
        if self._clock is None:
            return settled
        now = self._clock()
        return {letter: result for letter, result in settled.items() if result[1] <= now}

    def stopped(self, tx: Tx, letter: int) -> bool:
        return False

    def comes_back(self, tx: Tx, address: str) -> bool:
        return address in self.came_back

    def coming_back(self, tx: Tx, addresses: Collection[str]) -> Collection[str]:
        return self.came_back.intersection(addresses)

    def confirmed(self, tx: Tx, ticket: int, now: int) -> None:
        """No letter waits for a confirmation."""

    def text_removed(self, tx: Tx, ticket: int, seq: int) -> None:
        """Has no mail."""

    def tell(self, tx: Tx, kind: ToAssignee, ticket: Ticket, staff: str, now: int, *, seq: int | None = None) -> None:
        """Letters to staff are not kept."""

    def hand_over(self, tx: Tx, ticket: Ticket, address: str, now: int) -> None:
        """Letters to account teams are not kept."""

    def settle(self, state: Literal["accepted", "failed"], at: int) -> None:
        """Settle all letters that wait."""
        for letter in self.sent:
            self.settled.setdefault(letter.id, (state, at))

    @property
    def kinds(self) -> list[str]:
        return [letter.kind for letter in self.sent]
